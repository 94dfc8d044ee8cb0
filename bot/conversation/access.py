"""The ways to reach a conversation. Missing and forbidden look the same to the one who asks."""

import hashlib
import hmac
import secrets

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.conversation.models import Conversation
from bot.errors import ConversationNotFoundError

TOKEN_BYTES = 32  # 256 bits


def new_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> bytes:
    """A plain hash is enough for a random token of 256 bits: there is nothing to guess."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


async def access_as_visitor(
    session: AsyncSession, conversation_id: str, token: str, *, for_change: bool = False
) -> Conversation:
    """The conversation, for the one who holds its token.

    Raises:
        ConversationNotFoundError: no such conversation, or another token.
    """
    row = await _load(session, conversation_id, for_change)
    # Compared also when there is nothing to compare with, so that the time it takes tells no more than the answer.
    fits = hmac.compare_digest(row.token_hash if row else bytes(32), token_hash(token))
    if row is None or not fits:
        raise ConversationNotFoundError
    return row


async def access_as_operator(
    session: AsyncSession, conversation_id: str, operator_id: int, *, for_change: bool = False
) -> Conversation:
    """The conversation, for the operator who has it now.

    Raises:
        ConversationNotFoundError: no such conversation, or another operator's.
    """
    row = await _load(session, conversation_id, for_change)
    if row is None or row.operator_id != operator_id:
        raise ConversationNotFoundError
    return row


async def access_to_claim(session: AsyncSession, conversation_id: str) -> Conversation:
    """Any conversation, locked, for an operator who wants to take it; what may happen then, the state table says."""
    row = await _load(session, conversation_id, for_change=True)
    if row is None:
        raise ConversationNotFoundError
    return row


async def access_as_assistant(
    session: AsyncSession, conversation_id: str, *, for_change: bool = False
) -> Conversation | None:
    """The conversation for an answer of the assistant; None when it was erased meanwhile."""
    return await _load(session, conversation_id, for_change)


async def _load(session: AsyncSession, conversation_id: str, for_change: bool) -> Conversation | None:
    # ids are ours: 32 hexadecimal digits. Anything else (NUL, megabytes) need not reach the database.
    if len(conversation_id) != 32 or not conversation_id.isalnum() or not conversation_id.isascii():
        return None
    query = select(Conversation).where(Conversation.id == conversation_id)
    if for_change:  # SQLite has no row locks and needs none: its writers wait for each other
        query = query.with_for_update()
    return (await session.execute(query)).scalar_one_or_none()
