"""How often the assistant was unsure between what, in which hour. Nothing here leads to a conversation or a person."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from bot.storage.base import Base, UtcDateTime


class UnsureTurns(Base):
    __tablename__ = "unsure_turns"

    hour: Mapped[datetime] = mapped_column(UtcDateTime, primary_key=True)  # its beginning, UTC
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    first: Mapped[str] = mapped_column(String(40), primary_key=True)  # intents, likeliest first; '' when there is none
    second: Mapped[str] = mapped_column(String(40), primary_key=True)
    turns: Mapped[int]
