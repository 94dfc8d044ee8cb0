"""The order of the queue is one definition, for operators and for 'your place is 2', on both databases."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.models import Conversation
from bot.conversation.state import State
from bot.conversation.waiting import place_in_queue, waiting_in_order
from bot.storage.database import Database, open_database

BEGIN = datetime(2026, 3, 2, 20, 15, tzinfo=UTC)


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as opened:
        yield opened


def conversation(number: int, *, state: State, alarm: str, minutes: int) -> Conversation:
    return Conversation(
        id=f"{number:032}", token_hash=b"x", data_key=b"x", label="rode mus", state=state, last_seq=0, alarm=alarm,
        created_at=BEGIN, changed_at=BEGIN, waiting_since=BEGIN + timedelta(minutes=minutes), ended_by="",
    )  # fmt: skip


async def test_places_and_the_operators_list_agree_whatever_waits(database: Database) -> None:
    chance = random.Random(1)
    alarms = ["", "", "ander_suicidaal", "suicidale_gedachten", "acuut_gevaar"]
    async with database.write() as session:
        for number in range(60):
            state = chance.choice([State.WAITING, State.WAITING, State.WITH_OPERATOR, State.CLOSED])
            session.add(conversation(number, state=state, alarm=chance.choice(alarms), minutes=chance.randrange(8)))
    async with database.read() as session:
        rows = list(await session.scalars(waiting_in_order()))
        assert [await place_in_queue(session, row) for row in rows] == list(range(1, len(rows) + 1))
    assert {row.state for row in rows} == {State.WAITING}
    urgency = {alarm: number for number, alarm in enumerate(alarms)}
    keys = [(-urgency[row.alarm], row.waiting_since, row.id) for row in rows]
    assert keys == sorted(keys), "danger first, then who waits longest"


async def test_who_does_not_wait_has_no_place(database: Database) -> None:
    async with database.read() as session:
        for state in set(State) - {State.WAITING}:
            assert await place_in_queue(session, conversation(1, state=state, alarm="acuut_gevaar", minutes=0)) is None
