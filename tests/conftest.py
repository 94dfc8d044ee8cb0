"""What all suites share. Only the standard library and pytest here: both environments load this file."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import PostgresServer, find_postgres_binaries, postgres_server, redis_server


@pytest.fixture(autouse=True)
def _no_settings_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test must not depend on what is set where it runs."""
    for name in list(os.environ):
        if name.startswith("EERSTE_STAP_") and not name.startswith("EERSTE_STAP_TEST_"):
            monkeypatch.delenv(name)


def skip_or_fail(what: str) -> None:
    """A missing program is a loud skip on somebody's own machine and a failure in CI, so no suite is lost unseen."""
    sentence = f"{what} is not installed here: what needs it was NOT tested"
    if os.environ.get("CI"):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    binaries = find_postgres_binaries()
    if binaries is None:
        skip_or_fail("PostgreSQL")
        return
    with postgres_server(binaries) as server:
        yield server


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    program = shutil.which("redis-server")
    if program is None:
        skip_or_fail("Redis")
        return
    with redis_server(program) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database; each test that asks for it runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'eerste-stap.sqlite3'}"
    server: PostgresServer = request.getfixturevalue("postgres")
    return await server.empty_database()
