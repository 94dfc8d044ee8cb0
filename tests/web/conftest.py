"""A front door for each test, and one that a test can set up itself."""

import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Protocol

import pytest
import sqlalchemy as sa

from bot.assistant.port import Assistant
from bot.assistant.scripted import ScriptedAssistant
from bot.storage.migrations import upgrade
from tests.fakes.clock import Clock
from tests.web.front import Front, open_front


class Opens(Protocol):
    async def __call__(self, *, assistant: Assistant | None = ..., **settings: Any) -> Front: ...


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def assistant() -> ScriptedAssistant:
    return ScriptedAssistant()


@pytest.fixture(scope="session")
def migrated_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, to be copied: making them again for each test takes longer than most tests."""
    path = tmp_path_factory.mktemp("migrated") / "eerste-stap.sqlite3"
    engine = sa.create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        upgrade(connection)
    engine.dispose()
    return path


@pytest.fixture
async def opens(tmp_path: Path, clock: Clock, migrated_sqlite: Path) -> AsyncIterator[Opens]:
    """Opens a front door with other settings, another assistant; all of one test share their SQLite file."""
    (tmp_path / "data").mkdir()
    shutil.copy(migrated_sqlite, tmp_path / "data")
    async with AsyncExitStack() as stack:
        # `assistant_kind` is the setting `assistant`
        async def open_one(*, assistant: Assistant | None = None, **settings: Any) -> Front:
            settings["assistant"] = settings.pop("assistant_kind", "scripted")
            given = {"data_dir": tmp_path / "data", **settings}
            return await stack.enter_async_context(open_front(given, assistant=assistant, clock=clock))

        yield open_one


@pytest.fixture
async def front(opens: Opens, assistant: ScriptedAssistant) -> Front:
    return await opens(assistant=assistant)
