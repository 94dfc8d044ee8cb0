"""The visitor's way over plain HTTP."""

import asyncio
import hmac
import sqlite3
from pathlib import Path

import pytest

from bot.assistant.scripted import ScriptedAssistant
from tests.fakes.assistants import GatedAssistant
from tests.web.clients import Visitor, ask, new_client_id
from tests.web.conftest import Opens
from tests.web.front import Front

WELCOMING = "Dank je dat je dit vertelt. Waar wil je hulp bij?"
IN_LINE = "Ik zet je in de rij voor een medewerker."


async def test_opening_gives_an_id_a_token_and_the_first_number(front: Front) -> None:
    opened = await ask(front.http, "POST", "/api/v1/conversations", json={})
    assert opened.status == 201
    assert opened.body.keys() == {"id", "token", "last_seq"}
    assert opened.body["last_seq"] == 0
    assert len(opened.body["token"]) >= 43, "256 bits in base64"


async def test_two_conversations_share_neither_id_nor_token(front: Front) -> None:
    one, two = await front.visitor(), await front.visitor()
    assert one.conversation_id != two.conversation_id
    assert one.token != two.token


async def test_a_post_gives_the_answers_only(front: Front) -> None:
    visitor = await front.visitor()
    answer = await visitor.say("Ik ben bang thuis.")
    assert answer.status == 200
    assert answer.body["state"] == "with_assistant"
    assert "queue_position" not in answer.body
    assert answer.said == [("assistant", WELCOMING)]
    assert answer.body["messages"][0]["choices"] == [{"title": "Ik wil een mens spreken", "payload": "/mens_spreken"}]
    again = await visitor.say("En nu?")
    assert [message["seq"] for message in again.body["messages"]] == [4], "not the first answer once more"


async def test_get_gives_all_messages_in_order_and_only_those_after_the_number_asked(front: Front) -> None:
    visitor = await front.visitor()
    client_id = new_client_id()
    await visitor.say("Ik ben bang thuis.", client_id=client_id)
    everything = await visitor.messages()
    assert everything.said == [("visitor", "Ik ben bang thuis."), ("assistant", WELCOMING)]
    assert [message["seq"] for message in everything.body["messages"]] == [1, 2]
    assert everything.body["messages"][0]["client_id"] == client_id
    assert everything.body["messages"][0]["at"] == "2026-03-02T20:15:00+00:00"
    assert (await visitor.messages(after=1)).said == [("assistant", WELCOMING)]
    assert (await visitor.messages(after=2)).said == []
    assert (await visitor.messages(after=999_999_999)).said == []


@pytest.mark.parametrize("after", ["-1", "1.5", "x", "", "1e3", "٣", "9999999999", "0x1", " 1", "1 ", "%00"])
async def test_a_wrong_number_to_start_after_is_refused_by_name(front: Front, after: str) -> None:
    answer = await (await front.visitor()).messages(after)
    assert (answer.status, answer.code) == (400, "invalid_frame")


async def test_a_message_sent_twice_is_stored_and_answered_once(front: Front, assistant: ScriptedAssistant) -> None:
    visitor, client_id = await front.visitor(), new_client_id()
    first = await visitor.say("Ik ben bang.", client_id=client_id)
    second = await visitor.say("Ik ben bang.", client_id=client_id)
    assert second.body == first.body, "the same answer, for a page that missed the first"
    assert (await visitor.messages()).said == [("visitor", "Ik ben bang."), ("assistant", WELCOMING)]
    assert len(assistant.asked) == 1


async def test_a_message_sent_twice_at_the_same_moment_is_stored_once(
    front: Front, assistant: ScriptedAssistant
) -> None:
    visitor, client_id = await front.visitor(), new_client_id()
    answers = await asyncio.gather(*(visitor.say("Ik ben bang.", client_id=client_id) for _ in range(8)))
    assert {answer.status for answer in answers} == {200}
    assert [speaker for speaker, _ in (await visitor.messages()).said] == ["visitor", "assistant"]
    assert len(assistant.asked) == 1


async def test_the_same_client_id_of_two_visitors_is_two_messages(front: Front) -> None:
    client_id = new_client_id()
    for visitor in (await front.visitor(), await front.visitor()):
        await visitor.say("Hallo", client_id=client_id)
        assert len((await visitor.messages()).said) == 2


async def test_a_message_without_client_id_is_a_new_one_each_time(front: Front) -> None:
    visitor = await front.visitor()
    await visitor.say("Hallo")
    await visitor.say("Hallo")
    assert len((await visitor.messages()).said) == 4


