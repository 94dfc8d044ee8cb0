"""Rasa is down, slow or talks nonsense: the visitor gets the emergency numbers in time, and a human if they want."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest
from aiohttp import web
from sqlalchemy.exc import OperationalError

from bot.storage.database import Database
from tests.fakes.clock import Clock
from tests.fakes.rasa_server import (
    HUMAN,
    Behaviour,
    FakeRasa,
    fake_rasa,
    hangs,
    hangs_up,
    like_the_script,
    raw,
    replies,
)  # fmt: skip
from tests.servers import free_port
from tests.web.clients import Visitor, ask
from tests.web.conftest import Opens
from tests.web.front import Front

TIMEOUT = 0.3
PROMISED_SECONDS = 2  # docs/protocol.md; generous above TIMEOUT, for a slow machine

TROUBLE: dict[str, Behaviour] = {
    "hangs": hangs,
    "hangs up": hangs_up,
    "nothing to say": replies(),
    "500": raw("{}", status=500),
    "404": raw("[]", status=404),
    "302": raw("", status=302),
    "no content": raw("", status=204),
    "not JSON": raw("<html>Bad gateway</html>"),
    "not JSON by its type": raw("<html>Bad gateway</html>", content_type="text/html"),
    "half of it": raw('[{"text": "Bel'),
    "not UTF-8": raw(b'[{"text": "\xff\xfe"}]'),
    "an object": raw("{}"),
    "null": raw("null"),
    "a list of strings": raw('["Hallo"]'),
    "an empty text": replies({"text": ""}),
    "a blank text": replies({"text": " \n "}),
    "text of the wrong type": replies({"text": 1}, {"text": None}, {"text": ["a"]}),
    "only an image": replies({"image": "http://elsewhere/x.png"}),
    "a custom payload without words": replies({"custom": {"signal": "acuut_gevaar"}}),
    "custom of the wrong type": replies({"custom": "handover"}, {"custom": {"handover": True}}),
    "too deep": raw("[" * 100_000),
    "10 MB of blanks": raw(b" " * 10_000_000),
    "10 MB of something": raw(json.dumps({"text": "a" * 10_000_000})),
    "10 MB in one text": replies({"text": "a" * 10_000_000}),
    "half a surrogate pair": raw('[{"text": "\\ud800"}]'),
}


@pytest.fixture
async def rasa() -> AsyncIterator[FakeRasa]:
    async with fake_rasa(like_the_script) as server:
        yield server


@pytest.fixture
async def front(opens: Opens, rasa: FakeRasa) -> Front:
    return await opens(assistant_kind="rasa", rasa_url=rasa.url, rasa_token="t0ken", answer_timeout_seconds=TIMEOUT)


async def emergency_answer_in_time(visitor: Visitor, text: str = "Hij slaat mij") -> str:
    begin = time.monotonic()
    answer = await visitor.say(text)
    assert time.monotonic() - begin < PROMISED_SECONDS
    assert answer.status == 200
    (message,) = answer.body["messages"]
    assert message["from"] == "assistant"
    assert "112" in message["text"]
    assert "0800-2000" in message["text"]
    assert message["choices"] == [HUMAN]
    return str(message["text"])


async def test_a_rasa_that_is_well_is_used(front: Front, rasa: FakeRasa) -> None:
    visitor = await front.visitor()
    assert (await visitor.say("Hallo")).said == [("assistant", "Waar wil je hulp bij?")]
    assert rasa.asked == [{"sender": visitor.conversation_id, "message": "Hallo"}]
    assert rasa.headers[0]["Authorization"] == "Bearer t0ken"


@pytest.mark.parametrize("trouble", TROUBLE.values(), ids=TROUBLE.keys())
async def test_whatever_is_wrong_with_rasa_the_emergency_answer_comes_in_time_and_rasa_is_asked_once(
    front: Front, rasa: FakeRasa, trouble: Behaviour
) -> None:
    rasa.behaviour = trouble
    visitor = await front.visitor()
    await emergency_answer_in_time(visitor)
    assert len(rasa.asked) == 1, "never the same question twice"
    rasa.behaviour = like_the_script
    assert (await visitor.say("Hallo")).said == [("assistant", "Waar wil je hulp bij?")], (
        "and when it is back it is used"
    )


async def test_when_nothing_listens_where_rasa_should_be_the_emergency_answer_comes_in_time(opens: Opens) -> None:
    front = await opens(assistant_kind="rasa", rasa_port=free_port(), answer_timeout_seconds=TIMEOUT)
    await emergency_answer_in_time(await front.visitor())


@pytest.mark.parametrize("trouble", [hangs, raw("[]")], ids=["hangs", "nothing to say"])
async def test_asking_for_a_human_works_without_rasa(
    front: Front, rasa: FakeRasa, trouble: Behaviour, clock: Clock
) -> None:
    rasa.behaviour = trouble
    by_words, by_button = await front.visitor(), await front.visitor()
    typed = await by_words.say("Ik wil een mens spreken")
    clock.advance(seconds=1)
    assert (typed.body["state"], typed.body["queue_position"]) == ("waiting", 1)
    chosen = await by_button.choose(HUMAN["payload"], HUMAN["title"])
    assert (chosen.body["state"], chosen.body["queue_position"]) == ("waiting", 2)
    for answer in (typed, chosen):
        speaker, text = answer.said[0]
        assert speaker == "assistant"
        assert "112" in text
        assert "0800-2000" in text


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("mag ik een medewerker", True),
        ("IS HIER EEN ECHT PERSOON", True),
        ("kan ik iemand spreken", True),
        ("can I talk to a human", True),
        ("bir insan ile konusmak istiyorum", True),
        ("mensen doen mij pijn", False),
        ("ik heb honger", False),
    ],
)
async def test_without_rasa_plain_words_decide_who_wants_a_human(
    front: Front, rasa: FakeRasa, text: str, asks: bool
) -> None:
    rasa.behaviour = raw("[]")
    answer = await (await front.visitor()).say(text)
    assert (answer.body["state"] == "waiting") is asks


async def test_the_emergency_answer_is_never_the_same_sentence_twice_in_a_row(front: Front, rasa: FakeRasa) -> None:
    rasa.behaviour = raw("[]")
    visitor = await front.visitor()
    said = [await emergency_answer_in_time(visitor, f"bericht {number}") for number in range(4)]
    assert all(one != next_one for one, next_one in pairwise(said))


async def test_asking_twice_for_a_human_without_rasa_is_not_answered_with_the_same_sentence(
    front: Front, rasa: FakeRasa
) -> None:
    rasa.behaviour = raw("[]")
    visitor = await front.visitor()
    for _ in range(3):
        await visitor.say("Ik wil een mens spreken")
    said = [text for who, text in (await visitor.messages()).said if who == "assistant"]
    assert all(one != next_one for one, next_one in pairwise(said)), said


async def test_who_types_on_while_rasa_hangs_gets_one_emergency_answer_in_time(front: Front, rasa: FakeRasa) -> None:
    rasa.behaviour = hangs
    visitor = await front.visitor()
    async with visitor.line() as line:
        begin = time.monotonic()
        client_ids = [await line.say(f"bericht {number}") for number in range(5)]
        await line.until("message", speaker="assistant")
        assert time.monotonic() - begin < PROMISED_SECONDS
        rasa.behaviour = like_the_script
        await line.say("nog een")
        await line.until("message", text="Waar wil je hulp bij?")
    kept = (await visitor.messages()).body["messages"]
    assert [m["client_id"] for m in kept if m["from"] == "visitor"][:5] == client_ids
    assert len({body["message"] for body in rasa.asked}) == len(rasa.asked), "none is asked twice"
    emergency = [m for m in kept if "112" in m["text"]]
    assert len(emergency) < 5


async def test_a_handover_asked_among_messages_that_rasa_never_answered_is_not_lost(
    front: Front, rasa: FakeRasa
) -> None:
    rasa.behaviour = hangs
    visitor = await front.visitor()
    async with visitor.line() as line:
        for text in ("hallo?", "ik wil een mens spreken", "is daar iemand?"):
            await line.say(text)
        await line.until("state", state="waiting", queue_position=1)


async def test_one_visitors_hanging_question_delays_nobody_else(front: Front, rasa: FakeRasa) -> None:
    asked = asyncio.Event()

    async def hangs_for_one(server: FakeRasa, request: web.Request) -> web.StreamResponse:
        asked.set()
        return await (hangs if server.asked[-1]["message"] == "traag" else like_the_script)(server, request)

    rasa.behaviour = hangs_for_one
    slow, quick = await front.visitor(), await front.visitor()
    waiting = asyncio.create_task(slow.say("traag"))
    await asked.wait()
    assert (await quick.say("snel")).said == [("assistant", "Waar wil je hulp bij?")]
    assert not waiting.done()
    assert "112" in (await waiting).said[0][1]


async def test_a_summary_that_rasa_passed_on_is_kept_when_rasa_is_gone_later(front: Front, rasa: FakeRasa) -> None:
    operator, visitor = await front.operator("anna"), await front.visitor()
    await visitor.say("ik wil een mens spreken")
    rasa.behaviour = raw("[]")
    await visitor.say("waar blijft die mens")
    assert (await operator.queue())["waiting"][0]["summary"] == {"rol": "slachtoffer", "gevaar": "nee"}


async def test_no_line_of_rasas_answer_is_longer_than_a_page_can_bear(front: Front, rasa: FakeRasa) -> None:
    long = "a" * 5_000
    buttons = [
        {"title": long, "payload": "/a"},
        {"title": "b", "payload": "/" + long},
        {"title": 1},
        "x",
        *[HUMAN] * 20,
    ]
    rasa.behaviour = replies(*({"text": f"{number} {long}", "buttons": buttons} for number in range(12)))
    answer = await (await front.visitor()).say("Hallo")
    assert len(answer.body["messages"]) == 10
    for message in answer.body["messages"]:
        assert len(message["text"]) <= 4_000
        assert len(message["choices"]) <= 10
        assert all(len(choice["title"]) <= 200 and len(choice["payload"]) <= 200 for choice in message["choices"])
        assert HUMAN in message["choices"]


@pytest.mark.parametrize("problem", [ConnectionRefusedError(), OperationalError("", {}, Exception())])
async def test_readiness_names_the_database_when_it_is_gone(
    front: Front, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    def read(_database: Database) -> None:
        raise problem

    monkeypatch.setattr(Database, "read", read)
    gone = await ask(front.http, "GET", "/readyz")
    assert (gone.status, gone.body) == (503, {"status": "not_ready", "missing": ["database"]})
    assert (await ask(front.http, "GET", "/healthz")).status == 200


async def test_readiness_names_the_assistant_when_it_is_gone(front: Front, rasa: FakeRasa, opens: Opens) -> None:
    ready = await ask(front.http, "GET", "/readyz")
    assert (ready.status, ready.body) == (200, {"status": "ready", "missing": []})
    without = await opens(assistant_kind="rasa", rasa_port=free_port())
    gone = await ask(without.http, "GET", "/readyz")
    assert (gone.status, gone.body) == (503, {"status": "not_ready", "missing": ["assistant"]})
    assert (await ask(without.http, "GET", "/healthz")).body == {"status": "alive"}
