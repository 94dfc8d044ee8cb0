"""What a message says, and how it lies sealed in the database."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from bot.conversation.models import Conversation, Message
from bot.conversation.state import Speaker
from bot.privacy.cipher import MasterKey, seal, unseal

# The summary's line on danger, in the words of the slot `gevaar` (domain.yml), by alarm.
DANGER_LINES = {"acuut_gevaar": "ja", "suicidale_gedachten": "suicide"}


@dataclass(frozen=True, slots=True)
class Choice:
    """A button under a message: what the person reads, and what choosing it sends."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class SafetyFinding:
    """What the safety layer saw in the message that an answer is to. For the operator alone, never for a log."""

    level: str  # "acute" or "suicidal"
    by: tuple[str, ...]  # "rule", "classifier"
    words: tuple[str, ...]  # the visitor's own
    score: float  # the classifier's probability of the level, 0..1


@dataclass(frozen=True, slots=True)
class Content:
    text: str
    choices: tuple[Choice, ...] = ()
    name: str = ""  # an operator's display name at the time of speaking
    safety: SafetyFinding | None = None  # with an answer of the assistant


@dataclass(frozen=True, slots=True)
class Said:
    """A message as the sockets and pages see it."""

    seq: int
    speaker: Speaker
    content: Content
    at: datetime
    client_id: str | None


class Vault:
    """Seals and opens what belongs to one conversation."""

    def __init__(self, master_key: MasterKey, conversation: Conversation) -> None:
        self._id = conversation.id
        self._key = master_key.unwrap(conversation.data_key, conversation.id)

    def seal_content(self, content: Content, seq: int) -> bytes:
        choices = [[choice.title, choice.payload] for choice in content.choices]
        value: dict[str, Any] = {"text": content.text, "name": content.name, "choices": choices}
        if content.safety is not None:
            value["safety"] = asdict(content.safety)
        return seal(self._key, json.dumps(value, ensure_ascii=False).encode(), f"{self._id}/{seq}")

    def open(self, row: Message) -> Said:
        value = json.loads(unseal(self._key, row.body, f"{self._id}/{row.seq}"))
        choices = tuple(Choice(*pair) for pair in value["choices"])
        content = Content(value["text"], choices, value["name"], _finding(value.get("safety")))
        return Said(row.seq, row.by, content, row.at, row.client_id)

    def seal_summary(self, summary: dict[str, str]) -> bytes:
        return seal(self._key, json.dumps(summary, ensure_ascii=False).encode(), f"{self._id}/summary")

    def open_summary(self, row: Conversation) -> dict[str, str]:
        """The summary passed on at the handover, by line; empty when nothing was passed on.

        What the safety layer saw later than the handover wins over the line `gevaar` of that moment.
        """
        if row.summary is None:
            return {}
        lines: dict[str, str] = json.loads(unseal(self._key, row.summary, f"{self._id}/summary"))
        return {**lines, **({"gevaar": DANGER_LINES[row.alarm]} if row.alarm in DANGER_LINES else {})}


def _finding(value: dict[str, Any] | None) -> SafetyFinding | None:
    """None in messages without one, and in all from before there were any."""
    if value is None:
        return None
    return SafetyFinding(value["level"], tuple(value["by"]), tuple(value["words"]), value["score"])
