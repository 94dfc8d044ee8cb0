"""The only place where the parts are put together."""

import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial
from pathlib import Path

import aiohttp
import aiohttp_jinja2
import jinja2
import redis.asyncio
from aiohttp import web

from bot.accounts.service import Accounts
from bot.assistant.port import Assistant
from bot.assistant.rasa import RasaAssistant
from bot.assistant.scripted import ScriptedAssistant
from bot.bus.memory import MemoryBus
from bot.bus.port import Bus
from bot.bus.redis import RedisBus
from bot.clock import utc_now
from bot.conversation.service import ConversationService
from bot.conversation.turns import Turns
from bot.edge.middleware import add_headers, map_errors, refuse_other_sites
from bot.edge.sockets import SOCKETS, OpenSockets, close_sockets
from bot.errors import SettingsError
from bot.handover.desk import Desk, waiting_notice
from bot.keys import ACCOUNTS, ASSISTANT, BUS, DATABASE, DESK, SERVICE, SETTINGS, TURNS
from bot.privacy.cipher import MasterKey, decode_key, load_or_make_key_file
from bot.review.counts import UnsureCounts
from bot.routes import add_routes
from bot.settings import Settings
from bot.storage.database import open_database
from bot.texts import load_texts

# 2,000 characters are at most 24 kB as JSON; everything larger is not for us.
MAX_BODY_BYTES = 64 * 1024
TEMPLATES = Path(__file__).parent / "templates"


def create_app(
    settings: Settings, *, assistant: Assistant | None = None, clock: Callable[[], datetime] = utc_now
) -> web.Application:
    """
    Args:
        assistant: another one than the settings name (tests).
        clock: the time now, with its zone.
    """
    app = web.Application(middlewares=[map_errors, refuse_other_sites], client_max_size=MAX_BODY_BYTES)
    app[SETTINGS] = settings
    app[SOCKETS] = OpenSockets()
    environment = aiohttp_jinja2.setup(
        app, loader=jinja2.FileSystemLoader(TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined
    )
    environment.globals["static"] = static_url
    app.on_response_prepare.append(add_headers)
    app.on_shutdown.append(close_sockets)
    app.cleanup_ctx.append(partial(_parts, assistant, clock))
    add_routes(app)
    return app


def static_url(path: str) -> str:
    return f"/static/{path}"


async def _parts(
    given_assistant: Assistant | None, clock: Callable[[], datetime], app: web.Application
) -> AsyncIterator[None]:
    """Opens what the handlers need, in order, and closes it in reverse."""
    settings, texts = app[SETTINGS], load_texts()
    master_key = _master_key(settings)
    async with (
        open_database(settings.database) as database,
        _open_bus(settings) as bus,
        aiohttp.ClientSession() as http,
    ):
        assistant = given_assistant or _assistant(settings, http)
        service = ConversationService(database, bus, master_key, clock, partial(waiting_notice, texts, clock))
        counts = UnsureCounts(database, clock)
        turns = Turns(service, assistant, bus, texts, settings.answer_timeout_seconds, counts.add)
        app[DATABASE], app[BUS], app[ASSISTANT], app[SERVICE], app[TURNS] = database, bus, assistant, service, turns
        app[ACCOUNTS] = Accounts(database, bus, clock)
        app[DESK] = Desk(database, service, master_key, texts, clock)
        await service.check_master_key()
        await _first_operator(app)
        if settings.announce:
            address = f"http://{settings.host}:{settings.port}"
            print(f"Chat: {address}/   Console: {address}/console/", flush=True)
        yield
        await turns.close()


@asynccontextmanager
async def _open_bus(settings: Settings) -> AsyncIterator[Bus]:
    if not settings.redis_url:
        yield MemoryBus()
        return
    client = redis.asyncio.Redis.from_url(settings.redis_url)
    try:
        await _reach(client)
        yield RedisBus(client)
    finally:
        await client.aclose()


async def _reach(client: redis.asyncio.Redis) -> None:
    try:
        await client.ping()
    except redis.exceptions.RedisError as problem:
        name = type(problem).__name__
        raise SettingsError(f"EERSTE_STAP_REDIS_URL: Redis can't be reached there ({name}).") from problem


def _master_key(settings: Settings) -> MasterKey:
    if given := settings.master_key.get_secret_value():
        return MasterKey(decode_key(given))
    return load_or_make_key_file(settings.data_dir / "master.key")


def _assistant(settings: Settings, http: aiohttp.ClientSession) -> Assistant:
    if settings.assistant == "scripted":
        return ScriptedAssistant()
    token = settings.rasa_token.get_secret_value()
    return RasaAssistant(http, settings.rasa_base_url, token, settings.answer_timeout_seconds)


async def _first_operator(app: web.Application) -> None:
    """The first operator, from the setting; a local run without one makes one up and prints it once."""
    settings, accounts = app[SETTINGS], app[ACCOUNTS]
    name, _, password = settings.first_operator.get_secret_value().partition(":")
    if not name and settings.announce:
        name, password = "medewerker", secrets.token_urlsafe(12)
    made_up = not settings.first_operator.get_secret_value()
    if name and await accounts.add_first(name, password) and made_up:
        print(f"First operator, shown this once:  name {name}  password {password}", flush=True)
