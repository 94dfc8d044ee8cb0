"""The bus within one process: the embedded default."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.bus.port import QUEUE_LIMIT, Kind, Signal


class MemoryBus:
    def __init__(self) -> None:
        self._queues: defaultdict[str, set[asyncio.Queue[Signal]]] = defaultdict(set)

    async def publish(self, topic: str, signal: Signal) -> None:
        for queue in self._queues.get(topic, ()):
            if queue.full():  # too far behind to be told one by one: it is told to look at everything
                while not queue.empty():
                    queue.get_nowait()
                queue.put_nowait(Signal(Kind.CHANGED))
            queue.put_nowait(signal)

    @asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[AsyncIterator[Signal]]:
        queue: asyncio.Queue[Signal] = asyncio.Queue(QUEUE_LIMIT)
        for topic in topics:
            self._queues[topic].add(queue)
        try:
            yield _signals(queue)
        finally:
            for topic in topics:
                self._queues[topic].discard(queue)
                if not self._queues[topic]:
                    del self._queues[topic]


async def _signals(queue: asyncio.Queue[Signal]) -> AsyncIterator[Signal]:
    while True:
        yield await queue.get()
