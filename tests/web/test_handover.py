"""From the visitor who asks for a human to the operator who closes the conversation."""

import asyncio
from datetime import timedelta

import pytest

from bot.accounts.service import PRESENCE_LASTS
from bot.assistant.scripted import ScriptedAssistant
from bot.bus.port import QUEUE_TOPIC, Kind, Signal, conversation_topic, operator_topic
from bot.keys import ACCOUNTS, BUS
from tests.fakes.assistants import GatedAssistant
from tests.fakes.clock import Clock
from tests.web.clients import Answer, OperatorClient, Visitor, new_client_id
from tests.web.conftest import Opens
from tests.web.front import Front


@pytest.fixture
async def front(opens: Opens, assistant: ScriptedAssistant, database_url: str) -> Front:
    """This whole file runs on SQLite and on PostgreSQL."""
    return await opens(assistant=assistant, database_url=database_url)


async def waiting_visitor(front: Front, clock: Clock, *said_before: str) -> Visitor:
    """A visitor in the queue, a second after the one before."""
    clock.advance(seconds=1)
    visitor = await front.visitor()
    for text in said_before:
        await visitor.say(text)
    answer = await visitor.say("ik wil een mens spreken")
    assert answer.body["state"] == "waiting"
    return visitor


async def claimed_visitor(front: Front, clock: Clock, operator: OperatorClient) -> Visitor:
    visitor = await waiting_visitor(front, clock)
    assert (await operator.claim(visitor)).status == 200
    return visitor


async def place_of(visitor: Visitor) -> int | None:
    place: int | None = (await visitor.messages()).body.get("queue_position")
    return place


# -- the queue


async def test_who_asks_for_a_human_waits_with_a_place(front: Front, clock: Clock) -> None:
    visitor = await front.visitor()
    async with visitor.line() as line:
        await line.say("ik wil een mens spreken")
        await line.until("state", state="waiting", queue_position=1)
    answer = await visitor.messages()
    assert (answer.body["state"], answer.body["queue_position"]) == ("waiting", 1)
    async with visitor.silent_line() as line:
        await line.send("hello", token=visitor.token, last_seq=0)
        assert await line.next() == {"type": "welcome", "state": "waiting", "queue_position": 1, "last_seq": 3}


async def test_two_who_wait_have_places_1_and_2_and_who_stays_moves_up_and_is_told(front: Front, clock: Clock) -> None:
    first, second = await waiting_visitor(front, clock), await waiting_visitor(front, clock)
    assert [await place_of(first), await place_of(second)] == [1, 2]
    async with second.line() as line:
        await first.end()
        await line.until("state", state="waiting", queue_position=1)
    assert await place_of(second) == 1


@pytest.mark.parametrize("leaves_by", ["claim", "erase", "quick_exit"])
async def test_whoever_waits_behind_moves_up_however_the_first_leaves(
    front: Front, clock: Clock, leaves_by: str
) -> None:
    operator = await front.operator("anna")
    first, second = await waiting_visitor(front, clock), await waiting_visitor(front, clock)
    async with second.line() as line:
        match leaves_by:
            case "claim":
                await operator.claim(first)
            case "erase":
                await first.erase()
            case "quick_exit":
                await first.end("quick_exit")
        await line.until("state", state="waiting", queue_position=1)


async def test_danger_goes_first_and_the_others_are_told_their_new_place(front: Front, clock: Clock) -> None:
    operator = await front.operator("anna")
    calm = await waiting_visitor(front, clock)
    async with calm.line() as line, operator.console() as console:
        in_danger = await waiting_visitor(front, clock, "hij staat nu voor de deur met een mes")
        await line.until("state", state="waiting", queue_position=2)
        assert await place_of(in_danger) == 1
        while len(entries := (await console.until("queue"))["waiting"]) < 2:
            pass
    assert [(entry["conversation"], entry["position"], entry["acute"]) for entry in entries] == [
        (in_danger.conversation_id, 1, True),
        (calm.conversation_id, 2, False),
    ]
    assert entries[0]["reason"] == "acuut gevaar"
    assert entries == (await operator.queue())["waiting"]


async def test_danger_that_shows_while_waiting_moves_to_the_front(front: Front, clock: Clock) -> None:
    first, second = await waiting_visitor(front, clock), await waiting_visitor(front, clock)
    async with first.line() as line:
        answer = await second.say("hij heeft een mes")
        assert answer.body["queue_position"] == 1
        await line.until("state", state="waiting", queue_position=2)


