"""What the turns of a live conversation tell, read from the tracker's events. Pure."""

from __future__ import annotations

from collections.abc import Reversible
from typing import Any

from rasa.shared.core.events import BotUttered, Event, UserUttered

from components.server.private_logs import SafeEvent

SAFETY = "safety"
"""Key in the parse result, of components/safety/layer.py; the server need not load a layer to read it."""
_DANGERS = ("acute", "suicidal")
_WITNESSES = ("rule", "classifier")


def last_response(events: Reversible[Event]) -> str:
    """Return the name of the response that the assistant gave last, empty when there is none."""
    for event in reversed(events):
        if isinstance(event, BotUttered) and (name := event.metadata.get("utter_action")):
            return str(name)
    return ""


def danger_in(events: Reversible[Event], message_id: str) -> dict[str, Any] | None:
    """Return what the safety layer saw in this message when that was danger; with the visitor's words, so not to log.

    By its id, because another message may have come since.
    """
    for event in reversed(events):
        if isinstance(event, UserUttered) and event.message_id == message_id:
            safety = event.parse_data.get(SAFETY) or {}
            return dict(safety) if safety.get("level") in _DANGERS else None
    return None


def as_event(danger: dict[str, Any]) -> SafeEvent:
    """Return what may stand in a log of it: how grave, who saw it, how sure, how many words."""
    return SafeEvent(
        "safety.danger.seen",
        words={"danger": danger["level"], "by": [name for name in _WITNESSES if name in danger["by"]]},
        numbers={"score": round(danger["score"], 2), "words": len(danger["words"])},
    )
