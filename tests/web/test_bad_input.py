"""What strangers send: each wrong thing gets its named error, nothing crashes, and nobody else notices."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fakes.assistants import GatedAssistant
from tests.web.clients import Line, Visitor, ask, new_client_id
from tests.web.conftest import Opens
from tests.web.front import Front

LONE_SURROGATE = '{"type": "message", "text": "\\ud800"}'


def message(text: str) -> str:
    return json.dumps({"type": "message", "text": text})


# What is wrong with a frame is wrong with the body of a POST too: (what is sent, code, HTTP status)
WRONG = {
    "empty": (message(""), "empty_message", 400),
    "only blanks": (message(" \n\t\r "), "empty_message", 400),
    "only invisible": (message("\u200b\u2060\ufeff\u00ad\u3164"), "empty_message", 400),
    "2,001 characters": (message("a" * 2_001), "message_too_long", 413),
    "2,001 emoji": (json.dumps({"type": "message", "text": "😢" * 2_001}, ensure_ascii=False), "message_too_long", 413),
    "2,001 emoji as escapes": (message("😢" * 2_001), "message_too_long", 413),
    "2,001 blanks": (message(" " * 2_001), "message_too_long", 413),
    "NUL": (message("a\x00b"), "control_characters", 400),
    "DEL": (message("a\x7fb"), "control_characters", 400),
    "escape": (message("\x1b[31mrood"), "control_characters", 400),
    "C1": (message("a\x9bb"), "control_characters", 400),
    "lone surrogate": (LONE_SURROGATE, "control_characters", 400),
    "not JSON": ("hallo", "invalid_json", 400),
    "nothing": ("", "invalid_json", 400),
    "half of it": ('{"type": "message", "te', "invalid_json", 400),
    "too deep": ("[" * 30_000, "invalid_json", 400),
    "too deep, and whole": ('{"a":' * 9_000 + "1" + "}" * 9_000, "invalid_json", 400),
    "a number of 5,000 digits": ("1" * 5_000, "invalid_json", 400),
    "no object": ("[]", "invalid_frame", 400),
    "a number": ("1", "invalid_frame", 400),
    "null": ("null", "invalid_frame", 400),
    "a string": ('"message"', "invalid_frame", 400),
    "unknown type": ('{"type": "shout", "text": "a"}', "unknown_frame", 400),
    "type of the wrong type": ('{"type": 1, "text": "a"}', "unknown_frame", 400),
    "type is a list": ('{"type": ["message"], "text": "a"}', "unknown_frame", 400),
    "type is a lone surrogate": ('{"type": "\\ud800", "text": "a"}', "unknown_frame", 400),
    "type of the server": ('{"type": "welcome"}', "unknown_frame", 400),
    "no text": ('{"type": "message"}', "invalid_frame", 400),
    "text is a number": ('{"type": "message", "text": 1}', "invalid_frame", 400),
    "text is null": ('{"type": "message", "text": null}', "invalid_frame", 400),
    "text is a list": ('{"type": "message", "text": ["a"]}', "invalid_frame", 400),
    "client_id is a number": ('{"type": "message", "text": "a", "client_id": 1}', "invalid_frame", 400),
    "client_id is empty": ('{"type": "message", "text": "a", "client_id": ""}', "invalid_frame", 400),
    "client_id of 37": ('{"type": "message", "text": "a", "client_id": "' + "a" * 37 + '"}', "invalid_frame", 400),
    "client_id with NUL": ('{"type": "message", "text": "a", "client_id": "a\\u0000"}', "invalid_frame", 400),
    "client_id with a break": ('{"type": "message", "text": "a", "client_id": "a\\n"}', "invalid_frame", 400),
    "client_id is a lone surrogate": ('{"type": "message", "text": "a", "client_id": "\\ud800"}', "invalid_frame", 400),
    "choice without payload": ('{"type": "choice", "title": "a"}', "invalid_frame", 400),
    "choice without title": ('{"type": "choice", "payload": "/a"}', "invalid_frame", 400),
    "choice with an empty title": ('{"type": "choice", "payload": "/a", "title": ""}', "invalid_frame", 400),
    "choice with a blank title": ('{"type": "choice", "payload": "/a", "title": " "}', "empty_message", 400),
    "choice with a long title": (
        json.dumps({"type": "choice", "payload": "/a", "title": "a" * 201}),
        "invalid_frame",
        400,
    ),
    "choice with a long payload": (
        json.dumps({"type": "choice", "payload": "a" * 201, "title": "a"}),
        "invalid_frame",
        400,
    ),
    "choice with an empty payload": ('{"type": "choice", "payload": "", "title": "a"}', "empty_message", 400),
    "choice with NUL": ('{"type": "choice", "payload": "a\\u0000b", "title": "a"}', "control_characters", 400),
    "choice with a lone surrogate": ('{"type": "choice", "payload": "\\ud800", "title": "a"}', "invalid_frame", 400),
}


@pytest.fixture
async def other_line(front: Front) -> AsyncIterator[Line]:
    """Another visitor's open line, for whom everything must go on."""
    async with (await front.visitor()).line() as line:
        yield line