async def test_asking_twice_keeps_the_place(front: Front, clock: Clock) -> None:
    first, second = await waiting_visitor(front, clock), await waiting_visitor(front, clock)
    clock.advance(minutes=5)
    answer = await first.say("ik wil een mens spreken!")
    assert answer.body["queue_position"] == 1
    assert await place_of(second) == 2


async def test_while_waiting_the_assistant_still_answers(front: Front, clock: Clock) -> None:
    visitor = await waiting_visitor(front, clock)
    assert (await visitor.say("Wat nu?")).said[0][0] == "assistant"


async def test_the_notice_is_honest_about_whether_somebody_is_there(front: Front, clock: Clock) -> None:
    nobody_there = (await (await waiting_visitor(front, clock)).messages()).said[-1]
    operator = await front.operator("anna")
    async with operator.console():
        somebody_there = (await (await waiting_visitor(front, clock)).messages()).said[-1]
    assert nobody_there[0] == somebody_there[0] == "system"
    assert "Er is nu geen medewerker aanwezig" in nobody_there[1]
    assert "0800-2000" in nobody_there[1]
    assert "112" in nobody_there[1]
    assert "Je plek: 1" in nobody_there[1]
    assert "geen medewerker" not in somebody_there[1]
    assert "Je plek: 2" in somebody_there[1]


async def test_who_is_logged_in_without_an_open_console_is_not_there(front: Front, clock: Clock) -> None:
    operator = await front.operator("anna")
    assert [colleague["online"] for colleague in (await operator.queue())["operators"]] == [False]
    async with operator.console():
        assert [colleague["online"] for colleague in (await operator.queue())["operators"]] == [True]
        clock.advance(seconds=PRESENCE_LASTS.total_seconds() + 1)  # a server that crashed says nothing any more
        assert [colleague["online"] for colleague in (await operator.queue())["operators"]] == [False]


async def test_closing_one_of_two_consoles_leaves_the_operator_there(front: Front, clock: Clock) -> None:
    operator = await front.operator("anna")
    async with operator.console(), front.app[BUS].subscribe(QUEUE_TOPIC) as signals:
        async with operator.console():
            assert await anext(signals), "it came"
        async with asyncio.timeout(10):
            assert await anext(signals), "it left"
            assert await anext(signals), "the other console says that the operator is still there"
        assert [colleague["online"] for colleague in (await operator.queue())["operators"]] == [True]


# -- claiming


async def test_a_claim_gives_the_whole_conversation_and_tells_the_visitor_who_came(front: Front, clock: Clock) -> None:
    operator = await front.operator("anna")
    visitor = await waiting_visitor(front, clock, "Hij slaat mij.")
    async with visitor.line(last_seq=5) as line:
        claimed = await operator.claim(visitor)
        await line.until("message", speaker="system", text="Anna is er nu. Je praat met een mens. De chatbot is stil.")
        await line.until("state", state="with_operator")
    assert claimed.status == 200
    assert claimed.body["state"] == "with_operator"
    assert claimed.body["summary"]["thema"] == "partnergeweld"
    assert [text for who, text in claimed.said if who == "visitor"] == ["Hij slaat mij.", "ik wil een mens spreken"]
    queue = await operator.queue()
    assert queue["waiting"] == []
    assert [entry["conversation"] for entry in queue["mine"]] == [visitor.conversation_id]


async def test_the_second_claimer_is_told_that_a_colleague_was_first(front: Front, clock: Clock) -> None:
    anna, bram = await front.operator("anna"), await front.operator("bram")
    visitor = await claimed_visitor(front, clock, anna)
    late = await bram.claim(visitor)
    assert (late.status, late.code) == (409, "already_claimed")
    assert (await anna.read(visitor)).status == 200


@pytest.mark.parametrize(
    ("before", "code"),
    [("with_assistant", "not_now"), ("closed", "conversation_closed"), ("erased", "conversation_not_found")],
)
async def test_only_who_waits_can_be_claimed(front: Front, clock: Clock, before: str, code: str) -> None:
    operator, visitor = await front.operator("anna"), await front.visitor()
    if before == "closed":
        await visitor.end()
    if before == "erased":
        await visitor.erase()
    assert (await operator.claim(visitor)).code == code


async def test_an_answer_that_comes_after_the_claim_is_dropped(opens: Opens, database_url: str, clock: Clock) -> None:
    assistant = GatedAssistant()
    assistant.gate.set()
    front = await opens(assistant=assistant, database_url=database_url, answer_timeout_seconds=10)
    operator = await front.operator("anna")
    visitor = await waiting_visitor(front, clock)
    assistant.gate.clear()
    assistant.thinking.clear()
    saying = asyncio.create_task(visitor.say("Is daar iemand?"))
    await assistant.thinking.wait()
    await operator.claim(visitor)
    assistant.gate.set()
    answer = await saying
    assert answer.body["state"] == "with_operator"
    assert [who for who, _ in answer.said] == ["system"], "the claim, and no assistant"


