"""Chromium, the bot, and people before their screens. Nobody sleeps: every wait is for something that can be seen."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, StorageState, expect, sync_playwright

from tests.browser.bot_server import EXIT_URL, OPERATORS, BotServer
from tests.browser.people import Operator, Visitor
from tests.conftest import skip_or_fail

# On a busy machine a first paint can take seconds; a wait ends as soon as it is fulfilled.
expect.set_options(timeout=15_000)

CHROMIUM_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Begins = Callable[..., Visitor]
Works = Callable[..., Operator]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        skip_or_fail("Chromium")
        return
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BotServer]:
    """One for all; every visitor's conversation is erased after its test, so the queue is empty for the next."""
    server = BotServer(tmp_path_factory.mktemp("bot"))
    server.start()
    server.add_operator("bram")
    yield server
    server.stop()


@pytest.fixture
def restartable(tmp_path: Path) -> Iterator[BotServer]:
    server = BotServer(tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def new_context(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    contexts: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        context = browser.new_context(
            **{"viewport": {"width": 1280, "height": 800}, "reduced_motion": "reduce", **options}
        )
        context.set_default_timeout(15_000)
        context.route(f"{EXIT_URL}**", _weather)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


def _weather(route: Route) -> None:
    route.fulfill(content_type="text/html", body="<title>Het weer</title><h1>Morgen zon</h1>")


@pytest.fixture
def new_visitor(new_context: Callable[..., BrowserContext], server: BotServer) -> Iterator[Begins]:
    visitors: list[Visitor] = []

    def make(at: BotServer | None = None, **options: Any) -> Visitor:
        visitors.append(Visitor(new_context(**options), at or server))
        return visitors[-1]

    yield make
    for visitor in visitors:
        visitor.page.unroute_all(behavior="wait")  # a conversation may just be beginning
        if visitor.server is server:
            for conversation, token in visitor.keys:
                server.call("DELETE", f"/api/v1/conversations/{conversation}", token)
        # A refused script or style would show here, and nowhere else.
        assert not [line for line in visitor.complaints if "ERR_" not in line and "WebSocket" not in line]


@pytest.fixture
def visitor(new_visitor: Begins) -> Visitor:
    return new_visitor().opens_the_page()


@pytest.fixture
def new_operator(new_context: Callable[..., BrowserContext], server: BotServer) -> Works:
    """Not logged in yet."""

    def make(name: str = "anna", at: BotServer | None = None, **options: Any) -> Operator:
        return Operator(new_context(**options), at or server, name)

    return make


@pytest.fixture(scope="session")
def sessions(browser: Browser, server: BotServer) -> dict[str, StorageState]:
    """What a browser of each operator holds after logging in: checking a password is slow on purpose."""
    states = {}
    for name in OPERATORS:
        context = browser.new_context()
        Operator(context, server, name).logs_in()
        states[name] = context.storage_state()
        context.close()
    return states


@pytest.fixture
def on_duty(new_operator: Works, sessions: dict[str, StorageState]) -> Works:
    """An operator with the console open."""

    def make(name: str = "anna", **options: Any) -> Operator:
        return new_operator(name, storage_state=sessions[name], **options).opens_the_console()

    return make


@pytest.fixture
def operator(on_duty: Works) -> Operator:
    return on_duty()