async def goes_on(line: Line) -> None:
    """Whoever sits at this line is still answered."""
    client_id = await line.say("Ik ben er nog.")
    await line.until("message", client_id=client_id)
    await line.until("message", speaker="assistant")


@pytest.mark.parametrize(("sent", "code", "status"), WRONG.values(), ids=WRONG.keys())
async def test_wrong_input_is_refused_by_name_on_the_socket_and_over_http(
    front: Front, other_line: Line, sent: str, code: str, status: int
) -> None:
    visitor = await front.visitor()
    posted = await visitor.request("POST", "/messages", data=sent)
    assert (posted.status, posted.code) == (status, code)
    async with visitor.line() as line:
        await line.send_raw(sent)
        assert (await line.next())["code"] == code
        assert (await visitor.messages()).said == [], "nothing of it is stored"
        await goes_on(line)
    await goes_on(other_line)


@pytest.mark.parametrize("text", ["a" * 2_000, "😢" * 2_000, "é" * 2_000, "a\n" * 999 + "aa"])
@pytest.mark.parametrize("as_escapes", [True, False])
async def test_2000_characters_are_accepted_of_whatever_kind_and_notation(
    front: Front, text: str, as_escapes: bool
) -> None:
    visitor = await front.visitor()
    frame = json.dumps({"type": "message", "text": text}, ensure_ascii=as_escapes)
    async with visitor.line() as line:
        await line.send_raw(frame)
        assert (await line.until("message"))["text"] == text
    posted = await visitor.request("POST", "/messages", data=frame.encode())
    assert posted.status == 200
    assert [said for who, said in (await visitor.messages()).said if who == "visitor"] == [text, text]


async def test_an_error_names_the_message_it_is_about(front: Front) -> None:
    visitor, client_id = await front.visitor(), new_client_id()
    async with visitor.line() as line:
        for wrong in ({"text": ""}, {"text": "a" * 2_001}, {"text": 1}, {}):
            await line.send("message", client_id=client_id, **wrong)
            assert (await line.next())["client_id"] == client_id
        await line.send("shout", client_id=client_id)
        assert await line.next() == {"type": "error", "code": "unknown_frame", "client_id": client_id}


async def test_an_error_over_http_has_one_shape(front: Front) -> None:
    answer = await (await front.visitor()).say("")
    assert answer.body == {
        "error": {"code": "empty_message", "message": "A message needs at least one visible character."}
    }


async def test_a_binary_frame_is_refused_by_name_and_the_line_goes_on(front: Front) -> None:
    async with (await front.visitor()).line() as line:
        await line.socket.send_bytes(message("Hallo").encode())
        assert await line.next() == {"type": "error", "code": "binary_not_allowed"}
        await goes_on(line)


@pytest.mark.parametrize("size", [64 * 1024, 65_537, 300_000])
async def test_a_frame_that_is_too_large_ends_this_line_only_and_loses_nothing(
    front: Front, other_line: Line, size: int
) -> None:
    visitor = await front.visitor()
    async with visitor.line() as line:
        await goes_on(line)
        await line.send_raw(json.dumps({"type": "message", "text": "a"}).ljust(size))
        assert await line.closed() == 1009
    async with visitor.line() as line:
        await line.until("message", seq=2)
        await goes_on(line)
    await goes_on(other_line)


async def test_a_large_first_frame_ends_the_line(front: Front) -> None:
    visitor = await front.visitor()
    async with visitor.silent_line() as line:
        await line.send_raw(" " * 70_000)
        assert await line.closed() == 1009
    async with visitor.line() as line:
        await goes_on(line)


async def test_a_body_that_is_too_large_is_refused_and_the_next_is_answered(front: Front) -> None:
    visitor = await front.visitor()
    answer = await visitor.request("POST", "/messages", data=b" " * 70_000)
    assert (answer.status, answer.code) == (413, "request_entity_too_large")
    assert (await visitor.say("Hallo")).status == 200


@pytest.mark.parametrize("body", [b'{"text": "\xff\xfe"}', b"\xed\xa0\x80", "{}".encode("utf-16")])
async def test_a_body_that_is_not_utf8_is_not_json(front: Front, body: bytes) -> None:
    answer = await (await front.visitor()).request("POST", "/messages", data=body)
    assert (answer.status, answer.code) == (400, "invalid_json")


async def test_a_body_without_type_is_a_message(front: Front) -> None:
    visitor = await front.visitor()
    assert (await visitor.request("POST", "/messages", data='{"text": "Hallo"}')).status == 200
    wrong = await visitor.request("POST", "/messages", data="{}")
    assert (wrong.status, wrong.code) == (400, "invalid_frame")


