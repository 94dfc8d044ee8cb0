"""The bus tells that something changed, and where: ids and numbers, never words. Who hears it reads the database.

So a lost signal loses nothing: the next one, or the client's `last_seq` after a reconnect, brings it all.
"""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

# A socket that has this many signals waiting gains nothing from more: each one makes it read all that is new.
QUEUE_LIMIT: Final = 256


class Kind(StrEnum):
    CHANGED = "changed"  # new messages, or another state
    TYPING = "typing"
    QUEUE = "queue"  # somebody entered or left the queue, or an operator came or went
    SESSION_ENDED = "session_ended"  # an operator logged out: open sockets close


@dataclass(frozen=True, slots=True)
class Signal:
    kind: Kind
    conversation_id: str = ""
    seq: int = 0
    speaker: str = ""  # of typing
    reason: str = ""  # of a change that ends or hands over: an Event


QUEUE_TOPIC: Final = "queue"


def conversation_topic(conversation_id: str) -> str:
    return f"conversation/{conversation_id}"


def operator_topic(operator_id: int) -> str:
    return f"operator/{operator_id}"


class Bus(Protocol):
    async def publish(self, topic: str, signal: Signal) -> None:
        """Tells all subscribers of `topic`, here and in other processes. Never raises on a slow or gone subscriber."""
        ...

    def subscribe(self, *topics: str) -> AbstractAsyncContextManager[AsyncIterator[Signal]]:
        """Signals from the moment that the block is entered; they arrive in the order of publishing."""
        ...
