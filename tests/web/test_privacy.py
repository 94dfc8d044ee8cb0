"""What people typed, who they are, what opens their conversation: nowhere to be found, not on disk, not in logs."""

import base64
import json
import re
import secrets
import sqlite3
from pathlib import Path

import aiohttp
import pytest

from bot.conversation.service import ConversationService
from bot.errors import KeyFileError
from tests.fakes.rasa_server import fake_rasa, raw, replies
from tests.servers import free_port
from tests.web.clients import OperatorClient, Visitor, ask
from tests.web.conftest import Opens
from tests.web.front import Front
from tests.web.program import fails_to_start, running_program

MARKER = "zwaluwnest"
USER_AGENT = "Merkteken-Browser/77.1"
PASSWORD = "geheime-zin-van-anna"


def bytes_on_disk(folder: Path) -> bytes:
    """The database, its write-ahead log, and whatever else the program keeps."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert any(path.name.endswith(".sqlite3") for path in files)
    return b"".join(path.read_bytes() for path in files)


async def test_a_word_that_people_typed_is_nowhere_on_disk_or_in_the_logs_nor_who_typed_it(tmp_path: Path) -> None:
    port_of_visitor = free_port()
    summary = {"custom": {"handover": {"rol": MARKER, "thema": MARKER}}}
    seen = {"level": "acute", "by": ["rule", MARKER], "words": [MARKER, f"{MARKER} nu"], "score": 0.876}
    async with (
        fake_rasa(replies({"text": f"Je zei {MARKER}."}, summary, {"custom": {"safety": seen}})) as rasa,
        running_program(
            tmp_path, RASA_URL=rasa.url, FIRST_OPERATOR=f"anna:{PASSWORD}", RASA_TOKEN="rasa-t0ken"
        ) as program,
        aiohttp.ClientSession(
            program.url,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers={"User-Agent": USER_AGENT},
            connector=aiohttp.TCPConnector(local_addr=("127.0.0.1", port_of_visitor), limit=1),
        ) as http,
    ):
        visitor = await Visitor.arrives(http)
        waiting = await visitor.say(f"{MARKER} over HTTP")
        assert f"Je zei {MARKER}." in waiting.text
        await visitor.say(MARKER * 300)  # too long
        await visitor.say(f"{MARKER}\x00")
        await visitor.post({"type": MARKER, MARKER: MARKER})
        await visitor.request("POST", "/messages", data=f'{{"text": "{MARKER}')
        await ask(http, "GET", f"/{MARKER}?{MARKER}={MARKER}")
        rasa.behaviour = raw(f"<{MARKER}>", status=500)
        await visitor.say(f"{MARKER} zonder Rasa")
        rasa.behaviour = raw(f'[{{"text": "{MARKER}')
        await visitor.say(f"{MARKER} met een kapotte Rasa")
        operator = await OperatorClient.logs_in(program.url, "anna", PASSWORD)
        cookie = next(iter(operator.http.cookie_jar)).value
        await operator.request("POST", "/login", json={"username": MARKER, "password": MARKER})
        async with operator.console() as console:
            assert f"{MARKER} nu" in (await operator.claim(visitor)).text, "the operator reads what was seen"
            await console.say(f"{MARKER} van Anna", conversation=visitor.conversation_id)
            await console.until("message", text=f"{MARKER} van Anna")
            await console.say(f"{MARKER}\x00", conversation=MARKER)
            await console.send_raw(MARKER)
        await visitor.request("GET", "/messages")  # after the operator: the connection is the visitor's own again
        await operator.http.close()
        assert f"{MARKER} van Anna" in (await visitor.messages()).text
        during = bytes_on_disk(tmp_path / "data")
        assert list((tmp_path / "data").glob("*-wal")), "the write-ahead log is looked at too"
        logged_during = program.said
    assert program.process.returncode == 0
    after, logged = bytes_on_disk(tmp_path / "data"), program.said
    assert "assistant_unavailable" in logged_during, "it does log"
    danger = next(json.loads(line) for line in logged.splitlines() if "danger_seen" in line)
    assert {name: danger[name] for name in ("danger", "by", "score", "words")} == {
        "danger": "acute", "by": ["rule"], "score": 0.88, "words": 2,
    }  # fmt: skip
    assert visitor.conversation_id not in json.dumps(danger)
    for where in (during, after, logged.encode()):
        for secret in (
            MARKER,
            USER_AGENT,
            visitor.token,
            cookie,
            PASSWORD,
            "rasa-t0ken",
            "127.0.0.1:" + str(port_of_visitor),
        ):
            assert secret.encode() not in where, secret
    assert not re.search(rf"\b{port_of_visitor}\b", logged)
    assert not re.search(r"\b\d+\.\d+\.\d+\.\d+\b", logged.replace(program.url, "")), "no address at all"


async def test_a_fault_of_our_own_is_logged_by_its_type_only(
    front: Front, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async def fails(*_arguments: object, **_more: object) -> None:
        raise RuntimeError(MARKER)

    visitor = await front.visitor()
    async with visitor.line() as line:
        monkeypatch.setattr(ConversationService, "hear", fails)
        answer = await visitor.say(MARKER)
        assert (answer.status, answer.code) == (500, "internal_error")
        await line.say(MARKER)
        assert await line.closed() == 1011
    logged = "".join(capsys.readouterr())
    assert "RuntimeError" in logged
    assert MARKER not in logged + answer.text


async def test_the_key_and_the_words_of_an_erased_conversation_are_gone_from_disk_when_the_server_stops(
    opens: Opens, tmp_path: Path
) -> None:
    front = await opens()
    visitor = await front.visitor()
    await visitor.say("Hij slaat mij.")
    database = sqlite3.connect(tmp_path / "data" / "eerste-stap.sqlite3")
    (key,) = database.execute("SELECT data_key FROM conversations").fetchone()
    (body,) = database.execute("SELECT body FROM messages WHERE seq = 1").fetchone()
    database.close()
    assert key in bytes_on_disk(tmp_path / "data")
    await visitor.erase()
    await front.stop()
    assert key not in bytes_on_disk(tmp_path / "data")
    assert body not in bytes_on_disk(tmp_path / "data")


# -- no cookies, safe headers

VISITOR_PATHS = [
    ("GET", "/"),
    ("GET", "/static/css/base.css"),
    ("GET", "/static/geen.css"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
    ("GET", "/nergens"),
    ("GET", "/console"),
    ("GET", "/console/"),
    ("GET", "/console/api/queue"),
    ("POST", "/console/api/login"),
    ("POST", "/api/v1/conversations"),
    ("PUT", "/api/v1/conversations"),
    ("GET", "/api/v1/conversations/x/messages"),
    ("GET", "/api/v1/conversations/x/ws"),
]
HEADERS = {
    "Content-Security-Policy": r"default-src 'none'; .*frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": ".*geolocation=\\(\\).*",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": ".+",
    "Server": "Eerste Stap",
}


@pytest.mark.parametrize(("method", "path"), VISITOR_PATHS)
async def test_every_answer_has_the_security_headers_and_no_cookie(front: Front, method: str, path: str) -> None:
    answer = await ask(front.http, method, path, allow_redirects=False)
    assert answer.status < 600
    for name, pattern in HEADERS.items():
        assert re.fullmatch(pattern, answer.headers.get(name, "")), f"{name}: {answer.headers.getall(name, [])}"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in answer.headers
    assert "Strict-Transport-Security" not in answer.headers
    assert "aiohttp" not in str(answer.headers).lower()


async def test_the_handshake_and_the_conversation_set_no_cookie_either(front: Front) -> None:
    visitor = await front.visitor()
    assert "Set-Cookie" not in (await visitor.say("Hallo")).headers
    async with visitor.silent_line() as line:
        handshake = line.socket._response.headers
        assert "Set-Cookie" not in handshake
        assert handshake["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in (await visitor.erase()).headers


async def test_what_is_said_is_never_cached(front: Front) -> None:
    visitor = await front.visitor()
    for answer in (await visitor.say("Hallo"), await visitor.messages(), await ask(front.http, "GET", "/")):
        assert answer.headers["Cache-Control"] == "no-store"


async def test_behind_tls_every_answer_asks_for_tls(opens: Opens) -> None:
    front = await opens(behind_tls=True)
    for path in ("/", "/static/css/base.css", "/nergens"):
        assert "max-age=" in (await ask(front.http, "GET", path)).headers["Strict-Transport-Security"]


# -- other sites

OTHER_SITES = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": "{own}"},
    {"Sec-Fetch-Site": "nonsense"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "{own}.evil.example"},
    {"Origin": ""},
]
OWN = [
    {},
    {"Sec-Fetch-Site": "same-origin", "Origin": "{own}"},
    {"Sec-Fetch-Site": "same-origin"},
    {"Origin": "{own}"},
]


def filled_in(headers: dict[str, str], front: Front) -> dict[str, str]:
    return {name: value.format(own=front.url) for name, value in headers.items()}


@pytest.mark.parametrize("headers", OTHER_SITES, ids=str)
async def test_what_another_site_sends_is_refused_on_every_way_in(front: Front, headers: dict[str, str]) -> None:
    visitor, operator = await front.visitor(), await front.operator("anna")
    from_there = filled_in(headers, front)
    answers = [
        await ask(front.http, "POST", "/api/v1/conversations", json={}, headers=from_there),
        await visitor.request("POST", "/messages", json={"text": "Hallo"}, headers=from_there),
        await visitor.request("POST", "/end", json={}, headers=from_there),
        await visitor.request("DELETE", "", headers=from_there),
        await operator.request("POST", "/logout", headers=from_there),
        await operator.request("POST", "/login", json={"username": "anna", "password": "x"}, headers=from_there),
        await operator.request("POST", f"/conversations/{visitor.conversation_id}/claim", headers=from_there),
    ]
    assert [(answer.status, answer.code) for answer in answers] == [(403, "cross_site")] * len(answers)
    for http, path in ((front.http, visitor.path + "/ws"), (operator.http, "/console/api/ws")):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await http.ws_connect(path, headers=from_there)
        assert refused.value.status == 403
    assert (await operator.request("GET", "/queue")).status == 200, "still logged in"
    assert (await visitor.messages()).body["state"] == "with_assistant"


@pytest.mark.parametrize("headers", OWN, ids=str)
async def test_our_own_pages_and_programs_without_these_headers_are_let_in(
    front: Front, headers: dict[str, str]
) -> None:
    visitor, own = await front.visitor(), filled_in(headers, front)
    assert (await visitor.request("POST", "/messages", json={"text": "Hallo"}, headers=own)).status == 200
    async with visitor.silent_line(headers=own) as line:
        await line.send("hello", token=visitor.token)
        await line.until("welcome")


async def test_a_link_from_another_site_opens_the_page(front: Front) -> None:
    assert (await ask(front.http, "GET", "/", headers={"Sec-Fetch-Site": "cross-site"})).status == 200


# -- the operator's cookie


@pytest.mark.parametrize("behind_tls", [False, True])
async def test_the_operators_cookie_is_out_of_reach_of_scripts_and_other_sites(opens: Opens, behind_tls: bool) -> None:
    front = await opens(behind_tls=behind_tls)
    await front.add_operator("anna")
    body = {"username": "anna", "password": "een zin die je onthoudt"}
    cookies = [
        (await ask(front.http, "POST", "/console/api/login", json=body)).headers.getall("Set-Cookie"),
        (await ask(front.http, "POST", "/console/api/logout")).headers.getall("Set-Cookie"),
    ]
    for (cookie,) in cookies:
        name, _, rest = cookie.partition("=")
        attributes = {part.strip().lower() for part in rest.split(";")[1:]}
        assert {"httponly", "samesite=strict", "path=/"} <= attributes
        assert ("secure" in attributes) is behind_tls, "a browser ignores a __Host- cookie that is not Secure"
        assert name.startswith("__Host-") is behind_tls
        assert not any(attribute.startswith("domain") for attribute in attributes)


async def test_a_cookie_of_the_other_kind_opens_nothing_behind_tls(opens: Opens) -> None:
    front = await opens(behind_tls=True)
    await front.add_operator("anna")
    body = {"username": "anna", "password": "een zin die je onthoudt"}
    logged_in = await ask(front.http, "POST", "/console/api/login", json=body)
    token = logged_in.headers["Set-Cookie"].partition("=")[2].partition(";")[0]
    for name, status in (("__Host-eerste-stap", 200), ("eerste-stap", 401)):
        answer = await ask(front.http, "GET", "/console/api/queue", headers={"Cookie": f"{name}={token}"})
        assert answer.status == status


# -- the master key


def new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


async def test_the_master_key_is_made_once_and_readable_by_its_owner_alone(opens: Opens, tmp_path: Path) -> None:
    front = await opens()
    visitor = await front.visitor()
    await visitor.say("Hallo")
    path = tmp_path / "data" / "master.key"
    assert path.stat().st_mode & 0o777 == 0o600
    key = path.read_bytes()
    await front.stop()
    again = await opens()
    assert path.read_bytes() == key
    visitor.http = again.http
    assert (await visitor.messages()).said[0] == ("visitor", "Hallo")


async def test_another_master_key_than_the_data_was_written_with_stops_the_start_with_a_clear_sentence(
    opens: Opens, tmp_path: Path
) -> None:
    front = await opens(master_key=new_key())
    await (await front.visitor()).say("Hallo")
    await front.stop()
    said = await fails_to_start(tmp_path, ASSISTANT="scripted", MASTER_KEY=new_key())
    assert "EERSTE_STAP_MASTER_KEY (or master.key in DATA_DIR) is not the key" in said


async def test_a_lost_key_file_stops_the_start_too(opens: Opens, tmp_path: Path) -> None:
    front = await opens()
    await (await front.visitor()).say("Hallo")
    await front.stop()
    (tmp_path / "data" / "master.key").unlink()
    with pytest.raises(KeyFileError, match=r"master\.key in DATA_DIR"):
        await opens()


@pytest.mark.parametrize("key", ["x", "AAAA", "a" * 44, base64.b64encode(bytes(31)).decode()])
async def test_a_master_key_of_the_wrong_shape_stops_the_start(opens: Opens, key: str) -> None:
    with pytest.raises(KeyFileError, match="EERSTE_STAP_MASTER_KEY must be 32 bytes in base64"):
        await opens(master_key=key)


@pytest.mark.parametrize(
    ("mode", "text", "sentence"), [(0o644, "{key}", "chmod 600"), (0o600, "x", "32 bytes in base64")]
)
async def test_a_key_file_that_others_can_read_or_that_holds_no_key_stops_the_start(
    opens: Opens, tmp_path: Path, mode: int, text: str, sentence: str
) -> None:
    path = tmp_path / "data" / "master.key"
    path.write_text(text.format(key=new_key()))
    path.chmod(mode)
    with pytest.raises(KeyFileError, match=rf"{path}.*{sentence}"):
        await opens()
