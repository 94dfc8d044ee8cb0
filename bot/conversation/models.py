"""The tables of conversations. Words are in sealed columns only; no column holds anything that identifies a visitor."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.conversation.state import Speaker, State
from bot.storage.base import Base, UtcDateTime


class Conversation(Base):
    __tablename__ = "conversations"
    # The queue is read often and is short; closed conversations are many.
    __table_args__ = (Index("ix_conversations_state_waiting_since", "state", "waiting_since"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    data_key: Mapped[bytes] = mapped_column(LargeBinary)  # wrapped by the master key
    label: Mapped[str] = mapped_column(String(60))  # how operators name it among each other: adjective and noun
    state: Mapped[str] = mapped_column(String(20), default=State.WITH_ASSISTANT)
    last_seq: Mapped[int] = mapped_column(default=0)
    alarm: Mapped[str] = mapped_column(String(40), default="")  # intent of the safety layer, empty when none
    summary: Mapped[bytes | None] = mapped_column(LargeBinary)  # sealed: what the assistant passes on
    operator_id: Mapped[int | None] = mapped_column(ForeignKey("operators.id"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(String(20), default="")  # the Event that closed it

    @property
    def current(self) -> State:
        return State(self.state)


class Message(Base):
    __tablename__ = "messages"
    # A message that is sent again after a lost connection is stored once.
    __table_args__ = (UniqueConstraint("conversation_id", "client_id"),)

    conversation_id: Mapped[str] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    speaker: Mapped[str] = mapped_column(String(10))
    body: Mapped[bytes] = mapped_column(LargeBinary)  # sealed JSON, see conversation/content.py
    client_id: Mapped[str | None] = mapped_column(String(36))
    at: Mapped[datetime] = mapped_column(UtcDateTime)

    @property
    def by(self) -> Speaker:
        return Speaker(self.speaker)
