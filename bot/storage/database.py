"""The database: SQLite with a write-ahead log unless a URL names PostgreSQL; the same code on both."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, event, func, select
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine

from bot.errors import SettingsError
from bot.storage.migrations import upgrade

_WRITE: Final = {"eerste_stap_write": True}
_UPGRADE_LOCK: Final = 0x4565_7273_7465  # any number that nothing else in this database locks on


class Database:
    """Gives short transactions: `read()` and `write()`. No network call and no waiting for people inside one."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._writing_engine = engine.execution_options(**_WRITE)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self._engine, expire_on_commit=False) as session:
            yield session

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncSession]:
        """Commits at the end of the block, rolls back on an error."""
        async with AsyncSession(self._writing_engine, expire_on_commit=False) as session, session.begin():
            yield session


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Connects, brings the schema up to date, and closes at the end."""
    engine = await _open_engine(url)
    try:
        yield Database(engine)
    finally:
        await engine.dispose()


async def _open_engine(url: str) -> AsyncEngine:
    """
    Raises:
        SettingsError: it can't be reached or brought up to date; with the error's name alone, for its text can hold
            the address with the password.
    """
    try:
        engine = make_engine(url)
        try:
            await _bring_up_to_date(engine)
        except BaseException:
            await engine.dispose()
            raise
    except (OSError, SQLAlchemyError) as cause:
        name = type(cause).__name__
        raise SettingsError(
            f"EERSTE_STAP_DATABASE_URL: the database can't be opened or brought up to date ({name})."
        ) from cause
    return engine


async def _bring_up_to_date(engine: AsyncEngine) -> None:
    """Servers that start at the same moment do this one after the other."""
    async with engine.execution_options(**_WRITE).begin() as connection:
        if engine.dialect.name == "postgresql":
            await connection.execute(select(func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        await connection.run_sync(upgrade)


def make_engine(url: str) -> AsyncEngine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_async_engine(parsed.set(drivername="postgresql+asyncpg"), pool_pre_ping=True)
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(parsed.set(drivername="sqlite+aiosqlite"))
    event.listen(engine.sync_engine, "connect", _set_up_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own: _begin_sqlite does
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=5000")
    cursor.execute("PRAGMA journal_mode=WAL")
    # An acknowledged message survives a power cut too: FULL syncs the log at each commit.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    # Erased words are overwritten in the file, not only unlinked.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the write lock at once: halfway it fails with 'database is locked' when two writers meet."""
    writes = connection.get_execution_options().get("eerste_stap_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
