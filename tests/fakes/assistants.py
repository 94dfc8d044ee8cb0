"""Assistants for tests that need to hold an answer back."""

import asyncio

from bot.assistant.port import Turn
from bot.assistant.scripted import ScriptedAssistant


class GatedAssistant(ScriptedAssistant):
    """Thinks until `gate` is opened; `thinking` is set when a question has arrived."""

    def __init__(self) -> None:
        super().__init__()
        self.gate = asyncio.Event()
        self.thinking = asyncio.Event()

    async def answer(self, conversation_id: str, utterance: str) -> Turn:
        turn = await super().answer(conversation_id, utterance)
        self.thinking.set()
        await self.gate.wait()
        return turn