async def test_blanks_around_a_message_are_not_kept_and_line_breaks_within_are(front: Front) -> None:
    visitor = await front.visitor()
    await visitor.say("  Hij slaat mij.\n\tAl jaren. \n")
    assert (await visitor.messages()).said[0] == ("visitor", "Hij slaat mij.\n\tAl jaren.")


@pytest.mark.parametrize(
    ("payload", "title", "reads"),
    [
        ("/rol_slachtoffer", "Het gaat over mij", "/rol_slachtoffer"),
        ('/inform{"rol": "slachtoffer"}', "Het gaat over mij", '/inform{"rol": "slachtoffer"}'),
        ("Het gaat over mij", "Over mij", "Het gaat over mij"),
        # not a button of ours: what it said counts, as words
        ("/restart", "Opnieuw", "Opnieuw"),
        ("/back", "Terug", "Terug"),
        ("/session_start", "/restart", "restart"),
        ("/", "Niets", "Niets"),
        ('/inform{"rol": "a", "b": "c"}', "Meer", "Meer"),
        ("//restart", "Opnieuw", "Opnieuw"),
        ("/Restart", "Opnieuw", "Opnieuw"),
        # Rasa strips blanks before it looks for the slash
        (" /restart", "Opnieuw", "restart"),
        ("\u2003/restart", "Opnieuw", "restart"),
        ("\r\n/restart", "Opnieuw", "restart"),
    ],
)
async def test_of_a_choice_the_conversation_keeps_the_title_and_the_assistant_reads_what_it_may(
    front: Front, assistant: ScriptedAssistant, payload: str, title: str, reads: str
) -> None:
    visitor = await front.visitor()
    answer = await visitor.choose(payload, title)
    assert answer.status == 200, answer
    assert assistant.asked == [(visitor.conversation_id, reads)]
    assert (await visitor.messages()).said[0] == ("visitor", title)


@pytest.mark.parametrize(
    ("typed", "reads"),
    [
        ("/restart", "restart"),
        ("//restart", "restart"),
        ("/ /restart", "restart"),
        ("\r/restart", "restart"),
        ("\u00a0/restart", "restart"),
        ("\u2028/\u3000/restart", "restart"),
        ("/mens_spreken", "mens_spreken"),
        ("/", "?"),
        ("24/7", "24/7"),
    ],
)
async def test_typed_words_are_never_a_command_to_rasa(
    front: Front, assistant: ScriptedAssistant, typed: str, reads: str
) -> None:
    visitor = await front.visitor()
    assert (await visitor.say(typed)).status == 200
    assert [utterance for _, utterance in assistant.asked] == [reads]


async def test_the_button_for_a_human_leads_to_the_queue(front: Front) -> None:
    visitor = await front.visitor()
    answer = await visitor.choose("/mens_spreken", "Ik wil een mens spreken")
    assert (answer.body["state"], answer.body["queue_position"]) == ("waiting", 1)
    assert (await visitor.messages()).said[:2] == [("visitor", "Ik wil een mens spreken"), ("assistant", IN_LINE)]


@pytest.mark.parametrize("reason", ["visitor_ended", "quick_exit"])
async def test_a_visitor_ends_and_then_nothing_more_can_be_said(front: Front, reason: str) -> None:
    visitor = await front.visitor()
    await visitor.say("Hallo")
    ended = await visitor.end(reason)
    assert (ended.status, ended.body) == (200, {"state": "closed"})
    for refused in (await visitor.say("Nog iets"), await visitor.end()):
        assert (refused.status, refused.code) == (409, "conversation_closed")
    after = await visitor.messages()
    assert after.body["state"] == "closed"
    assert len(after.said) == 2, "what was said can still be read"


async def test_a_quick_exit_reaches_the_server_as_plain_text_too(front: Front) -> None:
    """A page that goes away can't always set the content type."""
    visitor = await front.visitor()
    answer = await visitor.request(
        "POST", "/end", data='{"reason": "quick_exit"}', headers={"Content-Type": "text/plain"}
    )
    assert answer.body == {"state": "closed"}


@pytest.mark.parametrize("body", ["[]", "null", '{"reason": "other"}', '{"reason": 1}', '{"reason": null}'])
async def test_a_wrong_body_ends_nothing(front: Front, body: str) -> None:
    visitor = await front.visitor()
    answer = await visitor.request("POST", "/end", data=body)
    assert (answer.status, answer.code) == (400, "invalid_frame")
    assert (await visitor.messages()).body["state"] == "with_assistant"


