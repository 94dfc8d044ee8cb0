"""The order of the queue: danger first, then who waits longest. One definition for operators and for visitors."""

from typing import Final

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.models import Conversation
from bot.conversation.state import State

# docs/protocol.md: alarms are intents of the safety layer.
URGENCY: Final = {"acuut_gevaar": 3, "suicidale_gedachten": 2, "ander_suicidaal": 1}


def urgency_of(alarm: str) -> int:
    return URGENCY.get(alarm, 0)


def _urgency() -> ColumnElement[int]:
    return case(URGENCY, value=Conversation.alarm, else_=0)


def waiting_in_order() -> Select[Conversation]:
    return (
        select(Conversation)
        .where(Conversation.state == State.WAITING)
        .order_by(_urgency().desc(), Conversation.waiting_since, Conversation.id)
    )


async def place_in_queue(session: AsyncSession, conversation: Conversation) -> int | None:
    """1 for the next in turn; None when the conversation doesn't wait."""
    if conversation.current is not State.WAITING:
        return None
    urgency = urgency_of(conversation.alarm)
    ahead = (_urgency() > urgency) | (
        (_urgency() == urgency)
        & (
            (Conversation.waiting_since < conversation.waiting_since)
            | ((Conversation.waiting_since == conversation.waiting_since) & (Conversation.id < conversation.id))
        )
    )
    query = select(func.count()).where(Conversation.state == State.WAITING, ahead)
    return (await session.scalar(query) or 0) + 1
