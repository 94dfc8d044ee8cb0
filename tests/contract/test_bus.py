"""What both buses promise: the one within a process and the one over Redis."""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator

import pytest
import redis.asyncio

from bot.bus import redis as redis_bus
from bot.bus.memory import MemoryBus
from bot.bus.port import QUEUE_LIMIT, QUEUE_TOPIC, Bus, Kind, Signal, conversation_topic, operator_topic
from bot.bus.redis import RedisBus
from tests.servers import free_port, redis_server

TOPIC = conversation_topic("a" * 32)
LAST = Signal(Kind.CHANGED, "last", 999)
SECONDS = 10


@pytest.fixture(params=["memory", "redis"])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    if request.param == "memory":
        yield MemoryBus()
        return
    client = redis.asyncio.Redis.from_url(request.getfixturevalue("redis_url"))
    yield RedisBus(client)
    await client.aclose()


async def until_last(signals: AsyncIterator[Signal]) -> list[Signal]:
    """What came before LAST; 'look anyway' signals, which may come at any time, left out."""
    came: list[Signal] = []
    async with asyncio.timeout(SECONDS):
        async for signal in signals:
            if signal == LAST:
                return came
            if signal != Signal(Kind.CHANGED):
                came.append(signal)
    raise AssertionError("the bus ended")


async def test_signals_arrive_whole_and_in_the_order_of_publishing(bus: Bus) -> None:
    sent = [
        Signal(Kind.CHANGED, "a" * 32, 7, reason="claimed"),
        Signal(Kind.TYPING, "a" * 32, speaker="assistant"),
        Signal(Kind.QUEUE),
        Signal(Kind.SESSION_ENDED),
        *(Signal(Kind.CHANGED, "a" * 32, number) for number in range(1, 100)),
    ]
    async with bus.subscribe(TOPIC) as signals:
        for signal in [*sent, LAST]:
            await bus.publish(TOPIC, signal)
        assert await until_last(signals) == sent


async def test_nothing_is_missed_from_the_moment_the_block_is_entered(bus: Bus) -> None:
    for _ in range(20):
        async with bus.subscribe(TOPIC, QUEUE_TOPIC, operator_topic(1)) as signals:
            for topic in (operator_topic(1), QUEUE_TOPIC, TOPIC):
                await bus.publish(topic, Signal(Kind.CHANGED, topic, 1))
            await bus.publish(TOPIC, LAST)
            assert [signal.conversation_id for signal in await until_last(signals)] == [
                operator_topic(1),
                QUEUE_TOPIC,
                TOPIC,
            ]


async def test_only_topics_that_were_asked_for_arrive(bus: Bus) -> None:
    async with bus.subscribe(TOPIC) as signals:
        for topic in (QUEUE_TOPIC, conversation_topic("b" * 32), TOPIC + "x", TOPIC[:-1], "conversation/*"):
            await bus.publish(topic, Signal(Kind.CHANGED, "elsewhere", 1))
        await bus.publish(TOPIC, LAST)
        assert await until_last(signals) == []


async def test_every_subscriber_gets_every_signal(bus: Bus) -> None:
    async with bus.subscribe(TOPIC) as one, bus.subscribe(TOPIC) as two:
        sent = [Signal(Kind.CHANGED, "a", number) for number in range(1, 4)]
        for signal in [*sent, LAST]:
            await bus.publish(TOPIC, signal)
        assert await until_last(one) == await until_last(two) == sent


async def test_what_was_published_before_is_not_repeated(bus: Bus) -> None:
    await bus.publish(TOPIC, Signal(Kind.CHANGED, "before", 1))
    async with bus.subscribe(TOPIC) as signals:
        await bus.publish(TOPIC, LAST)
        assert await until_last(signals) == []


async def test_publishing_to_nobody_or_to_somebody_who_left_is_no_error(bus: Bus) -> None:
    await bus.publish(TOPIC, LAST)
    async with bus.subscribe(TOPIC):
        pass
    await bus.publish(TOPIC, LAST)


async def test_one_who_leaves_takes_nothing_from_who_stays(bus: Bus) -> None:
    async with bus.subscribe(TOPIC) as stays:
        async with bus.subscribe(TOPIC):
            await bus.publish(TOPIC, Signal(Kind.CHANGED, "a", 1))
        await bus.publish(TOPIC, LAST)
        assert await until_last(stays) == [Signal(Kind.CHANGED, "a", 1)]


async def test_a_subscriber_that_does_not_read_holds_up_nobody_and_learns_that_it_must_look(bus: Bus) -> None:
    async with bus.subscribe(TOPIC, QUEUE_TOPIC) as sleeps, bus.subscribe(QUEUE_TOPIC) as reads:
        async with asyncio.timeout(SECONDS):
            for number in range(QUEUE_LIMIT * 2):
                await bus.publish(TOPIC, Signal(Kind.CHANGED, "busy", number + 1))
            await bus.publish(QUEUE_TOPIC, Signal(Kind.CHANGED, "once", 1))
            await bus.publish(QUEUE_TOPIC, LAST)
        assert await until_last(reads) == [Signal(Kind.CHANGED, "once", 1)]
        came: list[Signal] = []
        async with asyncio.timeout(SECONDS):
            while not came or came[-1] != LAST:
                came.append(await anext(sleeps))
        has_all = len([signal for signal in came if signal.conversation_id == "busy"]) == QUEUE_LIMIT * 2
        assert has_all or Signal(Kind.CHANGED) in came


def test_a_memory_bus_forgets_topics_that_nobody_listens_to() -> None:
    async def come_and_go() -> MemoryBus:
        bus = MemoryBus()
        for number in range(100):
            async with bus.subscribe(conversation_topic(str(number))):
                pass
        return bus

    assert not asyncio.run(come_and_go())._queues


async def test_without_signals_a_redis_subscriber_is_told_to_look_from_time_to_time(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_bus, "CATCH_UP_SECONDS", 0.05)
    async with (
        contextlib.aclosing(redis.asyncio.Redis.from_url(redis_url)) as client,
        RedisBus(client).subscribe(TOPIC) as signals,
        asyncio.timeout(SECONDS),
    ):
        assert await anext(signals) == Signal(Kind.CHANGED)


async def test_when_redis_goes_away_publishing_raises_nothing_and_when_it_is_back_signals_arrive(
    monkeypatch: pytest.MonkeyPatch, redis_url: str
) -> None:
    monkeypatch.setattr(redis_bus, "CATCH_UP_SECONDS", 0.05)
    program, port = shutil.which("redis-server"), free_port()
    assert program is not None
    with contextlib.ExitStack() as servers:
        url = servers.enter_context(redis_server(program, port))
        async with contextlib.aclosing(redis.asyncio.Redis.from_url(url)) as client:
            bus = RedisBus(client)
            async with bus.subscribe(TOPIC) as signals:
                servers.close()
                await bus.publish(TOPIC, Signal(Kind.CHANGED, "lost", 1))
                async with asyncio.timeout(SECONDS):
                    assert await anext(signals) == Signal(Kind.CHANGED), "look: something may be lost"
                    servers.enter_context(redis_server(program, port))
                    while True:
                        await bus.publish(TOPIC, LAST)
                        if await anext(signals) == LAST:
                            break
