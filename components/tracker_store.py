"""Conversations of the engine: in memory only, not for long, and never more than fit."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

MAX_TRACKERS = 2_000
"""A tracker of 20 turns takes some 40-80 kB as text, so at most about 150 MB."""
MAX_AGE_SECONDS = 2 * 60 * 60
MAX_EVENTS = 400
"""Of one conversation, some 30 turns; older ones are forgotten. Saving costs time in proportion."""


class BoundedTrackerStore(InMemoryTrackerStore):
    """Rasa's store in memory; forgets conversations after two quiet hours, and the quietest when there are many."""

    def __init__(
        self,
        domain: Domain,
        event_broker: EventBroker | None = None,
        host: str | None = None,
        max_trackers: int = MAX_TRACKERS,
        max_age_seconds: float = MAX_AGE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        **kwargs: Any,
    ) -> None:
        """Make an empty store. `host` is what Rasa hands to every store; there is none here."""
        super().__init__(domain, event_broker, **kwargs)
        self.max_event_history = MAX_EVENTS
        self._max_trackers = max_trackers
        self._max_age_seconds = max_age_seconds
        self._clock = clock
        self._saved_at: OrderedDict[str, float] = OrderedDict()  # quietest first

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Save the tracker, then forget what is too old or too much."""
        await super().save(tracker)
        self._saved_at[tracker.sender_id] = self._clock()
        self._saved_at.move_to_end(tracker.sender_id)
        self._forget()

    async def _retrieve(self, sender_id: str, fetch_all_sessions: bool) -> DialogueStateTracker | None:
        self._forget()
        return await super()._retrieve(sender_id, fetch_all_sessions)

    def _forget(self) -> None:
        oldest_allowed = self._clock() - self._max_age_seconds
        while self._saved_at:
            sender_id, saved_at = next(iter(self._saved_at.items()))
            if len(self._saved_at) <= self._max_trackers and saved_at >= oldest_allowed:
                return
            del self._saved_at[sender_id]
            self.store.pop(sender_id, None)
