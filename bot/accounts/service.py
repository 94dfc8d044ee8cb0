"""Operators: logging in and out, and being there."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from limits import RateLimitItemPerMinute
from limits.aio.storage import MemoryStorage
from limits.aio.strategies import MovingWindowRateLimiter
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from bot.accounts.models import Operator, OperatorSession
from bot.accounts.passwords import hash_password, password_fits
from bot.bus.port import QUEUE_TOPIC, Bus, Kind, Signal, operator_topic
from bot.conversation.access import new_token, token_hash
from bot.errors import LoginFailedError, LoginRequiredError, TooManyAttemptsError
from bot.storage.database import Database

# A shift is at most a working day; somebody who walked away is logged out before the next person sits down.
SESSION_LASTS: Final = timedelta(hours=12)
SESSION_IDLE: Final = timedelta(hours=1)
# A console says that it is there every 20 s (console/socket.py); missing two of them means it is gone.
PRESENCE_LASTS: Final = timedelta(seconds=60)
# Guessing: by name, since addresses are not kept. All names together too, against trying one password on many.
_ATTEMPTS_PER_NAME: Final = RateLimitItemPerMinute(10, 5)
_ATTEMPTS_IN_ALL: Final = RateLimitItemPerMinute(300, 5)


@dataclass(frozen=True, slots=True)
class OperatorView:
    id: int
    username: str
    display_name: str
    online: bool = False


class Accounts:
    def __init__(self, database: Database, bus: Bus, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._bus = bus
        self._clock = clock
        self._guesses = MovingWindowRateLimiter(MemoryStorage())

    async def add(self, username: str, display_name: str, password: str) -> None:
        """
        Raises:
            ValueError: a name is empty, too long or taken, or the password is empty.
        """
        if not (0 < len(username) <= 80 and 0 < len(display_name) <= 80 and password):
            raise ValueError("A name has 1 to 80 characters, and a password is needed.")
        row = Operator(
            username=username,
            display_name=display_name,
            password_hash=await hash_password(password),
            created_at=self._clock(),
        )
        try:
            async with self._database.write() as session:
                session.add(row)
        except IntegrityError:
            raise ValueError(f"There is an operator named {username} already.") from None

    async def add_first(self, username: str, password: str) -> bool:
        """Adds this operator when there is none at all; True when it was added."""
        if await self.has_operators():
            return False
        try:
            await self.add(username, username.capitalize(), password)
        except ValueError:  # another server process was first
            return False
        return True

    async def has_operators(self) -> bool:
        async with self._database.read() as session:
            return bool(await session.scalar(select(func.count()).select_from(Operator)))

    async def log_in(self, username: str, password: str) -> tuple[OperatorView, str]:
        """The operator and the token of a new session.

        Raises:
            LoginFailedError: name or password is wrong; which of the two is not told.
            TooManyAttemptsError: too many tries on this name lately.
        """
        name_key = token_hash(username).hex()  # what is typed as a name can be a password; don't keep it
        if not await self._guesses.hit(_ATTEMPTS_IN_ALL, "all") or not await self._guesses.hit(
            _ATTEMPTS_PER_NAME, name_key
        ):
            raise TooManyAttemptsError
        async with self._database.read() as session:
            operator = await session.scalar(select(Operator).where(Operator.username == username))
        fits = await password_fits(password, operator.password_hash if operator else None)
        if operator is None or not fits:
            raise LoginFailedError
        await self._guesses.clear(_ATTEMPTS_PER_NAME, name_key)
        token, now = new_token(), self._clock()
        async with self._database.write() as session:
            await session.execute(delete(OperatorSession).where(OperatorSession.created_at < now - SESSION_LASTS))
            session.add(
                OperatorSession(token_hash=token_hash(token), operator_id=operator.id, created_at=now, used_at=now)
            )
        return _view(operator, now), token

    async def log_out(self, token: str) -> None:
        """Ends the session, and the consoles that are open with it. A token that is not known is no error."""
        async with self._database.write() as session:
            row = await session.get(OperatorSession, token_hash(token))
            if row is None:
                return
            await session.delete(row)
        await self._bus.publish(operator_topic(row.operator_id), Signal(Kind.SESSION_ENDED))

    async def by_session(self, token: str, *, counts_as_use: bool = True) -> OperatorView:
        """
        Args:
            counts_as_use: False for what the page does by itself: it must not keep a session that nobody uses.
        Raises:
            LoginRequiredError: no such session, or it ran out.
        """
        now = self._clock()
        async with self._database.read() as session:
            row = await session.get(OperatorSession, token_hash(token)) if token else None
            operator = await session.get(Operator, row.operator_id) if row else None
        if row is None or operator is None or now - row.created_at > SESSION_LASTS or now - row.used_at > SESSION_IDLE:
            raise LoginRequiredError
        if counts_as_use and now - row.used_at > timedelta(minutes=1):  # not a write for each click
            async with self._database.write() as session:
                await session.execute(
                    update(OperatorSession).where(OperatorSession.token_hash == row.token_hash).values(used_at=now)
                )
        return _view(operator, now)

    async def set_present(self, operator_id: int, *, present: bool) -> None:
        until = self._clock() + PRESENCE_LASTS if present else None
        async with self._database.write() as session:
            await session.execute(update(Operator).where(Operator.id == operator_id).values(present_until=until))
        await self._bus.publish(QUEUE_TOPIC, Signal(Kind.QUEUE))

    async def everybody(self) -> list[OperatorView]:
        now = self._clock()
        async with self._database.read() as session:
            rows = await session.scalars(select(Operator).order_by(Operator.display_name))
            return [_view(row, now) for row in rows]


def _view(row: Operator, now: datetime) -> OperatorView:
    online = row.present_until is not None and row.present_until > now
    return OperatorView(row.id, row.username, row.display_name, online)
