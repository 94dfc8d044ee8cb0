"""The operators' desk: the queue, and who takes, gives back, passes on and closes a conversation."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.accounts.models import Operator
from bot.accounts.service import OperatorView
from bot.conversation.access import access_as_operator, access_to_claim
from bot.conversation.content import Vault
from bot.conversation.models import Conversation
from bot.conversation.service import ConversationService
from bot.conversation.state import Event, State
from bot.conversation.waiting import waiting_in_order
from bot.errors import AlreadyClaimedError, OperatorNotAvailableError
from bot.privacy.cipher import MasterKey
from bot.storage.database import Database
from bot.texts import Texts


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation in a list of the console. `position` is 1 for the next in turn, None when it doesn't wait."""

    conversation_id: str
    label: str
    state: State
    since: datetime
    alarm: str
    summary: dict[str, str]
    position: int | None = None


async def waiting_notice(texts: Texts, clock: Callable[[], datetime], session: AsyncSession, place: int) -> str:
    """What a visitor reads on entering the queue: honest about whether somebody is there."""
    present = await session.scalar(select(func.count()).where(Operator.present_until > clock()))
    return (texts.waiting if present else texts.waiting_nobody_there).format(place=place)


class Desk:
    def __init__(
        self,
        database: Database,
        service: ConversationService,
        master_key: MasterKey,
        texts: Texts,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._service = service
        self._master_key = master_key
        self._texts = texts
        self._clock = clock

    async def queue(self) -> list[Entry]:
        async with self._database.read() as session:
            rows = (await session.scalars(waiting_in_order())).all()
        return [self._entry(row, position) for position, row in enumerate(rows, start=1)]

    async def mine(self, operator_id: int) -> list[Entry]:
        """The conversations that this operator has now, the oldest first."""
        query = select(Conversation).where(
            Conversation.operator_id == operator_id, Conversation.state == State.WITH_OPERATOR
        )
        async with self._database.read() as session:
            rows = (await session.scalars(query.order_by(Conversation.created_at))).all()
        return [self._entry(row) for row in rows]

    async def claim(self, conversation_id: str, operator: OperatorView) -> None:
        """
        Raises:
            AlreadyClaimedError: a colleague was first; exactly one claimer wins.
            ConversationNotFoundError, NotNowError, ConversationClosedError
        """

        async def free(session: AsyncSession) -> Conversation:
            row = await access_to_claim(session, conversation_id)
            if row.current is State.WITH_OPERATOR:
                raise AlreadyClaimedError
            return row

        notice = self._texts.claimed.format(name=operator.display_name)
        await self._service.move(free, Event.CLAIMED, notice=notice, operator_id=operator.id)

    async def release(self, conversation_id: str, operator: OperatorView) -> None:
        """Back to the assistant."""
        await self._move_own(conversation_id, operator, Event.RELEASED, self._texts.released)

    async def close(self, conversation_id: str, operator: OperatorView) -> None:
        await self._move_own(conversation_id, operator, Event.CLOSED_BY_OPERATOR, self._texts.closed_by_operator)

    async def transfer(self, conversation_id: str, operator: OperatorView, to_username: str) -> None:
        """
        Raises:
            OperatorNotAvailableError: no such colleague, not there now, or oneself.
            ConversationNotFoundError, NotNowError, ConversationClosedError
        """
        query = select(Operator).where(Operator.username == to_username, Operator.present_until > self._clock())
        async with self._database.read() as session:
            colleague = await session.scalar(query)
        if colleague is None or colleague.id == operator.id:
            raise OperatorNotAvailableError
        notice = self._texts.transferred.format(name=colleague.display_name)
        access = partial(access_as_operator, conversation_id=conversation_id, operator_id=operator.id, for_change=True)
        await self._service.move(access, Event.TRANSFERRED, notice=notice, operator_id=colleague.id)

    async def _move_own(self, conversation_id: str, operator: OperatorView, event: Event, notice: str) -> None:
        access = partial(access_as_operator, conversation_id=conversation_id, operator_id=operator.id, for_change=True)
        await self._service.move(access, event, notice=notice)

    def _entry(self, row: Conversation, position: int | None = None) -> Entry:
        summary = Vault(self._master_key, row).open_summary(row)
        since = row.waiting_since or row.changed_at
        return Entry(row.id, row.label, row.current, since, row.alarm, summary, position)
