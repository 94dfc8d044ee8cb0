"""Rasa's answer as we use it: `[{text}, {text, buttons}, {custom}, ...]` becomes a Turn. Pure."""

import math
import re
from typing import Any, Final

from bot.assistant.port import Turn, Unsure
from bot.conversation.content import Choice, Content, SafetyFinding
from bot.conversation.waiting import urgency_of
from bot.errors import AssistantUnavailableError

MAX_REPLIES: Final = 10
MAX_CHOICES: Final = 10
MAX_CHOICE: Final = 200
MAX_TEXT: Final = 4_000
MAX_AMONG: Final = 3
UNSURE_KINDS: Final = ("between", "lost")
SAFETY_LEVELS: Final = ("acute", "suicidal")
SAFETY_WITNESSES: Final = ("rule", "classifier")
MAX_SAFETY_WORDS: Final = 5
MAX_SAFETY_WORD: Final = 60
SUMMARY_LINES: Final = ("rol", "thema", "gevaar", "leeftijdsgroep")
_INTENT: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")


def read_replies(replies: Any) -> Turn:
    """
    Raises:
        AssistantUnavailableError: not the shape that Rasa's REST channel promises, or nothing to say at all.
            Rasa answers 200 with an empty list when an action or policy crashed.
    """
    if not isinstance(replies, list) or not replies or not all(isinstance(reply, dict) for reply in replies):
        raise AssistantUnavailableError("no usable answer")
    contents: list[Content] = []
    handover: dict[str, str] | None = None
    alarm = ""
    unsure: Unsure | None = None
    safety: SafetyFinding | None = None
    for reply in replies:
        custom = reply.get("custom")
        if isinstance(custom, dict):
            unsure = _unsure(custom.get("unsure")) or unsure
            safety = _safety(custom.get("safety")) or safety
            if isinstance(custom.get("handover"), dict):
                handover = _summary(custom["handover"])
            if urgency_of(_text(custom.get("signal"))) > urgency_of(alarm):
                alarm = _text(custom["signal"])
        if len(contents) < MAX_REPLIES and (text := _text(reply.get("text"))):
            contents.append(Content(text[:MAX_TEXT], _choices(reply.get("buttons"))))
    if not contents and handover is None:
        raise AssistantUnavailableError("nothing to say")
    return Turn(tuple(contents), handover, alarm, unsure, safety)


def _summary(lines: dict[Any, Any]) -> dict[str, str]:
    """Only the lines that we know, short: the summary comes from slots, never from the words of the visitor."""
    known = {name: _text(str(lines.get(name, "")))[:80] for name in SUMMARY_LINES}
    return {name: line for name, line in known.items() if line not in ("", "None")}


def _unsure(value: Any) -> Unsure | None:
    """Only what we know in shape and length: it is kept for long, so no words may slip in."""
    if not isinstance(value, dict) or value.get("kind") not in UNSURE_KINDS:
        return None
    among = value.get("among", [])
    if not isinstance(among, list) or len(among) > MAX_AMONG:
        return None
    if not all(isinstance(name, str) and _INTENT.fullmatch(name) for name in among):
        return None
    return Unsure(value["kind"], tuple(among))


def _safety(value: Any) -> SafetyFinding | None:
    """Only what we know, few and short words: it is for an operator who has seconds."""
    if not isinstance(value, dict) or value.get("level") not in SAFETY_LEVELS:
        return None
    by, words = value.get("by"), value.get("words")
    known = tuple(name for name in SAFETY_WITNESSES if isinstance(by, list) and name in by)
    shown = [" ".join(_text(word).split())[:MAX_SAFETY_WORD] for word in words] if isinstance(words, list) else []
    return SafetyFinding(
        value["level"], known, tuple(filter(None, shown))[:MAX_SAFETY_WORDS], _probability(value.get("score"))
    )


def _probability(value: Any) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return 0.0
    return 0.0 if isinstance(value, float) and math.isnan(value) else float(min(max(value, 0), 1))


def _text(value: Any) -> str:
    """`value` when it is text, without blanks around it and without half surrogate pairs, which can't be stored."""
    return value.encode("utf-8", "ignore").decode().strip() if isinstance(value, str) else ""


def _choices(buttons: Any) -> tuple[Choice, ...]:
    if not isinstance(buttons, list):
        return ()
    pairs = ((_text(b.get("title")), _text(b.get("payload"))) for b in buttons[:MAX_CHOICES] if isinstance(b, dict))
    return tuple(Choice(title, payload) for title, payload in pairs if _fits(title) and _fits(payload))


def _fits(text: str) -> bool:
    """Whether the visitor's page could send it back (edge/frames.py, ChoiceFrame)."""
    return 0 < len(text) <= MAX_CHOICE
