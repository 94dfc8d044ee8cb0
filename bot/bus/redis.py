"""The bus between processes: Redis publish/subscribe. Nothing is kept in Redis, and no word passes through it."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import redis.asyncio
import structlog
from redis.exceptions import RedisError

from bot.bus.port import Kind, Signal

PREFIX = "eerste-stap/"
# After this long without a signal a subscriber is told to look anyway: what was published while Redis was away is lost.
CATCH_UP_SECONDS = 5.0

log = structlog.get_logger(__name__)


class RedisBus:
    def __init__(self, client: "redis.asyncio.Redis") -> None:
        self._client = client

    async def publish(self, topic: str, signal: Signal) -> None:
        try:
            await self._client.publish(PREFIX + topic, json.dumps(dataclasses.asdict(signal)))
        except RedisError as problem:
            # The message is stored already; subscribers find it when they next look.
            log.warning("bus_publish_failed", error=type(problem).__name__)

    @asynccontextmanager
    async def subscribe(self, *topics: str) -> AsyncIterator[AsyncIterator[Signal]]:
        pubsub = self._client.pubsub(ignore_subscribe_messages=True)
        try:
            await pubsub.subscribe(*(PREFIX + topic for topic in topics))
            # Redis confirms each subscription; only then is nothing missed any more.
            for _ in topics:
                await pubsub.get_message(timeout=CATCH_UP_SECONDS)
            yield _signals(pubsub)
        finally:
            with suppress(RedisError):
                await pubsub.aclose()  # type: ignore[no-untyped-call]  # redis-py's own annotation is missing


async def _signals(pubsub: "redis.asyncio.client.PubSub") -> AsyncIterator[Signal]:
    while True:
        try:
            message = await pubsub.get_message(timeout=CATCH_UP_SECONDS)
        except RedisError as problem:
            log.warning("bus_subscription_lost", error=type(problem).__name__)
            await asyncio.sleep(CATCH_UP_SECONDS)
            message = None
        if message is None:
            yield Signal(Kind.CHANGED)
        else:
            value = json.loads(message["data"])
            yield Signal(**{**value, "kind": Kind(value["kind"])})
