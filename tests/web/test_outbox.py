"""A client that does not read what it is sent is cut off, and slows nobody down."""

import asyncio
import base64
import json
import secrets
import socket as sockets
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from bot.edge import outbox
from bot.edge.sockets import SOCKETS, OpenSockets
from tests.web.clients import FRAME_SECONDS, Visitor
from tests.web.front import Front

LONG = "\U0001f622" * 2_000  # as long as a message can be, in bytes


class DeafClient:
    """Says hello and then never reads: its window fills, and the server's buffer after it."""

    def __init__(self, front: Front, visitor: Visitor) -> None:
        host, _, port = front.url.removeprefix("http://").partition(":")
        self.address = host, int(port)
        self.visitor = visitor
        self.socket = sockets.socket()

    async def connect(self) -> None:
        loop = asyncio.get_running_loop()
        self.socket.setblocking(False)
        self.socket.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4_096)
        await loop.sock_connect(self.socket, self.address)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        handshake = (
            f"GET {self.visitor.path}/ws HTTP/1.1\r\nHost: {self.address[0]}:{self.address[1]}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
        )
        await loop.sock_sendall(self.socket, handshake.encode())
        assert b" 101 " in await loop.sock_recv(self.socket, 1_000)
        hello = json.dumps({"type": "hello", "token": self.visitor.token}).encode()
        # a masked text frame (RFC 6455 §5.2), the mask being zero
        await loop.sock_sendall(self.socket, struct.pack("!BBI", 0x81, 0x80 | len(hello), 0) + hello)

    async def is_disconnected(self) -> bool:
        """Reads what is left, to the end."""
        loop = asyncio.get_running_loop()
        try:
            while await loop.sock_recv(self.socket, 65_536):
                pass
        except ConnectionError:
            pass
        return True


def open_sockets(front: Front) -> list[web.WebSocketResponse]:
    opened: OpenSockets = front.app[SOCKETS]
    return list(opened)


def shrink_send_buffers(front: Front) -> None:
    """So that little is enough to fill them."""
    for opened in open_sockets(front):
        request = opened._req
        assert request is not None
        assert request.transport is not None
        request.transport.get_extra_info("socket").setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, 4_096)


@asynccontextmanager
async def deaf_client(front: Front, visitor: Visitor) -> AsyncIterator[DeafClient]:
    client = DeafClient(front, visitor)
    await client.connect()
    await eventually(lambda: len(open_sockets(front)) == 1)
    shrink_send_buffers(front)
    try:
        yield client
    finally:
        client.socket.close()


async def eventually(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(FRAME_SECONDS):
        while not condition():  # noqa: ASYNC110  nothing tells when the server has let go
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("limit", "seconds"), [(8, 60), (1_000, 0.2)], ids=["line is full", "one frame takes too long"]
)
async def test_who_does_not_read_is_cut_off_and_the_others_go_on(
    front: Front, monkeypatch: pytest.MonkeyPatch, limit: int, seconds: float
) -> None:
    monkeypatch.setattr(outbox, "SEND_SECONDS", seconds)
    monkeypatch.setattr(outbox, "QUEUE_LIMIT", limit)
    monkeypatch.setattr(outbox, "GOODBYE_SECONDS", 0.2)
    visitor = await front.visitor()
    async with deaf_client(front, visitor) as deaf, visitor.line() as reads:
        for number in range(30):
            assert (await visitor.say(LONG, client_id=str(number))).status == 200
            await reads.until("message", client_id=str(number))
        await eventually(lambda: len(open_sockets(front)) == 1)
        await reads.say("Ik lees wel.")
        await reads.until("message", text="Ik lees wel.")
        async with asyncio.timeout(FRAME_SECONDS):
            assert await deaf.is_disconnected()
    await eventually(lambda: len(open_sockets(front)) == 0)


def test_the_limits_leave_room_for_a_long_conversation_and_a_slow_phone() -> None:
    assert outbox.QUEUE_LIMIT >= 500
    assert 5 <= outbox.SEND_SECONDS <= 30
