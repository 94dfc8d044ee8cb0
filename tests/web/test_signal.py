"""What the safety layer saw: the operator reads it beside the answer, the visitor never, and on disk it is sealed."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from bot.assistant.port import Turn
from bot.assistant.scripted import ScriptedAssistant
from bot.conversation.content import Content, SafetyFinding, Vault
from bot.conversation.models import Conversation, Message
from bot.conversation.state import Speaker
from bot.privacy.cipher import MasterKey, seal
from tests.fakes.clock import Clock
from tests.web.conftest import Opens
from tests.web.front import Front

MARKER = "kanariepiet"
SEEN = {"level": "acute", "by": ["rule", "classifier"], "words": [MARKER, "voor de deur"], "score": 0.93}
FINDING = SafetyFinding("acute", ("rule", "classifier"), (MARKER, "voor de deur"), 0.9321)


class SeesDanger(ScriptedAssistant):
    """Sees it in a message with a bird; says two things, or hands over as well."""

    async def answer(self, conversation_id: str, utterance: str) -> Turn:
        if "vogel" not in utterance:
            return await super().answer(conversation_id, utterance)
        handover = {"rol": "slachtoffer"} if "rij" in utterance else None
        said = (Content("Bel nu 112."), Content("Ben je veilig?"))
        return Turn(said, handover, alarm="acuut_gevaar", safety=FINDING)


@pytest.fixture
async def front(opens: Opens) -> Front:
    return await opens(assistant=SeesDanger())


def explained(messages: list[dict[str, Any]]) -> list[tuple[str, Any]]:
    return [(message["text"], message["safety"]) for message in messages if "safety" in message]


async def test_the_operator_reads_it_once_beside_the_first_answer(front: Front) -> None:
    visitor, operator = await front.visitor(), await front.operator("anna")
    await visitor.say("vogel")
    await visitor.say("ik wil een mens spreken")
    taken = await operator.claim(visitor)
    assert explained(taken.body["messages"]) == [("Bel nu 112.", SEEN)]
    assert explained((await operator.read(visitor)).body["messages"]) == [("Bel nu 112.", SEEN)]


async def test_the_visitor_never_gets_it_on_any_way(front: Front) -> None:
    visitor = await front.visitor()
    async with visitor.line() as line:
        posted = await visitor.say("vogel in de rij")
        await line.until("message", text="Ben je veilig?")
        await line.until("state", state="waiting")
    async with visitor.line() as again:
        await again.until("message", text="Ben je veilig?")
    everything = posted.text + (await visitor.messages()).text + json.dumps(line.frames + again.frames)
    assert "Bel nu 112." in everything
    for secret in (MARKER, "safety", "0.93", "classifier"):
        assert secret not in everything


async def test_it_comes_live_to_the_operator_who_gets_the_conversation_back(front: Front) -> None:
    visitor, operator = await front.visitor(), await front.operator("anna")
    await visitor.say("ik wil een mens spreken")
    await operator.claim(visitor)
    await operator.release(visitor)
    async with operator.console() as console:
        await visitor.say("vogel in de rij")
        await operator.claim(visitor)
        frame = await console.until("message", text="Bel nu 112.")
    assert frame["safety"] == SEEN


async def test_none_of_its_words_is_on_disk_in_clear(front: Front, tmp_path: Path) -> None:
    visitor = await front.visitor()
    await visitor.say("vogel")
    for path in (tmp_path / "data").rglob("*"):
        if path.is_file():
            assert MARKER.encode() not in path.read_bytes(), path.name
            assert b"voor de deur" not in path.read_bytes(), path.name
    database = sqlite3.connect(tmp_path / "data" / "eerste-stap.sqlite3")
    assert database.execute("SELECT alarm FROM conversations").fetchone() == ("acuut_gevaar",)
    database.close()


async def test_an_answer_that_comes_too_late_leaves_nothing(front: Front) -> None:
    """A human has the conversation: what the assistant would have said is dropped, and its explanation with it."""
    visitor, operator = await front.visitor(), await front.operator("anna")
    await visitor.say("ik wil een mens spreken")
    await operator.claim(visitor)
    await visitor.say("vogel")
    assert explained((await operator.read(visitor)).body["messages"]) == []


# -- sealing


@pytest.fixture
def vault_and_key() -> tuple[Vault, bytes]:
    master_key, conversation_id = MasterKey(bytes(32)), "a" * 32
    wrapped = master_key.new_data_key(conversation_id)
    row = Conversation(id=conversation_id, data_key=wrapped)
    return Vault(master_key, row), master_key.unwrap(wrapped, conversation_id)


def message(body: bytes) -> Message:
    return Message(conversation_id="a" * 32, seq=1, speaker=Speaker.ASSISTANT, body=body, at=Clock()())


def test_what_was_sealed_comes_out_the_same(vault_and_key: tuple[Vault, bytes]) -> None:
    vault, _ = vault_and_key
    for content in (Content("Bel nu 112.", safety=FINDING), Content("Hallo")):
        assert vault.open(message(vault.seal_content(content, 1))).content == content


def test_a_message_from_before_there_were_explanations_opens_as_before(vault_and_key: tuple[Vault, bytes]) -> None:
    vault, key = vault_and_key
    old = {"text": "Bel nu 112.", "name": "", "choices": [["Een mens", "/mens_spreken"]]}
    content = vault.open(message(seal(key, json.dumps(old).encode(), "a" * 32 + "/1"))).content
    assert (content.text, content.safety) == ("Bel nu 112.", None)