async def test_questions_still_in_line_at_the_claim_are_not_put_to_the_assistant(
    opens: Opens, database_url: str, clock: Clock
) -> None:
    assistant = GatedAssistant()
    assistant.gate.set()
    front = await opens(assistant=assistant, database_url=database_url, answer_timeout_seconds=10)
    operator = await front.operator("anna")
    visitor = await waiting_visitor(front, clock)
    assistant.gate.clear()
    assistant.thinking.clear()
    async with visitor.line() as line:
        for text in ("een", "twee"):
            client_id = await line.say(text)
            await line.until("message", client_id=client_id)
        await assistant.thinking.wait()
        await operator.claim(visitor)
        assistant.gate.set()
        await line.until("state", state="with_operator")
        client_id = await line.say("drie")
        await line.until("message", client_id=client_id)
    assert [utterance for _, utterance in assistant.asked] == ["ik wil een mens spreken", "een"]


# -- with an operator


async def test_visitor_and_operator_talk_live_and_the_assistant_is_not_asked(
    front: Front, assistant: ScriptedAssistant, clock: Clock
) -> None:
    operator = await front.operator("anna")
    async with operator.console() as console:
        visitor = await claimed_visitor(front, clock, operator)
        asked_before = len(assistant.asked)
        async with visitor.line() as line:
            await line.send("typing")
            await console.until("typing", conversation=visitor.conversation_id, speaker="visitor")
            await line.say("Bent u echt een mens?")
            heard = await console.until("message", text="Bent u echt een mens?", speaker="visitor")
            assert heard["conversation"] == visitor.conversation_id
            await console.send("typing", conversation=visitor.conversation_id)
            await line.until("typing", speaker="operator")
            client_id = await console.say("Ja, ik ben Anna.", conversation=visitor.conversation_id)
            read = await line.until("message", speaker="operator", text="Ja, ik ben Anna.")
            assert read["name"] == "Anna"
            await console.until("message", client_id=client_id, seq=read["seq"])
        posted = await visitor.say("zonder script")
        assert (posted.body["state"], posted.said) == ("with_operator", [])
        await console.until("message", text="zonder script")
    assert len(assistant.asked) == asked_before


async def test_an_operators_message_sent_again_is_stored_once_and_echoed_again(front: Front, clock: Clock) -> None:
    operator, client_id = await front.operator("anna"), new_client_id()
    async with operator.console() as console:
        visitor = await claimed_visitor(front, clock, operator)
        for _ in range(2):
            await console.say("Hallo", conversation=visitor.conversation_id, client_id=client_id)
            await console.until("message", client_id=client_id)
    async with operator.console() as console:
        await console.say("Hallo", conversation=visitor.conversation_id, client_id=client_id)
        await console.until("message", client_id=client_id)
    assert [who for who, _ in (await visitor.messages()).said].count("operator") == 1


async def test_after_a_release_the_assistant_answers_again_and_the_operator_is_out(front: Front, clock: Clock) -> None:
    operator = await front.operator("anna")
    async with operator.console() as console:
        visitor = await claimed_visitor(front, clock, operator)
        await console.until("state", conversation=visitor.conversation_id, state="with_operator")
        async with visitor.line() as line:
            released = await operator.release(visitor)
            assert (released.status, released.body) == (200, {"state": "with_assistant"})
            await line.until("state", state="with_assistant")
            await line.say("En nu?")
            await line.until("message", speaker="assistant", text="Dank je dat je dit vertelt. Waar wil je hulp bij?")
        await console.until("state", conversation=visitor.conversation_id, reason="released")
        await console.say("Nog iets", conversation=visitor.conversation_id)
        await console.until("error", code="conversation_not_found", conversation=visitor.conversation_id)
    assert (await operator.read(visitor)).status == 404


async def test_who_was_released_can_ask_for_a_human_again(front: Front, clock: Clock) -> None:
    operator = await front.operator("anna")
    visitor = await claimed_visitor(front, clock, operator)
    await operator.release(visitor)
    assert (await visitor.say("toch een mens")).body["queue_position"] == 1
    assert (await operator.claim(visitor)).status == 200


