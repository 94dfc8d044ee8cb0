"""The visitor's socket, as docs/protocol.md tells it."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from bot.assistant.scripted import ScriptedAssistant
from bot.bus.port import Kind, Signal, conversation_topic
from bot.conversation.service import Access, View
from bot.keys import BUS, SERVICE
from bot.visitor import socket as visitor_socket
from tests.fakes.assistants import GatedAssistant
from tests.web.clients import Visitor, new_client_id
from tests.web.conftest import Opens
from tests.web.front import Front


async def test_hello_is_answered_with_welcome_and_then_all_messages_after_the_number_named(front: Front) -> None:
    visitor = await front.visitor()
    for text in ("een", "twee"):
        await visitor.say(text)
    async with visitor.silent_line() as line:
        await line.send("hello", token=visitor.token, last_seq=2)
        assert await line.next() == {"type": "welcome", "state": "with_assistant", "last_seq": 4}
        assert [(await line.next())["seq"], (await line.next())["seq"]] == [3, 4]
        await line.say("drie")
        assert (await line.until("message"))["text"] == "drie", "nothing came twice"


async def test_hello_without_a_number_brings_the_whole_conversation(front: Front) -> None:
    visitor = await front.visitor()
    await visitor.say("een")
    async with visitor.silent_line() as line:
        await line.send("hello", token=visitor.token)
        await line.until("message", seq=1, text="een", speaker="visitor")
        await line.until("message", seq=2, speaker="assistant")


async def test_a_number_that_was_never_given_out_does_not_hide_what_comes(front: Front) -> None:
    visitor = await front.visitor()
    async with visitor.silent_line() as line:
        await line.send("hello", token=visitor.token, last_seq=2**31 - 1)
        assert (await line.next())["last_seq"] == 0
        await line.say("Hallo")
        await line.until("message", seq=1)


async def test_a_message_comes_back_with_its_client_id_then_typing_then_the_answer(front: Front) -> None:
    visitor = await front.visitor()
    async with visitor.line() as line:
        client_id = await line.say("Ik ben bang.")
        await line.until("message", speaker="assistant")
        frames = line.frames[1:]
        assert [frame["type"] for frame in frames if frame["type"] != "typing"] == ["message", "message"]
        echo = next(frame for frame in frames if frame["type"] == "message")
        assert echo == {
            "type": "message",
            "seq": 1,
            "from": "visitor",
            "text": "Ik ben bang.",
            "choices": [],
            "at": "2026-03-02T20:15:00+00:00",
            "client_id": client_id,
        }
        assert {"type": "typing", "from": "assistant"} in frames


async def test_a_choice_over_the_socket_shows_its_title(front: Front, assistant: ScriptedAssistant) -> None:
    visitor = await front.visitor()
    async with visitor.line() as line:
        await line.send("choice", payload="/rol_slachtoffer", title="Het gaat over mij", client_id="c-1")
        await line.until("message", speaker="visitor", text="Het gaat over mij", client_id="c-1")
        await line.until("message", speaker="assistant")
    assert assistant.asked == [(visitor.conversation_id, "/rol_slachtoffer")]


async def test_a_message_sent_again_on_the_same_line_is_echoed_again_and_stored_once(front: Front) -> None:
    visitor = await front.visitor()
    async with visitor.line() as line:
        client_id = await line.say("Hallo")
        await line.until("message", speaker="assistant")
        await line.say("Hallo", client_id=client_id)
        await line.until("message", seq=1, client_id=client_id)
    assert [message["seq"] for message in (await visitor.messages()).body["messages"]] == [1, 2]


@pytest.mark.parametrize("again_by", ["socket", "http"])
async def test_a_message_sent_again_after_the_line_broke_is_stored_and_answered_once(
    front: Front, assistant: ScriptedAssistant, again_by: str
) -> None:
    visitor, client_id = await front.visitor(), new_client_id()
    async with visitor.line() as line:
        await line.say("Hallo", client_id=client_id)
        await line.until("message", speaker="assistant")
    if again_by == "http":
        assert (await visitor.say("Hallo", client_id=client_id)).status == 200
    else:
        async with visitor.line(last_seq=2) as line:
            await line.say("Hallo", client_id=client_id)
            await line.until("message", seq=1, client_id=client_id)
    assert len((await visitor.messages()).said) == 2
    assert len(assistant.asked) == 1


async def test_what_is_said_in_one_tab_appears_in_the_other_and_what_is_posted_too(front: Front) -> None:
    visitor = await front.visitor()
    async with visitor.line() as one, visitor.line() as other:
        await one.say("vanuit de ene")
        await other.until("message", text="vanuit de ene")
        await visitor.say("zonder script")
        for line in (one, other):
            await line.until("message", text="zonder script")


async def test_what_was_said_while_the_line_was_broken_comes_after_hello(opens: Opens) -> None:
    assistant = GatedAssistant()
    front = await opens(assistant=assistant)
    visitor = await front.visitor()
    async with visitor.line() as line:
        await line.say("Hallo")
        await line.until("message", seq=1)
        await assistant.thinking.wait()
    assistant.gate.set()
    async with visitor.line(last_seq=1) as line:
        await line.until("message", seq=2, speaker="assistant")


async def test_a_message_that_was_echoed_while_the_line_looked_in_the_database_is_not_shown_twice(
    opens: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    front = await opens(assistant=GatedAssistant())
    service, gate, looking = front.app[SERVICE], asyncio.Event(), asyncio.Event()
    look = service.look

    async def look_slowly(access: Access, after: int = 0) -> View:
        looking.set()
        await gate.wait()
        return await look(access, after)

    visitor = await front.visitor()
    async with visitor.line() as line:
        monkeypatch.setattr(service, "look", look_slowly)
        await front.app[BUS].publish(conversation_topic(visitor.conversation_id), Signal(Kind.CHANGED))
        await looking.wait()
        client_id = await line.say("Hallo")
        await line.until("message", client_id=client_id)
        gate.set()
        await line.send("end")
        await line.until("state", state="closed")
    assert [frame["seq"] for frame in line.messages] == [1]


async def test_the_end_is_told_on_all_lines_and_after_it_messages_are_refused(front: Front) -> None:
    visitor = await front.visitor()
    async with visitor.line() as one, visitor.line() as other:
        await one.send("end")
        for line in (one, other):
            await line.until("state", state="closed")
        client_id = await other.say("Nog iets")
        assert (await other.next()) == {"type": "error", "code": "conversation_closed", "client_id": client_id}
        await other.send("end")
        assert (await other.next()) == {"type": "error", "code": "conversation_closed"}


async def test_a_closed_conversation_welcomes_as_closed(front: Front) -> None:
    visitor = await front.visitor()
    await visitor.end()
    async with visitor.line() as line:
        assert line.frames[0]["state"] == "closed"


async def test_erasing_closes_the_conversation_on_open_lines(front: Front) -> None:
    visitor = await front.visitor()
    async with visitor.line() as line:
        await line.say("Hallo")
        await line.until("message", speaker="assistant")
        await visitor.erase()
        await line.until("state", state="closed")
        await line.say("Is daar iemand?")
        await line.until("error", code="conversation_not_found")


async def test_typing_is_not_stored_and_not_answered(front: Front) -> None:
    visitor = await front.visitor()
    async with visitor.line() as line:
        await line.send("typing")
        await line.say("Hallo")
        assert (await line.next())["type"] != "error"
        await line.until("message", speaker="assistant")
    assert len((await visitor.messages()).said) == 2


async def test_a_field_that_this_server_does_not_know_is_let_through(front: Front) -> None:
    visitor = await front.visitor()
    async with visitor.line() as line:
        await line.send("message", text="Hallo", colour="blue")
        await line.until("message", text="Hallo")


async def test_a_second_hello_is_an_unknown_frame_by_then(front: Front) -> None:
    visitor = await front.visitor()
    async with visitor.line() as line:
        await line.send("hello", token=visitor.token, last_seq=0)
        await line.until("error", code="unknown_frame")


# -- before hello


@pytest.mark.parametrize("exists", [True, False])
async def test_a_wrong_token_and_an_unknown_conversation_get_the_same_frames_and_the_same_end(
    front: Front, exists: bool
) -> None:
    visitor = await front.visitor()
    stranger = Visitor(front.http, visitor.conversation_id if exists else "0" * 32, "wrong")
    async with stranger.silent_line() as line:
        await line.send("hello", token="wrong", last_seq=0)
        assert await line.closed() == 4401
    assert line.frames == [{"type": "error", "code": "conversation_not_found"}]


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ('{"type": "message", "text": "Hallo"}', "hello_expected"),
        ('{"type": "typing"}', "hello_expected"),
        ('{"type": "nonsense"}', "hello_expected"),
        ("{}", "hello_expected"),
        ("[]", "hello_expected"),
        ("null", "hello_expected"),
        ("hello", "invalid_json"),
        ("", "invalid_json"),
        ('{"type": "hello"}', "invalid_frame"),
        ('{"type": "hello", "token": 1}', "invalid_frame"),
        ('{"type": "hello", "token": "x", "last_seq": -1}', "invalid_frame"),
        ('{"type": "hello", "token": "x", "last_seq": "0"}', "invalid_frame"),
        ('{"type": "hello", "token": "x", "last_seq": 1.5}', "invalid_frame"),
        ('{"type": "hello", "token": "x", "last_seq": true}', "invalid_frame"),
        ('{"type": "hello", "token": "x", "last_seq": 2147483648}', "invalid_frame"),
        ('{"type": "hello", "token": "' + "x" * 201 + '"}', "invalid_frame"),
        ('{"type": "hello", "token": "\\ud800"}', "invalid_frame"),
        ('{"type": "hello", "token": "\\u0000"}', "conversation_not_found"),
    ],
)
async def test_a_wrong_first_frame_is_named_and_the_line_is_closed(front: Front, first: str, code: str) -> None:
    visitor = await front.visitor()
    async with visitor.silent_line() as line:
        await line.send_raw(first)
        assert await line.closed() == 4401
    assert line.frames == [{"type": "error", "code": code}]


async def test_a_binary_first_frame_is_named_and_the_line_is_closed(front: Front) -> None:
    visitor = await front.visitor()
    async with visitor.silent_line() as line:
        await line.socket.send_bytes(b'{"type": "hello"}')
        assert await line.closed() == 4401
    assert line.errors == ["binary_not_allowed"]


async def test_who_says_nothing_is_closed_after_a_while_with_the_reason(
    front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert visitor_socket.HELLO_SECONDS == 10, "docs/protocol.md"
    monkeypatch.setattr(visitor_socket, "HELLO_SECONDS", 0.05)
    visitor = await front.visitor()
    async with visitor.silent_line() as line:
        assert await line.closed() == 4401
    assert line.errors == ["hello_timeout"]


async def test_a_client_that_leaves_before_hello_harms_nobody(front: Front) -> None:
    visitor = await front.visitor()
    async with visitor.line() as other:
        async with visitor.silent_line():
            pass
        await other.say("Hallo")
        await other.until("message", speaker="assistant")


async def test_a_plain_request_to_the_socket_address_is_refused(front: Front) -> None:
    answer = await (await front.visitor()).request("GET", "/ws")
    assert (answer.status, answer.code) == (400, "bad_request")


async def test_open_lines_are_told_when_the_server_goes_down_and_do_not_hold_it_up(opens: Opens) -> None:
    front = await opens()
    visitor, operator = await front.visitor(), await front.operator("anna")
    async with AsyncExitStack() as stack:
        lines = [await stack.enter_async_context(visitor.line()), await stack.enter_async_context(operator.console())]
        ends = asyncio.gather(*(line.closed() for line in lines))
        async with asyncio.timeout(1.5):
            await front.stop()
            assert await ends == [1001, 1001]