@pytest.mark.parametrize("frame_type", ["hello", "typing", "end"])
async def test_frames_of_the_socket_are_unknown_to_the_address_for_messages(front: Front, frame_type: str) -> None:
    answer = await (await front.visitor()).post({"type": frame_type})
    assert (answer.status, answer.code) == (400, "unknown_frame")


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nergens", 404, "not_found"),
        ("GET", "/api/v1/conversations", 405, "method_not_allowed"),
        ("PUT", "/api/v1/conversations", 405, "method_not_allowed"),
        ("GET", "/static/../settings.py", 404, "not_found"),
        ("GET", "/static/%2e%2e/settings.py", 404, "not_found"),
        ("GET", "/static/", 403, "forbidden"),
    ],
)
async def test_what_is_not_there_has_the_shape_of_every_error(
    front: Front, method: str, path: str, status: int, code: str
) -> None:
    answer = await ask(front.http, method, path)
    assert (answer.status, answer.code) == (status, code)


# -- a hundred at once


async def test_of_a_hundred_messages_at_once_on_a_socket_each_is_stored_or_refused_by_name(opens: Opens) -> None:
    assistant = GatedAssistant()
    front = await opens(assistant=assistant, answer_timeout_seconds=10)
    visitor, other = await front.visitor(), await front.visitor()
    async with visitor.line() as line, other.line() as other_line:
        client_ids = [await line.say(f"bericht {number}") for number in range(100)]
        outcomes: dict[str, str] = {}
        while len(outcomes) < 100:
            frame = await line.next()
            if "client_id" in frame:
                outcomes[frame["client_id"]] = frame.get("code", "stored")
        stored = [client_id for client_id in client_ids if outcomes[client_id] == "stored"]
        assert len(stored) == 20
        assert set(outcomes.values()) == {"stored", "too_many_messages"}
        # the other visitor is not slowed: stored at once, though the assistant still thinks
        client_id = await other_line.say("Hallo")
        await other_line.until("message", client_id=client_id)
        assistant.gate.set()
        await other_line.until("message", speaker="assistant")
        for _ in stored:
            await line.until("message", speaker="assistant")
        # and when the answers are there the visitor can go on, with what was refused too
        refused = next(client_id for client_id in client_ids if outcomes[client_id] != "stored")
        await line.say("nog eens", client_id=refused)
        await line.until("message", client_id=refused)
    kept = (await visitor.messages()).body["messages"]
    assert [m["client_id"] for m in kept if m["from"] == "visitor"] == [*stored, refused], "in order, none lost"
    assert [m["seq"] for m in kept] == list(range(1, len(kept) + 1))


async def test_of_a_hundred_messages_at_once_over_http_each_is_answered_or_refused_by_name(opens: Opens) -> None:
    assistant = GatedAssistant()
    front = await opens(assistant=assistant, answer_timeout_seconds=10)
    visitor = await front.visitor()
    client_ids = [new_client_id() for _ in range(100)]
    posts = [asyncio.create_task(visitor.say("Hallo", client_id=client_id)) for client_id in client_ids]
    finished = asyncio.as_completed(posts, timeout=10)
    early = [
        await next(finished) for _ in range(80)
    ]  # the refused come back at once, the others wait for the assistant
    assert {answer.code for answer in early} == {"too_many_messages"}
    assistant.gate.set()
    answers = dict(zip(client_ids, await asyncio.gather(*posts), strict=True))
    outcomes = [(answer.status, answer.code) for answer in answers.values()]
    assert sorted(set(outcomes)) == [(200, ""), (429, "too_many_messages")]
    assert outcomes.count((200, "")) == 20
    kept = {m["client_id"] for m in (await visitor.messages()).body["messages"] if m["from"] == "visitor"}
    assert kept == {client_id for client_id, answer in answers.items() if answer.status == 200}


async def test_places_in_line_are_given_back_when_messages_are_refused(front: Front) -> None:
    visitor = await front.visitor()
    for _ in range(25):
        assert (await visitor.say("")).code == "empty_message"
    assert (await visitor.say("Hallo")).status == 200


async def test_a_stranger_with_the_id_but_not_the_token_takes_no_place_in_line(opens: Opens) -> None:
    assistant = GatedAssistant()
    front = await opens(assistant=assistant, answer_timeout_seconds=10)
    visitor = await front.visitor()
    stranger = Visitor(front.http, visitor.conversation_id, "wrong")
    answers = await asyncio.gather(*(stranger.say("Hallo") for _ in range(60)))
    assert {answer.code for answer in answers} == {"conversation_not_found"}


# -- anything at all

anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
likely_frames = st.fixed_dictionaries(
    {"type": st.sampled_from(["hello", "message", "choice", "typing", "shout"]) | anything},
    optional=dict.fromkeys(("text", "client_id", "payload", "title", "token", "last_seq", "conversation"), anything),
)


@given(frames=st.lists(likely_frames | anything, max_size=8))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_whatever_is_sent_the_line_stays_open_and_the_next_message_is_answered(
    front: Front, frames: list[object]
) -> None:
    visitor = await front.visitor()
    async with visitor.line() as line:
        for frame in frames:
            await line.send_raw(json.dumps(frame))
        client_id = await line.say("Ik ben er nog.")
        await line.until("message", client_id=client_id)
        assert set(line.errors) <= {
            "invalid_json", "invalid_frame", "unknown_frame", "empty_message", "control_characters", "message_too_long"
        }  # fmt: skip
