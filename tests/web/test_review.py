"""Counting where the assistant is unsure, and what the editor reads of it."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from bot.assistant.port import Turn, Unsure
from bot.assistant.scripted import ScriptedAssistant
from bot.conversation.content import Content
from bot.keys import DATABASE
from bot.review.counts import KEPT, Count, UnsureCounts
from bot.review.models import UnsureTurns
from bot.review.report import MAX_PAIRS, report
from bot.storage.database import Database, open_database
from tests.fakes.clock import Clock
from tests.web.conftest import Opens
from tests.web.front import Front

ROOT = Path(__file__).parents[2]
HOUR = datetime(2026, 3, 2, 20, tzinfo=UTC)
BETWEEN = Unsure("between", ("kosten", "opvang", "aangifte"))
TITLES = {"kosten": "Wat kost hulp?", "opvang": "Een veilige plek"}
SECRET = "zwaluwnest"


# -- counting, on both databases


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with open_database(database_url) as opened:
        yield opened


async def test_turns_of_one_hour_are_added_up_by_their_first_two_intents(database: Database, clock: Clock) -> None:
    counts = UnsureCounts(database, clock)
    for _ in range(3):
        await counts.add(BETWEEN)
        clock.advance(minutes=10)
    await counts.add(Unsure("lost"))
    assert await counts.last(1) == [
        Count(HOUR, "between", "kosten", "opvang", 3),
        Count(HOUR, "lost", "", "", 1),
    ]


async def test_the_next_hour_is_counted_apart_and_one_intent_alone_has_no_second(
    database: Database, clock: Clock
) -> None:
    counts = UnsureCounts(database, clock)
    await counts.add(Unsure("between", ("kosten",)))
    clock.advance(hours=1)
    await counts.add(Unsure("between", ("kosten",)))
    assert [(count.hour, count.second, count.turns) for count in await counts.last(1)] == [
        (HOUR, "", 1),
        (HOUR + timedelta(hours=1), "", 1),
    ]


async def test_many_at_once_are_all_counted(database: Database, clock: Clock) -> None:
    counts = UnsureCounts(database, clock)
    await asyncio.gather(*(counts.add(BETWEEN) for _ in range(20)))
    assert [count.turns for count in await counts.last(1)] == [20]


async def test_what_is_too_old_goes_when_something_is_counted(database: Database, clock: Clock) -> None:
    counts = UnsureCounts(database, clock)
    await counts.add(BETWEEN)
    clock.advance(days=KEPT.days - 1)
    await counts.add(Unsure("lost"))
    assert len(await counts.last(1000)) == 2
    clock.advance(days=2)
    await counts.add(Unsure("lost"))
    assert {count.kind for count in await counts.last(1000)} == {"lost"}


async def test_one_looks_back_as_far_as_asked(database: Database, clock: Clock) -> None:
    counts = UnsureCounts(database, clock)
    await counts.add(BETWEEN)
    clock.advance(days=10)
    assert await counts.last(9) == []
    assert len(await counts.last(11)) == 1


async def test_a_row_leads_to_no_conversation_and_no_person(database: Database) -> None:
    def columns(connection: sa.Connection) -> dict[str, str]:
        found = sa.inspect(connection).get_columns("unsure_turns")
        return {column["name"]: str(column["type"]) for column in found}

    async with database.read() as session:
        names = await (await session.connection()).run_sync(columns)
        assert set(names) == {"hour", "kind", "first", "second", "turns"}


# -- from a conversation


class UnsureAssistant(ScriptedAssistant):
    async def answer(self, conversation_id: str, utterance: str) -> Turn:
        turn = await super().answer(conversation_id, utterance)
        return Turn((Content("Wat bedoel je?"),), turn.handover, turn.alarm, BETWEEN)


async def rows_of(front: Front) -> list[UnsureTurns]:
    async with front.app[DATABASE].read() as session:
        return list(await session.scalars(sa.select(UnsureTurns)))


async def rows_after_a_while(front: Front) -> list[UnsureTurns]:
    """The count comes after the answer."""
    for _ in range(500):
        if rows := await rows_of(front):
            return rows
        await asyncio.sleep(0.01)
    return []


async def test_an_unsure_turn_is_counted_after_its_answer_without_any_words(opens: Opens) -> None:
    front = await opens(assistant=UnsureAssistant())
    visitor = await front.visitor()
    answer = await visitor.say(SECRET)
    assert answer.body["messages"][0]["text"] == "Wat bedoel je?"
    (row,) = await rows_after_a_while(front)
    assert (row.hour, row.kind, row.first, row.second, row.turns) == (HOUR, "between", "kosten", "opvang", 1)


async def test_an_answer_that_is_sure_is_not_counted(front: Front) -> None:
    visitor = await front.visitor()
    await visitor.say("hallo")
    await visitor.say("hallo")
    assert await rows_of(front) == []


async def test_when_the_count_fails_the_visitor_does_not_notice_and_no_word_is_logged(
    opens: Opens, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fails(_counts: UnsureCounts, _unsure: Unsure) -> None:
        raise OperationalError(SECRET, {}, Exception(SECRET))

    monkeypatch.setattr(UnsureCounts, "add", fails)
    visitor = await (await opens(assistant=UnsureAssistant())).visitor()
    for _ in range(2):
        answer = await visitor.say(SECRET)
        assert answer.body["messages"][0]["text"] == "Wat bedoel je?"
    written = capsys.readouterr()
    assert SECRET not in written.out + written.err


# -- what the editor reads


def test_the_report_names_the_most_frequent_pairs_by_their_titles() -> None:
    counts = [
        Count(HOUR, "between", "kosten", "opvang", 2),
        Count(HOUR + timedelta(hours=30), "between", "kosten", "opvang", 5),
        Count(HOUR, "between", "acuut_gevaar", "", 1),
        Count(HOUR, "lost", "", "", 4),
    ]
    lines = report(counts, TITLES, 30, UTC).splitlines()
    assert lines[0].endswith("last 30 days: 12")
    assert lines[1] == "Unsure between choices: 8. Understood nothing: 4."
    assert "    7  Wat kost hulp? (kosten)  |  Een veilige plek (opvang)" in lines
    assert "    1  acuut_gevaar  |  (nothing near)" in lines


def test_the_report_shows_all_hours_of_the_day_in_the_zone_of_the_reader() -> None:
    lines = report([Count(HOUR, "lost", "", "", 3)], TITLES, 30, ZoneInfo("Europe/Amsterdam")).splitlines()
    hours = lines[-24:]
    assert [line.split()[1] for line in hours] == [f"{hour:02}" for hour in range(24)]
    assert hours[21].split()[0] == "3", "20 hours UTC is 21 hours in a Dutch winter"
    assert sum(int(line.split()[0]) for line in hours) == 3


def test_of_many_pairs_the_rest_is_added_up() -> None:
    counts = [Count(HOUR, "between", f"a{'a' * number}", "b", number + 1) for number in range(MAX_PAIRS + 3)]
    lines = report(counts, TITLES, 30, UTC).splitlines()
    assert "    6  3 other pairs" in lines


def test_without_counts_the_report_says_so() -> None:
    assert "nothing to review yet" in report([], TITLES, 30, UTC)


async def run_review(folder: Path, *arguments: str) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.review", *arguments,
        cwd=ROOT, env={"EERSTE_STAP_DATA_DIR": str(folder), "PATH": ""},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_the_command_prints_titles_from_the_choices_that_visitors_see(tmp_path: Path) -> None:
    assert "nothing to review yet" in (await run_review(tmp_path))[1]
    async with open_database(f"sqlite:///{tmp_path / 'eerste-stap.sqlite3'}") as database:
        await UnsureCounts(database, lambda: datetime.now(UTC)).add(BETWEEN)
    code, out, err = await run_review(tmp_path, "--days", "2")
    assert (code, err) == (0, "")
    assert "last 2 days: 1" in out
    assert "(kosten)  |" in out
    assert "(opvang)" in out


@pytest.mark.parametrize("days", ["0", "-1", "x"])
async def test_the_command_refuses_days_that_are_none(tmp_path: Path, days: str) -> None:
    code, _, err = await run_review(tmp_path, f"--days={days}")
    assert code == 2
    assert "--days" in err
