"""Conversations are forgotten."""

import asyncio

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from components.server.tracker_store import BoundedTrackerStore


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


def test_old_events_go_and_what_is_known_stays() -> None:
    domain = Domain.from_dict({"slots": {"rol": {"type": "text", "mappings": [{"type": "custom"}]}}})
    store = BoundedTrackerStore(domain, max_events=3)
    kept = DialogueStateTracker("a", domain.slots)
    kept.update(SlotSet("rol", "slachtoffer"))
    for number in range(5):
        kept.update(UserUttered(str(number)))
    asyncio.run(store.save(kept))
    found = asyncio.run(store.retrieve("a"))
    assert found is not None
    assert [event.text for event in found.events if isinstance(event, UserUttered)] == ["2", "3", "4"]
    assert found.get_slot("rol") == "slachtoffer"


def test_of_old_events_the_last_value_of_each_slot_is_kept_once() -> None:
    domain = Domain.from_dict({"slots": {"rol": {"type": "text", "mappings": [{"type": "custom"}]}}})
    store = BoundedTrackerStore(domain, max_events=2)
    kept = DialogueStateTracker("a", domain.slots)
    for number in range(6):
        kept.update(SlotSet("rol", str(number)))
        kept.update(UserUttered(str(number)))
        kept.update(UserUttered("meer"))
        asyncio.run(store.save(kept))
    assert [event.value for event in kept.events if isinstance(event, SlotSet)] == ["5"]
    assert len(kept.events) == 3


def test_a_turn_that_fails_halfway_leaves_what_was_saved(store: BoundedTrackerStore) -> None:
    save(store, "a")
    half = asyncio.run(store.retrieve("a"))
    assert half is not None
    half.update(UserUttered("nooit opgeslagen"))
    again = asyncio.run(store.retrieve("a"))
    assert again is not None
    assert len(again.events) == 1
