"""What a message says, and how it lies sealed in the database."""

import json
from dataclasses import dataclass
from datetime import datetime

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
class Content:
    text: str
    choices: tuple[Choice, ...] = ()
    name: str = ""  # an operator's display name at the time of speaking


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
        value = {"text": content.text, "name": content.name, "choices": [[c.title, c.payload] for c in content.choices]}
        return seal(self._key, json.dumps(value, ensure_ascii=False).encode(), f"{self._id}/{seq}")

    def open(self, row: Message) -> Said:
        value = json.loads(unseal(self._key, row.body, f"{self._id}/{row.seq}"))
        content = Content(value["text"], tuple(Choice(*pair) for pair in value["choices"]), value["name"])
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
