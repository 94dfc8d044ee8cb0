"""Rasa's answer as we use it: `[{text}, {text, buttons}, {custom}, ...]` becomes a Turn. Pure."""

from typing import Any, Final

from bot.assistant.port import Turn
from bot.conversation.content import Choice, Content
from bot.conversation.waiting import urgency_of
from bot.errors import AssistantUnavailableError

MAX_REPLIES: Final = 10
MAX_CHOICES: Final = 10
MAX_CHOICE: Final = 200
MAX_TEXT: Final = 4_000
SUMMARY_LINES: Final = ("rol", "thema", "gevaar", "leeftijdsgroep")


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
    for reply in replies:
        custom = reply.get("custom")
        if isinstance(custom, dict):
            if isinstance(custom.get("handover"), dict):
                handover = _summary(custom["handover"])
            if urgency_of(_text(custom.get("signal"))) > urgency_of(alarm):
                alarm = _text(custom["signal"])
        if len(contents) < MAX_REPLIES and (text := _text(reply.get("text"))):
            contents.append(Content(text[:MAX_TEXT], _choices(reply.get("buttons"))))
    if not contents and handover is None:
        raise AssistantUnavailableError("nothing to say")
    return Turn(tuple(contents), handover, alarm)


def _summary(lines: dict[Any, Any]) -> dict[str, str]:
    """Only the lines that we know, short: the summary comes from slots, never from the words of the visitor."""
    known = {name: _text(str(lines.get(name, "")))[:80] for name in SUMMARY_LINES}
    return {name: line for name, line in known.items() if line not in ("", "None")}


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
