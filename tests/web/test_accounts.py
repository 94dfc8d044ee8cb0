"""Operators logging in and out."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.accounts.models import OperatorSession
from bot.accounts.service import SESSION_IDLE, SESSION_LASTS
from bot.console import socket as console_socket
from bot.keys import DATABASE
from tests.fakes.clock import Clock
from tests.web.clients import Answer, ask
from tests.web.conftest import Opens
from tests.web.front import PASSWORD, Front

CLOSED_PATHS = [
    ("GET", "/queue"),
    ("GET", "/ws"),
    ("GET", f"/conversations/{'0' * 32}"),
    *(("POST", f"/conversations/{'0' * 32}/{what}") for what in ("claim", "release", "transfer", "close")),
]


async def try_to_log_in(front: Front, username: str, password: str) -> Answer:
    return await ask(front.http, "POST", "/console/api/login", json={"username": username, "password": password})


async def test_who_logs_in_is_told_who_they_are(front: Front) -> None:
    await front.add_operator("anna")
    answer = await try_to_log_in(front, "anna", PASSWORD)
    assert (answer.status, answer.body) == (
        200,
        {"operator": {"username": "anna", "name": "anna", "display_name": "Anna"}},
    )


async def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(front: Front) -> None:
    await front.add_operator("anna")
    wrong_password = await try_to_log_in(front, "anna", "x")
    unknown_name = await try_to_log_in(front, "niemand", PASSWORD)
    assert (wrong_password.status, wrong_password.code) == (401, "login_failed")
    assert wrong_password.text == unknown_name.text
    assert "Set-Cookie" not in wrong_password.headers


@pytest.mark.parametrize("username", ["Anna", "anna ", " anna", "ann", "anna' OR 1=1 --", "ánna"])
async def test_a_name_that_is_almost_right_is_wrong(front: Front, username: str) -> None:
    await front.add_operator("anna")
    assert (await try_to_log_in(front, username, PASSWORD)).code == "login_failed"


async def test_what_nobody_can_have_as_password_is_wrong_and_no_fault_of_ours(front: Front) -> None:
    """The made-up hash for unknown names must not become a password."""
    for name in ("niemand", ""):
        answer = await try_to_log_in(front, name, "nobody has this password")
        assert answer.code in ("login_failed", "invalid_frame")


@pytest.mark.parametrize(
    "body",
    [
        {},
        [],
        {"username": "anna"},
        {"username": "", "password": "x"},
        {"username": "anna", "password": ""},
        {"username": 1, "password": "x"},
        {"username": "anna", "password": None},
        {"username": "a" * 81, "password": "x"},
        {"username": "anna", "password": "x" * 1_001},
        {"username": "anna\x00", "password": "x"},
        {"username": "\ud800", "password": "x"},
        {"username": "anna", "password": "\ud800"},
        {"username": "anna", "password": "x", "totp": 123456},
    ],
)
async def test_a_wrong_body_is_refused_by_name(front: Front, body: object) -> None:
    answer = await ask(front.http, "POST", "/console/api/login", json=body)
    assert (answer.status, answer.code) == (400, "invalid_frame")


async def test_after_ten_tries_on_a_name_even_the_right_password_has_to_wait_and_other_names_have_not(
    front: Front,
) -> None:
    await front.add_operator("anna")
    await front.add_operator("bram")
    tries = [await try_to_log_in(front, "anna", f"gok {number}") for number in range(10)]
    assert {answer.code for answer in tries} == {"login_failed"}
    right = await try_to_log_in(front, "anna", PASSWORD)
    assert (right.status, right.code) == (429, "too_many_attempts")
    assert (await try_to_log_in(front, "bram", PASSWORD)).status == 200


async def test_tries_at_the_same_moment_are_counted_too(front: Front) -> None:
    await front.add_operator("anna")
    tries = await asyncio.gather(*(try_to_log_in(front, "anna", f"gok {number}") for number in range(15)))
    assert sorted(answer.code for answer in tries) == ["login_failed"] * 10 + ["too_many_attempts"] * 5


async def test_a_right_password_starts_the_count_anew(front: Front) -> None:
    await front.add_operator("anna")
    for _ in range(3):
        for number in range(9):
            await try_to_log_in(front, "anna", f"gok {number}")
        assert (await try_to_log_in(front, "anna", PASSWORD)).status == 200


@pytest.mark.parametrize("cookie", ["", "eerste-stap=", "eerste-stap=x", "eerste-stap=" + "a" * 43])
@pytest.mark.parametrize(("method", "path"), CLOSED_PATHS)
async def test_without_a_session_nothing_of_the_console_answers(
    front: Front, method: str, path: str, cookie: str
) -> None:
    answer = await ask(front.http, method, "/console/api" + path, headers={"Cookie": cookie} if cookie else {})
    assert (answer.status, answer.code) == (401, "login_required")


async def test_the_token_of_a_visitor_opens_nothing_of_the_console(front: Front) -> None:
    visitor = await front.visitor()
    headers = {"Cookie": f"eerste-stap={visitor.token}", **visitor.authorization}
    assert (await ask(front.http, "GET", "/console/api/queue", headers=headers)).code == "login_required"


async def test_a_session_ends_after_an_hour_without_use_and_is_kept_by_using_it(front: Front, clock: Clock) -> None:
    operator = await front.operator("anna")
    for _ in range(3):
        clock.now += SESSION_IDLE - timedelta(seconds=1)
        assert (await operator.request("GET", "/queue")).status == 200
    clock.now += SESSION_IDLE + timedelta(seconds=1)
    assert (await operator.request("GET", "/queue")).code == "login_required"


async def test_a_session_ends_after_a_working_day_however_much_it_is_used(front: Front, clock: Clock) -> None:
    operator = await front.operator("anna")
    begin = clock.now
    while clock.now < begin + SESSION_LASTS:
        assert (await operator.request("GET", "/queue")).status == 200
        clock.advance(minutes=50)
    assert (await operator.request("GET", "/queue")).code == "login_required"


async def test_an_open_console_that_nobody_uses_does_not_keep_the_session(
    front: Front, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody who walked away is logged out, also when the page stays open."""
    monkeypatch.setattr(console_socket, "PRESENCE_SECONDS", 0.01)
    operator = await front.operator("anna")
    async with operator.console() as console:
        for _ in range(3):
            clock.now += SESSION_IDLE / 4
            await (await front.visitor()).say("ik wil een mens spreken")  # something new on the screen
            await console.until("queue")
        clock.now += SESSION_IDLE / 4 + timedelta(seconds=1)
        assert await console.closed() == 4401