async def test_a_transfer_goes_to_a_colleague_who_is_there_and_tells_all_three(front: Front, clock: Clock) -> None:
    anna, bram = await front.operator("anna"), await front.operator("bram")
    async with anna.console() as console_of_anna, bram.console() as console_of_bram:
        visitor = await claimed_visitor(front, clock, anna)
        await console_of_anna.until("state", state="with_operator")
        async with visitor.line() as line:
            moved = await anna.transfer(visitor, "bram")
            assert (moved.status, moved.body) == (200, {"state": "with_operator"})
            text = "Bram neemt het gesprek over. Je praat nog steeds met een mens."
            await line.until("message", speaker="system", text=text)
            await console_of_bram.until("message", conversation=visitor.conversation_id, text=text)
            await console_of_anna.until("state", conversation=visitor.conversation_id, reason="transferred")
            await console_of_bram.say("Hallo, ik ben Bram.", conversation=visitor.conversation_id)
            await line.until("message", speaker="operator", name="Bram")
    assert (await anna.read(visitor)).status == 404
    assert (await bram.read(visitor)).status == 200


@pytest.mark.parametrize("to", ["bram", "anna", "niemand", "Bram"])
async def test_a_transfer_to_somebody_who_is_not_there_is_refused_and_nothing_moves(
    front: Front, clock: Clock, to: str
) -> None:
    anna = await front.operator("anna")
    await front.operator("bram")  # logged in, but without a console
    async with anna.console():
        visitor = await claimed_visitor(front, clock, anna)
        refused = await anna.transfer(visitor, to)
    assert (refused.status, refused.code) == (409, "operator_not_available")
    assert (await anna.read(visitor)).body["state"] == "with_operator"


@pytest.mark.parametrize("body", [{}, {"to": ""}, {"to": 1}, {"to": "a" * 81}, [], {"to": "\ud800"}, {"to": "bram\0"}])
async def test_a_transfer_without_a_name_is_an_invalid_frame(front: Front, clock: Clock, body: object) -> None:
    anna = await front.operator("anna")
    visitor = await claimed_visitor(front, clock, anna)
    answer = await anna.request("POST", f"/conversations/{visitor.conversation_id}/transfer", json=body)
    assert (answer.status, answer.code) == (400, "invalid_frame")


async def test_an_operator_closes_and_the_visitor_reads_where_to_go(front: Front, clock: Clock) -> None:
    operator = await front.operator("anna")
    visitor = await claimed_visitor(front, clock, operator)
    async with visitor.line() as line:
        closed = await operator.close(visitor)
        assert (closed.status, closed.body) == (200, {"state": "closed"})
        last = await line.until("message", speaker="system", seq=5)
        assert "0800-2000" in last["text"]
        assert "112" in last["text"]
        await line.until("state", state="closed")
    assert (await visitor.say("Hallo?")).code == "conversation_closed"
    assert (await operator.queue())["mine"] == []
    assert (await operator.read(visitor)).body["ended_by"] == "closed_by_operator"


@pytest.mark.parametrize("reason", ["visitor_ended", "quick_exit"])
async def test_the_operator_is_told_how_the_visitor_left(front: Front, clock: Clock, reason: str) -> None:
    operator = await front.operator("anna")
    async with operator.console() as console:
        visitor = await claimed_visitor(front, clock, operator)
        await console.until("state", state="with_operator")
        await visitor.end(reason)
        await console.until("state", conversation=visitor.conversation_id, state="closed", reason=reason)
        await console.say("Bent u daar nog?", conversation=visitor.conversation_id)
        await console.until("error", code="conversation_closed")
    assert (await operator.read(visitor)).body["ended_by"] == reason


async def test_the_operator_is_told_that_the_visitor_erased_everything(front: Front, clock: Clock) -> None:
    operator = await front.operator("anna")
    async with operator.console() as console:
        visitor = await claimed_visitor(front, clock, operator)
        await console.until("state", state="with_operator")
        await visitor.erase()
        await console.until("state", conversation=visitor.conversation_id, state="closed")
    assert (await operator.read(visitor)).status == 404
    assert (await operator.queue())["mine"] == []


async def test_an_operator_can_neither_read_nor_write_what_a_colleague_has(front: Front, clock: Clock) -> None:
    anna, bram = await front.operator("anna"), await front.operator("bram")
    visitor = await claimed_visitor(front, clock, anna)
    waiting = await waiting_visitor(front, clock)
    missing = Visitor(front.http, "0" * 32, "")
    async with bram.console() as console:
        for whose in (visitor, waiting, missing):
            answers: list[Answer] = [
                await bram.read(whose),
                await bram.release(whose),
                await bram.close(whose),
            ]
            assert {(answer.status, answer.code) for answer in answers} == {(404, "conversation_not_found")}
            await console.say("Hallo", conversation=whose.conversation_id)
            await console.until("error", code="conversation_not_found")
            await console.send("typing", conversation=whose.conversation_id)
            await console.until("error", code="conversation_not_found")
        async with anna.console() as of_anna:
            await visitor.say("Alleen voor Anna")
            await of_anna.until("message", text="Alleen voor Anna")
    assert not console.messages, "nothing of a colleague's conversation is sent"
    assert "operator" not in [who for who, _ in (await visitor.messages()).said]


