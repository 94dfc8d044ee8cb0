"""Conversations are forgotten."""

import asyncio

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from components.tracker_store import BoundedTrackerStore


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> BoundedTrackerStore:
    return BoundedTrackerStore(Domain.empty(), max_trackers=3, max_age_seconds=100, clock=clock)


def save(store: BoundedTrackerStore, sender: str) -> None:
    asyncio.run(store.save(DialogueStateTracker.from_events(sender, [UserUttered("hallo")])))


def is_known(store: BoundedTrackerStore, sender: str) -> bool:
    return asyncio.run(store.retrieve(sender)) is not None


def test_a_conversation_is_kept_while_it_goes_on(store: BoundedTrackerStore, clock: Clock) -> None:
    for _ in range(5):
        save(store, "a")
        clock.now += 90
    assert is_known(store, "a")


def test_a_quiet_conversation_is_forgotten(store: BoundedTrackerStore, clock: Clock) -> None:
    save(store, "a")
    clock.now += 101
    assert not is_known(store, "a")
    assert store.store == {}


def test_when_there_are_too_many_the_quietest_goes(store: BoundedTrackerStore, clock: Clock) -> None:
    for sender in ("a", "b", "c", "a", "d"):
        clock.now += 1
        save(store, sender)
    assert [is_known(store, sender) for sender in "abcd"] == [True, False, True, True]
