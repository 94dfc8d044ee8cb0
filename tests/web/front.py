"""The real front door on a free port: the app of create_app, a real database, whatever assistant a test gives it."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import aiohttp
from aiohttp import web
from argon2 import PasswordHasher

from bot.accounts.models import Operator
from bot.app import create_app
from bot.assistant.port import Assistant
from bot.clock import utc_now
from bot.keys import DATABASE
from bot.settings import read_settings
from tests.web.clients import OperatorClient, Visitor

PASSWORD = "een zin die je onthoudt"
# As weak as the library allows: the strength of the hash is not what these tests are about, their speed is.
_PASSWORD_HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)


class Front:
    def __init__(self, runner: web.AppRunner, url: str, http: aiohttp.ClientSession) -> None:
        self.runner = runner
        self.app = runner.app
        self.url = url
        self.http = http  # without cookies, as a visitor's; an operator has one of their own
        self.operators: list[OperatorClient] = []

    async def visitor(self) -> Visitor:
        return await Visitor.arrives(self.http)

    async def operator(self, name: str) -> OperatorClient:
        """A new operator, logged in but without an open console."""
        await self.add_operator(name)
        return await self.log_in(name)

    async def stop(self) -> None:
        """As when the process is told to end."""
        await self.runner.cleanup()

    async def log_in(self, name: str) -> OperatorClient:
        self.operators.append(await OperatorClient.logs_in(self.url, name, PASSWORD))
        return self.operators[-1]

    async def add_operator(self, name: str) -> None:
        row = Operator(
            username=name,
            display_name=name.capitalize(),
            password_hash=_PASSWORD_HASH,
            created_at=datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
        )
        async with self.app[DATABASE].write() as session:
            session.add(row)


@asynccontextmanager
async def open_front(
    settings: dict[str, Any], *, assistant: Assistant | None = None, clock: Callable[[], datetime] = utc_now
) -> AsyncIterator[Front]:
    app = create_app(read_settings(**settings), assistant=assistant, clock=clock)
    runner = web.AppRunner(app, access_log=None, handler_cancellation=False, shutdown_timeout=2)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession(url, cookie_jar=aiohttp.DummyCookieJar()) as http:
            front = Front(runner, url, http)
            yield front
            for operator in front.operators:
                await operator.http.close()
    finally:
        await runner.cleanup()