async def test_a_transfer_of_what_a_colleague_has_is_not_found(front: Front, clock: Clock) -> None:
    anna, bram = await front.operator("anna"), await front.operator("bram")
    async with anna.console(), bram.console():
        visitor = await claimed_visitor(front, clock, anna)
        assert (await bram.transfer(visitor, "anna")).code == "conversation_not_found"


async def test_release_and_close_of_an_own_conversation_that_ended_are_refused(front: Front, clock: Clock) -> None:
    operator = await front.operator("anna")
    visitor = await claimed_visitor(front, clock, operator)
    await visitor.end()
    for answer in (await operator.release(visitor), await operator.close(visitor)):
        assert (answer.status, answer.code) == (409, "conversation_closed")


async def test_a_console_that_opens_again_sends_what_comes_after_and_not_the_past(front: Front, clock: Clock) -> None:
    operator = await front.operator("anna")
    visitor = await claimed_visitor(front, clock, operator)
    async with operator.console() as console:
        await visitor.say("Daar ben ik weer.")
        assert (await console.until("message"))["text"] == "Daar ben ik weer."
        assert [entry["conversation"] for entry in console.frames[1]["mine"]] == [visitor.conversation_id]


async def test_lines_that_missed_every_signal_show_all_when_they_look_again(
    front: Front, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    operator, visitor = await front.operator("anna"), await waiting_visitor(front, clock)
    (anna,) = await front.app[ACCOUNTS].everybody()
    bus = front.app[BUS]

    async def lose(_topic: str, _signal: Signal) -> None: ...

    async with operator.console() as console, visitor.line() as line:
        with monkeypatch.context() as lost:
            lost.setattr(bus, "publish", lose)
            await operator.claim(visitor)
            await visitor.say("Gemist?")
        for topic in (operator_topic(anna.id), conversation_topic(visitor.conversation_id)):
            await bus.publish(topic, Signal(Kind.CHANGED))
        for who in (console, line):
            await who.until("message", text="Gemist?")
            await who.until("state", state="with_operator")


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ('{"type": "message", "text": "a"}', "invalid_frame"),
        ('{"type": "message", "conversation": "x"}', "invalid_frame"),
        ('{"type": "message", "conversation": "\\ud800", "text": "a"}', "invalid_frame"),
        ('{"type": "message", "conversation": 1, "text": "a"}', "invalid_frame"),
        ('{"type": "choice", "conversation": "x", "payload": "/a", "title": "a"}', "unknown_frame"),
        ('{"type": "end", "conversation": "x"}', "unknown_frame"),
        ("[]", "invalid_frame"),
        ("x", "invalid_json"),
        ("[" * 30_000, "invalid_json"),
    ],
)
async def test_wrong_frames_of_an_operator_are_refused_by_name_and_the_console_stays(
    front: Front, frame: str, code: str
) -> None:
    operator = await front.operator("anna")
    async with operator.console() as console:
        for _ in range(2):
            await console.send_raw(frame)
            await console.until("error", code=code)
        await console.socket.send_bytes(b"{}")
        await console.until("error", code="binary_not_allowed")


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty_message"), ("a" * 2_001, "message_too_long"), ("\x00", "control_characters")]
)
async def test_the_limits_on_a_message_hold_for_operators_too(front: Front, clock: Clock, text: str, code: str) -> None:
    operator = await front.operator("anna")
    visitor = await claimed_visitor(front, clock, operator)
    async with operator.console() as console:
        client_id = await console.say(text, conversation=visitor.conversation_id)
        await console.until("error", code=code, conversation=visitor.conversation_id, client_id=client_id)


async def test_the_queue_tells_since_when_somebody_waits(front: Front, clock: Clock) -> None:
    operator = await front.operator("anna")
    await waiting_visitor(front, clock)
    since = clock.now
    clock.now += timedelta(minutes=3)
    entry = (await operator.queue())["waiting"][0]
    assert entry["since"] == since.isoformat()
    assert entry["label"]
    assert entry["summary"] == {
        "rol": "slachtoffer", "thema": "partnergeweld", "gevaar": "nee", "leeftijdsgroep": "onbekend"
    }  # fmt: skip
