"""The only writer of messages and states. Each method is one transaction: write, commit, then publish.

Sockets and pages never talk to each other; they write here and listen to the bus.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, TypeAlias

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.assistant.port import Turn
from bot.bus.port import QUEUE_TOPIC, Bus, Kind, Signal, conversation_topic, operator_topic
from bot.conversation.access import (
    access_as_assistant,
    access_as_operator,
    access_as_visitor,
    new_token,
    token_hash,
)
from bot.conversation.content import Content, Said, Vault
from bot.conversation.models import Conversation, Message
from bot.conversation.names import new_id, new_label
from bot.conversation.state import Event, Speaker, State, assistant_answers, may_speak, move
from bot.conversation.text import checked_text
from bot.conversation.waiting import place_in_queue, urgency_of
from bot.errors import ConversationClosedError, NotNowError
from bot.privacy.cipher import MasterKey
from bot.storage.database import Database

Access: TypeAlias = Callable[[AsyncSession], Awaitable[Conversation]]
# Not an event of the state table: afterwards there is no conversation. Operators read it as the reason of the end.
ERASED: Final = "erased"
WaitingNotice: TypeAlias = Callable[[AsyncSession, int], Awaitable[str]]  # (session, place) -> what the visitor reads


@dataclass(frozen=True, slots=True)
class Opened:
    conversation_id: str
    token: str


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of a visitor is stored. `is_new` is False when it was sent again."""

    said: Said
    state: State
    is_new: bool


@dataclass(frozen=True, slots=True)
class View:
    """A conversation as its visitor or operator sees it."""

    conversation_id: str
    label: str
    state: State
    last_seq: int
    queue_position: int | None
    alarm: str
    ended_by: str
    summary: dict[str, str]
    messages: tuple[Said, ...]


