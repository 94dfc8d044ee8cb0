"""What of a visitor's choice or words may reach Rasa as a command. Rasa obeys a message that starts with '/'."""

import re
from typing import Final

# /intent, or /intent{"entity": "word"}: what our own buttons hold.
_PAYLOAD = re.compile(r'/([a-z][a-z0-9_]{2,60})(\{"[a-z_]{1,30}": ?"[\w \'-]{1,40}"\})?')
# Commands of Rasa itself (rasa.shared.core.constants), which are not for visitors.
_RASA_COMMANDS: Final = frozenset({"restart", "back", "session_start", "nlu_fallback", "out_of_scope"})

# Rasa strips every kind of blank before it looks for the slash (rasa/core/channels/channel.py, UserMessage).
_LEADING: Final = re.compile(r"^[\s/]+")

HANDOVER_PAYLOAD: Final = "/mens_spreken"


def is_payload(text: str) -> bool:
    """Whether `text` may go to Rasa as a choice."""
    match = _PAYLOAD.fullmatch(text)
    return match is not None and match[1] not in _RASA_COMMANDS


def as_words(text: str) -> str:
    """What somebody typed, so that Rasa reads it as words and never as a command."""
    return _LEADING.sub("", text) or "?"


_ASKS_FOR_HUMAN = re.compile(
    r"\b(mens|medewerker|persoon|hulpverlener|iemand (echt|spreken)|echt iemand|human|person|mensch|insan)\b",
    re.IGNORECASE,
)


def asks_for_human(utterance: str) -> bool:
    """A plain look at the words, for when Rasa is down: the way to a human must not depend on it."""
    return utterance.startswith(HANDOVER_PAYLOAD) or _ASKS_FOR_HUMAN.search(utterance) is not None
