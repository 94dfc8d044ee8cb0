"""A small server that speaks Rasa's REST channel, well or badly as a test wants."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

Behaviour = Callable[["FakeRasa", web.Request], Awaitable[web.StreamResponse]]

HUMAN = {"title": "Ik wil een mens spreken", "payload": "/mens_spreken"}


class FakeRasa:
    """Set `behaviour` to a function below; `asked` holds the bodies it was sent, `headers` what came along."""

    def __init__(self, behaviour: Behaviour) -> None:
        self.behaviour = behaviour
        self.url = ""
        self.asked: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.stopping = asyncio.Event()

    async def webhook(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(await request.json())
        self.headers.append(dict(request.headers))
        return await self.behaviour(self, request)

    async def status(self, _request: web.Request) -> web.Response:
        return web.json_response({"model_file": "model.tar.gz"})


@asynccontextmanager
async def fake_rasa(behaviour: Behaviour) -> AsyncIterator[FakeRasa]:
    rasa = FakeRasa(behaviour)
    app = web.Application()
    app.add_routes([web.post("/webhooks/rest/webhook", rasa.webhook), web.get("/status", rasa.status)])
    runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    rasa.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield rasa
    finally:
        rasa.stopping.set()
        await runner.cleanup()


def replies(*bubbles: dict[str, Any]) -> Behaviour:
    """Always this answer."""

    async def behave(rasa: FakeRasa, _request: web.Request) -> web.StreamResponse:
        return _answer(rasa, *bubbles)

    return behave


def raw(body: str | bytes, *, status: int = 200, content_type: str = "application/json") -> Behaviour:
    """Always these bytes."""

    async def behave(_rasa: FakeRasa, _request: web.Request) -> web.StreamResponse:
        payload = body.encode() if isinstance(body, str) else body
        return web.Response(body=payload, status=status, content_type=content_type)

    return behave


async def hangs(rasa: FakeRasa, _request: web.Request) -> web.StreamResponse:
    await rasa.stopping.wait()
    return web.json_response([])


async def hangs_up(_rasa: FakeRasa, request: web.Request) -> web.StreamResponse:
    """The connection ends instead of an answer."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def like_the_script(rasa: FakeRasa, _request: web.Request) -> web.StreamResponse:
    """What the trained assistant answers to the utterances of the contract test, in Rasa's shape."""
    words = rasa.asked[-1]["message"].lower()
    if "mens" in words:
        summary = {"rol": "slachtoffer", "thema": None, "gevaar": "nee"}
        return _answer(rasa, {"text": "Ik zet je in de rij."}, {"custom": {"handover": summary}})
    if "mes" in words.split() or "acuut" in words:
        return _answer(rasa, {"text": "Bel nu 112.", "buttons": [HUMAN]}, {"custom": {"signal": "acuut_gevaar"}})
    return _answer(rasa, {"text": "Waar wil je hulp bij?", "buttons": [HUMAN]})


def _answer(rasa: FakeRasa, *bubbles: dict[str, Any]) -> web.Response:
    return web.json_response([{"recipient_id": rasa.asked[-1]["sender"], **bubble} for bubble in bubbles])
