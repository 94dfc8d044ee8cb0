"""Counting where the assistant is unsure, so that an editor knows which utterances and titles to work on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from bot.assistant.port import Unsure
from bot.review.models import UnsureTurns
from bot.storage.database import Database

KEPT: Final = timedelta(days=400)  # a year and a bit: this month can be held against the same month of last year
_KEY: Final = ["hour", "kind", "first", "second"]


@dataclass(frozen=True, slots=True)
class Count:
    """So many turns in the hour that begins at `hour` (UTC)."""

    hour: datetime
    kind: str
    first: str
    second: str
    turns: int


class UnsureCounts:
    """
    Args:
        clock: the time now, with its zone.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    async def add(self, unsure: Unsure) -> None:
        """One turn more in this hour; forgets what is too old."""
        now = self._clock()
        hour = now.replace(minute=0, second=0, microsecond=0)
        first, second = (*unsure.among, "", "")[:2]
        async with self._database.write() as session:
            await _count_one(session, {"hour": hour, "kind": unsure.kind, "first": first, "second": second})
            await session.execute(delete(UnsureTurns).where(UnsureTurns.hour < now - KEPT))

    async def last(self, days: int) -> Sequence[Count]:
        """What was counted in the last `days` days, oldest hour first."""
        since = self._clock() - timedelta(days=days)
        query = select(UnsureTurns).where(UnsureTurns.hour >= since)
        async with self._database.read() as session:
            rows = (await session.scalars(query.order_by(*(getattr(UnsureTurns, name) for name in _KEY)))).all()
        return [Count(row.hour, row.kind, row.first, row.second, row.turns) for row in rows]


async def _count_one(session: AsyncSession, key: dict[str, object]) -> None:
    """Inserts the row or adds to it in one statement, so that two servers never lose a count to each other."""
    more = {"turns": UnsureTurns.turns + 1}
    if session.get_bind().dialect.name == "postgresql":
        on_postgresql = postgresql.insert(UnsureTurns).values(**key, turns=1)
        await session.execute(on_postgresql.on_conflict_do_update(index_elements=_KEY, set_=more))
    else:
        on_sqlite = sqlite.insert(UnsureTurns).values(**key, turns=1)
        await session.execute(on_sqlite.on_conflict_do_update(index_elements=_KEY, set_=more))