async def test_erasing_removes_the_rows_from_the_database_file(front: Front, tmp_path: Path) -> None:
    visitor, other = await front.visitor(), await front.visitor()
    for who in (visitor, other):
        await who.say("Ik wil een mens spreken")
    database = sqlite3.connect(f"file:{tmp_path / 'data' / 'eerste-stap.sqlite3'}?mode=ro", uri=True)
    try:

        def count(table: str, column: str) -> int:
            query = f"SELECT count(*) FROM {table} WHERE {column} = ?"
            return int(database.execute(query, (visitor.conversation_id,)).fetchone()[0])

        assert count("conversations", "id") == 1
        assert count("messages", "conversation_id") == 3
        erased = await visitor.erase()
        assert (erased.status, erased.text) == (204, "")
        assert count("conversations", "id") == 0
        assert count("messages", "conversation_id") == 0
    finally:
        database.close()
    for gone in (await visitor.messages(), await visitor.say("Hallo?"), await visitor.erase(), await visitor.end()):
        assert (gone.status, gone.code) == (404, "conversation_not_found")
    assert len((await other.messages()).said) == 3, "another's conversation is untouched"
    assert (await other.messages()).body["queue_position"] == 1, "and moved up"


async def test_an_ended_conversation_can_still_be_erased(front: Front) -> None:
    visitor = await front.visitor()
    await visitor.end()
    assert (await visitor.erase()).status == 204


async def test_an_answer_to_an_erased_conversation_goes_nowhere(opens: Opens) -> None:
    assistant = GatedAssistant()
    front = await opens(assistant=assistant)
    visitor = await front.visitor()
    saying = asyncio.create_task(visitor.say("Hallo"))
    await assistant.thinking.wait()
    assert (await visitor.erase()).status == 204
    assistant.gate.set()
    answer = await saying
    assert (answer.status, answer.code) == (404, "conversation_not_found")


async def test_an_answer_is_stored_also_when_the_page_went_away_meanwhile(opens: Opens) -> None:
    assistant = GatedAssistant()
    front = await opens(assistant=assistant)
    visitor = await front.visitor()
    saying = asyncio.create_task(visitor.say("Hallo"))
    await assistant.thinking.wait()
    saying.cancel()
    async with visitor.line() as line:
        assistant.gate.set()
        await line.until("message", speaker="assistant", text=WELCOMING)


@pytest.mark.parametrize("method_and_path", ["GET /messages", "POST /messages", "POST /end", "DELETE "])
@pytest.mark.parametrize(
    "authorization",
    [
        None,
        "Bearer ",
        "Bearer wrong",
        "Basic {token}",
        "{token}",
        "Bearer {token}x",
        "Bearer {token_of_another}",
        "Bearer \udcff\udcfe",
    ],
)
async def test_a_wrong_token_looks_exactly_like_a_conversation_that_does_not_exist(
    front: Front, method_and_path: str, authorization: str | None
) -> None:
    method, _, path = method_and_path.partition(" ")
    visitor, other = await front.visitor(), await front.visitor()
    body = {"text": "Hallo"} if path == "/messages" else {}
    headers = {}
    if authorization is not None:
        headers["Authorization"] = authorization.format(token=visitor.token, token_of_another=other.token)

    async def attempt(conversation_id: str) -> tuple[int, str, list[str]]:
        address = f"/api/v1/conversations/{conversation_id}{path}"
        arguments = {} if method == "GET" else {"json": body}
        answer = await ask(front.http, method, address, headers=headers, **arguments)
        return answer.status, answer.text, sorted(answer.headers)

    forbidden = await attempt(visitor.conversation_id)
    missing = await attempt("0" * 32)
    assert forbidden == missing
    assert forbidden[0] == 404
    assert '"conversation_not_found"' in forbidden[1]
    assert (await visitor.messages()).body == {"state": "with_assistant", "messages": []}


@pytest.mark.parametrize("conversation_id", ["x", "%00" * 32, "g" * 32, "é" * 32, "0" * 33, "A" * 5_000, "'; --"])
async def test_an_id_that_can_not_exist_is_not_found_either(front: Front, conversation_id: str) -> None:
    visitor = Visitor(front.http, conversation_id, "x")
    answer = await visitor.messages()
    assert (answer.status, answer.code) == (404, "conversation_not_found")


@pytest.mark.parametrize("exists", [True, False])
async def test_the_token_is_compared_also_when_there_is_no_such_conversation(
    front: Front, monkeypatch: pytest.MonkeyPatch, exists: bool
) -> None:
    """So that the time it takes tells nothing either."""
    compared: list[tuple[int, int]] = []

    def compare(one: bytes, two: bytes) -> bool:
        compared.append((len(one), len(two)))
        return one == two

    visitor = await front.visitor()
    monkeypatch.setattr(hmac, "compare_digest", compare)
    stranger = Visitor(front.http, visitor.conversation_id if exists else "0" * 32, "wrong")
    assert (await stranger.messages()).status == 404
    assert compared == [(32, 32)]
