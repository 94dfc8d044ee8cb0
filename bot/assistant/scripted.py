"""An assistant without Rasa, for tests and for work on the pages: a word in the message picks the answer.

It passes the same contract tests as the real one (tests/contract/test_assistant.py).
"""

from bot.assistant.port import Turn
from bot.conversation.content import Choice, Content, SafetyFinding
from bot.errors import AssistantUnavailableError

HUMAN = Choice("Ik wil een mens spreken", "/mens_spreken")
DANGER = SafetyFinding("acute", ("rule", "classifier"), ("mes",), 0.93)
SUMMARY = {"rol": "slachtoffer", "thema": "partnergeweld", "gevaar": "nee", "leeftijdsgroep": "onbekend"}


class ScriptedAssistant:
    """Set `available` to False to see what happens when the assistant is gone."""

    def __init__(self) -> None:
        self.available = True
        self.asked: list[tuple[str, str]] = []

    async def answer(self, conversation_id: str, utterance: str) -> Turn:
        self.asked.append((conversation_id, utterance))
        if not self.available:
            raise AssistantUnavailableError("switched off")
        words = utterance.lower()
        if "mens" in words:
            return Turn((Content("Ik zet je in de rij voor een medewerker."),), handover=SUMMARY)
        if "mes" in words.split() or "acuut" in words:
            return Turn(
                (Content("Bel nu 112. Blijf hier als dat kan.", (HUMAN,)),), alarm="acuut_gevaar", safety=DANGER
            )
        return Turn((Content("Dank je dat je dit vertelt. Waar wil je hulp bij?", (HUMAN,)),))

    async def is_ready(self) -> bool:
        return self.available
