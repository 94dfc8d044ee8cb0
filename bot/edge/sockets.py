"""Opening a socket, and telling all that are open when the server goes down: pages then connect again elsewhere."""

import asyncio
import weakref
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from aiohttp import WSCloseCode, web

from bot.edge.frames import MAX_FRAME_BYTES

PING_SECONDS: Final = 20  # a phone that went into a tunnel is noticed within two of these
GOODBYE_SECONDS: Final = 1  # who has not answered the closing by then is not waited for


class OpenSockets:
    """The sockets that are open now; one that is gone leaves by itself."""

    def __init__(self) -> None:
        self._sockets: weakref.WeakSet[web.WebSocketResponse] = weakref.WeakSet()

    def add(self, socket: web.WebSocketResponse) -> None:
        self._sockets.add(socket)

    def __iter__(self) -> Iterator[web.WebSocketResponse]:
        return iter([socket for socket in self._sockets if not socket.closed])


SOCKETS = web.AppKey("sockets", OpenSockets)


async def open_socket(request: web.Request) -> web.WebSocketResponse:
    # No compression: it saves little on short text, and lets a small frame grow large on our side.
    socket = web.WebSocketResponse(max_msg_size=MAX_FRAME_BYTES, compress=False, heartbeat=PING_SECONDS)
    await socket.prepare(request)
    request.app[SOCKETS].add(socket)
    return socket


async def close_sockets(app: web.Application) -> None:
    """Without this an open chat would hold up the end of the process for a minute (aiohttp's shutdown_timeout)."""
    closing = [socket.close(code=WSCloseCode.GOING_AWAY, message=b"going_away") for socket in app[SOCKETS]]
    with suppress(TimeoutError):
        async with asyncio.timeout(GOODBYE_SECONDS):
            await asyncio.gather(*closing, return_exceptions=True)
