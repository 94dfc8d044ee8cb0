"""Rasa's answer as we use it: `[{text}, {text, buttons}, {custom}, ...]` becomes a Turn. Pure."""

from typing import Any, Final

from bot.assistant.port import Turn
from bot.conversation.content import Choice, Content
from bot.errors import AssistantUnavailableError

MAX_REPLIES: Final = 10
MAX_CHOICES: Final = 10
MAX_TEXT: Final = 4_000
SUMMARY_LINES: Final = ("rol", "thema", "gevaar", "leeftijdsgroep")
ALARMS: Final = frozenset({"acuut_gevaar", "suicidale_gedachten", "ander_suicidaal"})


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
    for reply in replies[:MAX_REPLIES]:
        custom = reply.get("custom")
        if isinstance(custom, dict):
            if isinstance(custom.get("handover"), dict):
                handover = _summary(custom["handover"])
            if custom.get("signal") in ALARMS:
                alarm = custom["signal"]
        text = reply.get("text")
        if isinstance(text, str) and text.strip():
            contents.append(Content(text.strip()[:MAX_TEXT], _choices(reply.get("buttons"))))
    if not contents and handover is None:
        raise AssistantUnavailableError("nothing to say")
    return Turn(tuple(contents), handover, alarm)


def _summary(lines: dict[Any, Any]) -> dict[str, str]:
    """Only the lines that we know, short: the summary comes from slots, never from the words of the visitor."""
    return {name: str(lines[name])[:80] for name in SUMMARY_LINES if lines.get(name) not in (None, "", "None")}


def _choices(buttons: Any) -> tuple[Choice, ...]:
    if not isinstance(buttons, list):
        return ()
    return tuple(
        Choice(button["title"], button["payload"])
        for button in buttons[:MAX_CHOICES]
        if isinstance(button, dict) and isinstance(button.get("title"), str) and isinstance(button.get("payload"), str)
    )
