"""The schema's history: every step up, down and with data in it, on both databases."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.database import make_engine, open_database
from bot.storage.migrations import alembic_config, downgrade, upgrade
from bot.storage.tables import metadata

SCRIPTS = ScriptDirectory.from_config(alembic_config())
REVISIONS = [script.revision for script in reversed(list(SCRIPTS.walk_revisions()))]
BEFORE = dict(zip(REVISIONS, ["base", *REVISIONS], strict=False))

OPERATOR = {
    "id": 1, "username": "anna", "display_name": "Anna", "password_hash": "x", "created_at": "2026-03-02 20:15:00+00:00"
}  # fmt: skip
CONVERSATION = {
    "id": "0" * 32, "token_hash": b"\x01" * 32, "data_key": b"\x02", "label": "rode mus", "state": "closed",
    "last_seq": 1, "alarm": "", "operator_id": 1, "created_at": "2026-03-02 20:15:00+00:00",
    "changed_at": "2026-03-02 20:15:00+00:00", "ended_by": "quick_exit",
}  # fmt: skip
MESSAGE = {
    "conversation_id": "0" * 32, "seq": 1, "speaker": "visitor", "body": b"\x03\x00\xff", "client_id": "c-1",
    "at": "2026-03-02 20:15:00+00:00",
}  # fmt: skip
UNSURE = {"hour": "2026-03-02 20:00:00+00:00", "kind": "between", "first": "kosten", "second": "opvang", "turns": 3}
ROWS = {"operators": OPERATOR, "conversations": CONVERSATION, "messages": MESSAGE, "unsure_turns": UNSURE}


@pytest.fixture
async def engine(database_url: str) -> AsyncIterator[AsyncEngine]:
    engine = make_engine(database_url)
    yield engine
    await engine.dispose()


async def run(engine: AsyncEngine, step: Callable[..., Any], *arguments: str) -> Any:
    async with engine.begin() as connection:
        return await connection.run_sync(step, *arguments)


def tables_of(connection: Connection) -> set[str]:
    return set(sa.inspect(connection).get_table_names()) - {"alembic_version"}


def insert_rows(connection: Connection) -> set[str]:
    """Put a row in each table that there is at this revision; returns their names."""
    tables, there = sa.MetaData(), tables_of(connection)
    for name, row in ROWS.items():
        if name not in there:
            continue
        table = sa.Table(name, tables, autoload_with=connection)
        values = {
            column: _time(value) if isinstance(table.c[column].type, sa.DateTime) else value
            for column, value in row.items()
        }
        connection.execute(table.insert().values(values))
    return there


def _time(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


def read_rows(connection: Connection) -> dict[str, dict[str, Any]]:
    """The rows that `insert_rows` put there, without their times (SQLite forgets the zone)."""
    tables, found = sa.MetaData(), {}
    for name, row in ROWS.items():
        table = sa.Table(name, tables, autoload_with=connection)
        got = connection.execute(sa.select(table)).mappings().one_or_none()
        if got is None:
            continue
        found[name] = {column: got[column] for column, value in row.items() if not str(value).startswith("2026-")}
    return found


def without_times() -> dict[str, dict[str, Any]]:
    return {
        name: {column: value for column, value in row.items() if not str(value).startswith("2026-")}
        for name, row in ROWS.items()
    }


def test_the_history_is_one_line_without_branches() -> None:
    assert len(SCRIPTS.get_heads()) == 1
    assert len(SCRIPTS.get_bases()) == 1


async def test_from_nothing_to_the_newest_gives_all_tables(engine: AsyncEngine) -> None:
    await run(engine, upgrade)
    assert await run(engine, tables_of) == set(metadata.tables)


async def test_the_models_say_the_same_as_the_migrated_schema(engine: AsyncEngine) -> None:
    await run(engine, upgrade)

    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
        found: list[Any] = compare_metadata(context, metadata)
        return found

    assert await run(engine, differences) == []


async def test_constraints_have_the_same_names_on_both_databases(engine: AsyncEngine) -> None:
    """A later migration has to name them."""
    await run(engine, upgrade)

    def names(connection: Connection) -> set[str | None]:
        inspector = sa.inspect(connection)
        return {
            constraint["name"]
            for table in metadata.tables
            for constraint in [*inspector.get_foreign_keys(table), *inspector.get_unique_constraints(table)]
        }

    assert await run(engine, names) >= {"fk_messages_conversation_id", "uq_messages_conversation_id"}
    assert None not in await run(engine, names)


async def test_all_the_way_down_leaves_no_table_and_up_again_works(engine: AsyncEngine) -> None:
    await run(engine, upgrade)
    await run(engine, insert_rows)
    await run(engine, downgrade, "base")
    assert await run(engine, tables_of) == set()
    await run(engine, upgrade)
    assert await run(engine, tables_of) == set(metadata.tables)


@pytest.mark.parametrize("revision", REVISIONS)
async def test_each_step_goes_up_down_and_up(engine: AsyncEngine, revision: str) -> None:
    for step, target in ((upgrade, revision), (downgrade, BEFORE[revision]), (upgrade, revision)):
        await run(engine, step, target)


@pytest.mark.parametrize("revision", REVISIONS)
async def test_data_from_each_revision_on_is_kept_on_the_way_to_the_newest(engine: AsyncEngine, revision: str) -> None:
    await run(engine, upgrade, revision)
    there = await run(engine, insert_rows)
    await run(engine, upgrade)
    assert await run(engine, read_rows) == {name: row for name, row in without_times().items() if name in there}


async def test_upgrading_twice_changes_nothing(engine: AsyncEngine) -> None:
    await run(engine, upgrade)
    await run(engine, insert_rows)
    await run(engine, upgrade)
    assert await run(engine, read_rows) == without_times()


async def test_the_first_start_makes_the_tables_and_the_second_keeps_what_is_in_them(database_url: str) -> None:
    async with open_database(database_url) as database, database.write() as session:
        await (await session.connection()).run_sync(insert_rows)
    async with open_database(database_url) as database, database.read() as session:
        assert await (await session.connection()).run_sync(read_rows) == without_times()


async def test_two_servers_that_start_at_once_on_an_empty_database_both_come_up(database_url: str) -> None:
    script = (
        "import asyncio, sys\n"
        "from bot.storage.database import open_database\n"
        "async def main():\n"
        "    print('loaded', flush=True); sys.stdin.readline()\n"
        "    async with open_database(sys.argv[1]): pass\n"
        "asyncio.run(main())\n"
    )
    servers = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", script, database_url, cwd=Path(__file__).parents[2],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    for server in servers:  # all wait at the same line before the first goes on
        assert server.stdout is not None
        assert await server.stdout.readline() == b"loaded\n"
    ends = await asyncio.gather(*(server.communicate(b"\n") for server in servers))
    assert [(server.returncode, said) for server, (_, said) in zip(servers, ends, strict=True)] == [(0, b"")] * 2


async def test_sqlite_holds_to_foreign_keys_overwrites_what_is_deleted_and_syncs_each_commit(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path / 'new' / 'folder' / 'x.sqlite3'}")

    async def pragma(connection: AsyncConnection, name: str) -> Any:
        return (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()

    async with engine.begin() as connection:
        assert await pragma(connection, "journal_mode") == "wal"
        assert await pragma(connection, "foreign_keys") == 1
        assert await pragma(connection, "secure_delete") == 1
        assert await pragma(connection, "synchronous") == 2
    await engine.dispose()


async def test_deleting_a_conversation_takes_its_messages_along(engine: AsyncEngine) -> None:
    await run(engine, upgrade)
    await run(engine, insert_rows)
    async with engine.begin() as connection:
        await connection.execute(sa.text("DELETE FROM conversations"))
        assert (await connection.execute(sa.text("SELECT count(*) FROM messages"))).scalar() == 0
