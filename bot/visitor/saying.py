"""What happens when a visitor says something, by socket or by plain HTTP: stored, then the assistant is asked."""

import asyncio

from bot.conversation.service import ConversationService, Heard
from bot.conversation.text import checked_text
from bot.conversation.turns import Turns
from bot.conversation.utterance import as_words, is_payload
from bot.edge.frames import ChoiceFrame, MessageFrame
from bot.errors import RefusedError


async def say(
    service: ConversationService, turns: Turns, conversation_id: str, token: str, frame: MessageFrame | ChoiceFrame
) -> tuple[Heard, "asyncio.Future[None] | None"]:
    """Stores the message and puts the question to the assistant in line.

    Returns:
        The stored message, and a future that is done when the assistant's answer is stored;
        None when nobody is asked: a human has the conversation, or the message was sent again.
    Raises:
        RefusedError: with the frame's client_id, so that the page knows which message was refused.
    """
    reserved = False

    def reserve() -> None:
        nonlocal reserved
        turns.reserve(conversation_id)
        reserved = True

    try:
        text, utterance = _text_and_utterance(frame)
        heard = await service.hear(conversation_id, token, text, frame.client_id, reserve)
        if not reserved:
            return heard, None
        reserved = False
        return heard, turns.ask(conversation_id, utterance)
    except RefusedError as refusal:
        refusal.client_id = frame.client_id
        raise
    finally:
        if reserved:  # it could not be stored after all
            turns.give_back(conversation_id)


def _text_and_utterance(frame: MessageFrame | ChoiceFrame) -> tuple[str, str]:
    """What stands in the conversation, and what the assistant reads."""
    if isinstance(frame, MessageFrame):
        return frame.text, as_words(frame.text)
    if is_payload(frame.payload):
        return frame.title, frame.payload
    if frame.payload.startswith("/"):  # not a button of ours: then only what it said counts
        return frame.title, as_words(frame.title)
    return frame.title, as_words(checked_text(frame.payload))