class ConversationService:
    """
    Args:
        clock: the time now, with its zone; passed in so tests can set it.
        waiting_notice: writes what a visitor reads on entering the queue.
    """

    def __init__(
        self,
        database: Database,
        bus: Bus,
        master_key: MasterKey,
        clock: Callable[[], datetime],
        waiting_notice: WaitingNotice,
    ) -> None:
        self._database = database
        self._bus = bus
        self._master_key = master_key
        self._clock = clock
        self._waiting_notice = waiting_notice

    async def check_master_key(self) -> None:
        """Stops the start when the words in this database were sealed with another key.

        Raises:
            KeyFileError
        """
        async with self._database.read() as session:
            row = await session.scalar(select(Conversation).limit(1))
        if row is not None:
            Vault(self._master_key, row)

    # -- visitor

    async def open(self) -> Opened:
        conversation_id, token, now = new_id(), new_token(), self._clock()
        async with self._database.write() as session:
            session.add(
                Conversation(
                    id=conversation_id,
                    token_hash=token_hash(token),
                    data_key=self._master_key.new_data_key(conversation_id),
                    label=new_label(),
                    state=State.WITH_ASSISTANT,
                    created_at=now,
                    changed_at=now,
                )
            )
        return Opened(conversation_id, token)

    async def hear(
        self, conversation_id: str, token: str, text: str, client_id: str | None, reserve: Callable[[], None]
    ) -> Heard:
        """Stores what a visitor says; asking the assistant is another's work (conversation/turns.py).

        Args:
            reserve: called before a new message is stored that the assistant has to answer; may refuse it.
        Raises:
            ConversationNotFoundError, ConversationClosedError, and those of `checked_text` and of `reserve`.
        """
        text = checked_text(text)
        async with self._database.write() as session:
            row = await access_as_visitor(session, conversation_id, token, for_change=True)
            if earlier := await self._said_before(session, row, client_id):
                return Heard(earlier, row.current, is_new=False)
            if not may_speak(row.current, Speaker.VISITOR):
                raise ConversationClosedError
            if assistant_answers(row.current):
                reserve()
            said = self._append(session, row, Speaker.VISITOR, Content(text), client_id)
        await self._tell_change(row)
        return Heard(said, row.current, is_new=True)

    async def erase(self, conversation_id: str, token: str) -> None:
        """Ends the conversation and removes all of it: rows, words and the key that could open them."""
        async with self._database.write() as session:
            row = await access_as_visitor(session, conversation_id, token, for_change=True)
            await session.execute(delete(Message).where(Message.conversation_id == row.id))
            await session.execute(delete(Conversation).where(Conversation.id == row.id))
        await self._tell_change(row, reason=ERASED)
        await self._bus.publish(QUEUE_TOPIC, Signal(Kind.QUEUE))

    # -- assistant

    async def assistant_says(self, conversation_id: str, turn: Turn) -> bool:
        """Stores the assistant's answer; False, and nothing stored, when a human has the conversation or it ended."""
        async with self._database.write() as session:
            row = await access_as_assistant(session, conversation_id, for_change=True)
            if row is None or not assistant_answers(row.current):
                return False
            before = (row.state, row.alarm)
            if urgency_of(turn.alarm) > urgency_of(row.alarm):
                row.alarm = turn.alarm
            for place, content in enumerate(turn.contents):
                explained = content if place else replace(content, safety=turn.safety)
                self._append(session, row, Speaker.ASSISTANT, explained)
            if turn.handover is not None:
                await self._enter_queue(session, row, turn.handover)
            queue_changed = before != (row.state, row.alarm) and row.current is State.WAITING
        await self._tell_change(row)
        if queue_changed:
            await self._bus.publish(QUEUE_TOPIC, Signal(Kind.QUEUE))
        return True

    async def last_assistant_text(self, conversation_id: str) -> str:
        """What the assistant said last, so that it does not say the same twice in a row; empty when nothing."""
        async with self._database.read() as session:
            row = await access_as_assistant(session, conversation_id)
            if row is None:
                return ""
            query = select(Message).where(Message.conversation_id == row.id, Message.speaker == Speaker.ASSISTANT)
            last = await session.scalar(query.order_by(Message.seq.desc()).limit(1))
            return Vault(self._master_key, row).open(last).content.text if last else ""

    async def assistant_may_answer(self, conversation_id: str) -> bool:
        async with self._database.read() as session:
            row = await access_as_assistant(session, conversation_id)
            return row is not None and assistant_answers(row.current)

    # -- operator

    async def operator_says(
        self, conversation_id: str, operator_id: int, name: str, text: str, client_id: str | None
    ) -> Said:
        """Stores what an operator says.

        Raises:
            ConversationNotFoundError (not this operator's), NotNowError, ConversationClosedError; of `checked_text`.
        """
        text = checked_text(text)
        async with self._database.write() as session:
            row = await access_as_operator(session, conversation_id, operator_id, for_change=True)
            if earlier := await self._said_before(session, row, client_id):
                return earlier
            if not may_speak(row.current, Speaker.OPERATOR):
                raise ConversationClosedError if row.current is State.CLOSED else NotNowError
            said = self._append(session, row, Speaker.OPERATOR, Content(text, name=name), client_id)
        await self._tell_change(row)
        return said

    # -- everybody

    async def move(
        self, access: Access, event: Event, *, notice: str = "", operator_id: int | None = None
    ) -> Conversation:
        """Another state, in one transaction with the sentence that tells it.

        Args:
            access: finds the conversation for change, and decides who may.
            notice: what the visitor reads of it; empty for nothing.
            operator_id: who has it afterwards (claim, transfer).
        Raises:
            NotNowError, ConversationClosedError: the state table forbids it; and those of `access`.
        """
        async with self._database.write() as session:
            row = await access(session)
            before, had_it = row.current, row.operator_id
            row.state = move(before, event)
            if event in (Event.CLAIMED, Event.TRANSFERRED, Event.RELEASED):
                row.operator_id = operator_id
            if row.current is not State.WAITING:
                row.waiting_since = None
            if row.current is State.CLOSED:
                row.ended_by = event
            row.changed_at = self._clock()
            if notice:
                self._append(session, row, Speaker.SYSTEM, Content(notice))
        await self._tell_change(row, reason=event)
        if had_it is not None and had_it != row.operator_id:
            signal = Signal(Kind.CHANGED, row.id, row.last_seq, reason=event)
            await self._bus.publish(operator_topic(had_it), signal)
        await self._bus.publish(QUEUE_TOPIC, Signal(Kind.QUEUE))
        return row

    async def look(self, access: Access, after: int = 0) -> View:
        """The state and the messages after sequence number `after`, oldest first."""
        async with self._database.read() as session:
            row = await access(session)
            query = select(Message).where(Message.conversation_id == row.id, Message.seq > after)
            rows: Sequence[Message] = ()
            if row.last_seq > after:
                rows = (await session.scalars(query.order_by(Message.seq))).all()
            position = await place_in_queue(session, row)
        vault = Vault(self._master_key, row)
        return View(
            row.id, row.label, row.current, row.last_seq, position, row.alarm, row.ended_by,
            vault.open_summary(row), tuple(vault.open(message) for message in rows),
        )  # fmt: skip

    async def typing(self, access: Access, speaker: Speaker) -> None:
        """Tells the other side that somebody types. Nothing is stored; no word of the unsent text leaves the page."""
        async with self._database.read() as session:
            row = await access(session)
        signal = Signal(Kind.TYPING, row.id, speaker=speaker)
        if speaker is not Speaker.VISITOR:
            await self._bus.publish(conversation_topic(row.id), signal)
        elif row.operator_id is not None and row.current is State.WITH_OPERATOR:
            await self._bus.publish(operator_topic(row.operator_id), signal)

    # -- inside

    def _append(
        self, session: AsyncSession, row: Conversation, speaker: Speaker, content: Content, client_id: str | None = None
    ) -> Said:
        row.last_seq += 1
        row.changed_at = self._clock()
        said = Said(row.last_seq, speaker, content, row.changed_at, client_id)
        sealed = Vault(self._master_key, row).seal_content(content, said.seq)
        session.add(
            Message(conversation_id=row.id, seq=said.seq, speaker=speaker, body=sealed, client_id=client_id, at=said.at)
        )
        return said

    async def _said_before(self, session: AsyncSession, row: Conversation, client_id: str | None) -> Said | None:
        if client_id is None:
            return None
        query = select(Message).where(Message.conversation_id == row.id, Message.client_id == client_id)
        earlier = await session.scalar(query)
        return Vault(self._master_key, row).open(earlier) if earlier else None

    async def _enter_queue(self, session: AsyncSession, row: Conversation, summary: dict[str, str]) -> None:
        is_new = row.current is not State.WAITING
        row.state = move(row.current, Event.HANDOVER_ASKED)
        if summary or row.summary is None:  # the front door itself knows nothing: what the assistant told stays
            row.summary = Vault(self._master_key, row).seal_summary(summary)
        if is_new:
            row.waiting_since = self._clock()
        await session.flush()  # the place in the queue is counted in the database
        place = await place_in_queue(session, row)
        assert place is not None
        self._append(session, row, Speaker.SYSTEM, Content(await self._waiting_notice(session, place)))

    async def _tell_change(self, row: Conversation, reason: str = "") -> None:
        signal = Signal(Kind.CHANGED, row.id, row.last_seq, reason=reason)
        await self._bus.publish(conversation_topic(row.id), signal)
        if row.operator_id is not None:
            await self._bus.publish(operator_topic(row.operator_id), signal)
