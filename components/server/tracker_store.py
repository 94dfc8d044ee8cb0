"""Conversations of the engine: in memory only, not for long, and never more than fit."""

from __future__ import annotations

import copy
import time
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker

MAX_TRACKERS = 2_000
"""With 64 events each some 100 MB."""
MAX_AGE_SECONDS = 2 * 60 * 60
MAX_EVENTS = 64
"""Of one conversation, some nine turns, and the last value of each slot. Each policy replays them all on each turn, so
they cost time; no rule or story looks back further than six turns."""


class BoundedTrackerStore(InMemoryTrackerStore):
    """Rasa's store in memory; forgets conversations after two quiet hours, and the quietest when there are many."""

    def __init__(
        self,
        domain: Domain,
        event_broker: EventBroker | None = None,
        host: str | None = None,
        max_trackers: int = MAX_TRACKERS,
        max_age_seconds: float = MAX_AGE_SECONDS,
        max_events: int = MAX_EVENTS,
        clock: Callable[[], float] = time.monotonic,
        **kwargs: Any,
    ) -> None:
        """Make an empty store. `host` is what Rasa hands to every store; there is none here."""
        super().__init__(domain, event_broker, **kwargs)
        self._max_events = max_events
        self._max_trackers = max_trackers
        self._max_age_seconds = max_age_seconds
        self._clock = clock
        self._saved_at: OrderedDict[str, float] = OrderedDict()  # quietest first

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the tracker itself, then forget what is too old or too much.

        Rasa's store keeps the tracker as text, and reading that back costs time with every turn that there was.
        """
        _shorten(tracker.events, self._max_events)
        self.store[tracker.sender_id] = tracker
        self._saved_at[tracker.sender_id] = self._clock()
        self._saved_at.move_to_end(tracker.sender_id)
        self._forget()

    def live(self, sender_id: str) -> DialogueStateTracker | None:
        """Return the kept tracker itself, to look at and leave as it is; for work on it there is `retrieve`."""
        return self.store.get(sender_id)

    async def _retrieve(self, sender_id: str, fetch_all_sessions: bool) -> DialogueStateTracker | None:
        self._forget()
        tracker = self.store.get(sender_id)
        return _snapshot(tracker) if tracker is not None else None

    def _forget(self) -> None:
        oldest_allowed = self._clock() - self._max_age_seconds
        while self._saved_at:
            sender_id, saved_at = next(iter(self._saved_at.items()))
            if len(self._saved_at) <= self._max_trackers and saved_at >= oldest_allowed:
                return
            del self._saved_at[sender_id]
            self.store.pop(sender_id, None)


def _shorten(events: deque[Event], most: int) -> None:
    """Drop all but the newest `most` events, and of the older ones keep what each slot was last set to."""
    older = [events.popleft() for _ in range(len(events) - most)]
    events.extendleft(reversed({event.key: event for event in older if isinstance(event, SlotSet)}.values()))


def _snapshot(tracker: DialogueStateTracker) -> DialogueStateTracker:
    """Return a copy to work on: when a turn fails halfway, what was saved before it stays as it was."""
    snapshot = copy.copy(tracker)
    snapshot.events = tracker.events.copy()
    snapshot.slots = {name: copy.copy(slot) for name, slot in tracker.slots.items()}
    snapshot.active_loop = copy.copy(tracker.active_loop)
    return snapshot