async def test_writing_on_an_open_console_keeps_the_session(front: Front, clock: Clock) -> None:
    operator, visitor = await front.operator("anna"), await front.visitor()
    await visitor.say("ik wil een mens spreken")
    await operator.claim(visitor)
    async with operator.console() as console:
        for _ in range(4):
            clock.advance(minutes=50)
            client_id = await console.say("Ik ben er nog.", conversation=visitor.conversation_id)
            await console.until("message", client_id=client_id)
    assert (await operator.request("GET", "/queue")).status == 200


async def test_after_the_session_ended_an_open_console_neither_sends_nor_stores(front: Front, clock: Clock) -> None:
    operator, visitor = await front.operator("anna"), await front.visitor()
    await visitor.say("ik wil een mens spreken")
    await operator.claim(visitor)
    async with operator.console() as console:
        clock.now += SESSION_LASTS + timedelta(seconds=1)
        await console.say("Te laat", conversation=visitor.conversation_id)
        assert await console.closed() == 4401
    assert "operator" not in [who for who, _ in (await visitor.messages()).said]


async def test_logging_out_closes_the_open_consoles_of_this_session_and_ends_it(front: Front) -> None:
    operator = await front.operator("anna")
    elsewhere = await front.log_in("anna")
    async with operator.console() as one, operator.console() as two, elsewhere.console() as other:
        answer = await operator.log_out()
        assert (answer.status, answer.body) == (200, {})
        assert [await one.closed(), await two.closed()] == [4401, 4401]
        assert (await operator.request("GET", "/queue")).code == "login_required"
        assert (await elsewhere.request("GET", "/queue")).status == 200
        await other.send_raw("{}")
        await other.until("error")


async def test_logging_out_without_a_session_is_no_error(front: Front) -> None:
    assert (await ask(front.http, "POST", "/console/api/logout")).status == 200


async def test_each_session_has_a_token_of_its_own_and_the_database_holds_none_of_them(opens: Opens) -> None:
    front = await opens()
    operators = [await front.operator("anna"), await front.log_in("anna")]
    tokens = {next(iter(operator.http.cookie_jar)).value for operator in operators}
    async with front.app[DATABASE].read() as session:
        stored = set(await session.scalars(select(OperatorSession.token_hash)))
    assert len(tokens) == len(stored) == 2
    assert not {token.encode() for token in tokens} & stored


async def test_the_console_page_is_a_login_form_until_somebody_is_logged_in(front: Front) -> None:
    form = await ask(front.http, "GET", "/console/")
    operator = await front.operator("anna")
    async with operator.http.get("/console/") as response:
        console = await response.text()
    assert form.status == response.status == 200
    assert 'type="password"' in form.text
    assert 'type="password"' not in console
    assert "Anna" in console


async def test_the_address_without_slash_leads_to_the_console(front: Front) -> None:
    answer = await ask(front.http, "GET", "/console", allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (308, "/console/")
