"""What the conversation asks of an assistant. The real one is Rasa, the scripted one answers from a list."""

from dataclasses import dataclass
from typing import Protocol

from bot.conversation.content import Content, SafetyFinding


@dataclass(frozen=True, slots=True)
class Unsure:
    """The assistant asked instead of answering. Names of intents, never words of the visitor."""

    kind: str  # "between" the intents of `among`, likeliest first, or "lost"
    among: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Turn:
    """The assistant's answer to one message."""

    contents: tuple[Content, ...]
    handover: dict[str, str] | None = None  # lines of the summary when the assistant hands over, else None
    alarm: str = ""  # acuut_gevaar, suicidale_gedachten or ander_suicidaal when the safety layer saw it
    unsure: Unsure | None = None  # to be counted (bot/review)
    safety: SafetyFinding | None = None  # what the safety layer saw, to be explained to the operator


class Assistant(Protocol):
    async def answer(self, conversation_id: str, utterance: str) -> Turn:
        """The answer to `utterance` (a person's words, or a payload '/intent' that the front door let through).

        Raises:
            AssistantUnavailableError: down, slow, or no usable answer. It is never asked the same thing again.
        """
        ...

    async def is_ready(self) -> bool:
        """Whether it can answer now; never raises."""
        ...
