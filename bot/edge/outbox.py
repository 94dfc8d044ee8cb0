"""What goes out over a socket: one writer task and a bounded queue; a client that doesn't read slows nobody down."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Final

import structlog
from aiohttp import WSCloseCode, web

from bot.errors import RefusedError, TooSlowError

# A burst of this many frames is a long conversation caught up at once; a reader that is further behind is not reading.
QUEUE_LIMIT: Final = 1_000
# Time for the operating system to take one frame; a phone in a tunnel reconnects and catches up.
SEND_SECONDS: Final = 10
# Then a client that was too slow is gone, whether it read why or not.
GOODBYE_SECONDS: Final = 2
CLOSE_CODE: Final = {TooSlowError.code: 4408}

log = structlog.get_logger(__name__)


class Outbox:
    def __init__(self, socket: web.WebSocketResponse) -> None:
        self._socket = socket
        self._frames: asyncio.Queue[dict[str, Any]] = asyncio.Queue(QUEUE_LIMIT)
        self.too_slow = asyncio.Event()

    def send(self, frame: dict[str, Any]) -> None:
        """Puts a frame in line; never waits. A client whose line is full is cut off."""
        try:
            self._frames.put_nowait(frame)
        except asyncio.QueueFull:
            self.too_slow.set()

    def refuse(self, refusal: RefusedError, **about: Any) -> None:
        frame = {"type": "error", "code": refusal.code, **about}
        if refusal.client_id is not None:
            frame["client_id"] = refusal.client_id
        self.send(frame)

    async def write(self) -> None:
        """The writer task: ends when the client is gone or too slow."""
        while True:
            frame = await self._frames.get()
            try:
                async with asyncio.timeout(SEND_SECONDS):
                    # As ASCII escapes: half a surrogate pair, quoted back from a stranger, can't break the writer.
                    await self._socket.send_str(json.dumps(frame))
            except TimeoutError:
                self.too_slow.set()
                return
            except ConnectionError:
                return
            finally:
                self._frames.task_done()

    async def flush(self) -> None:
        """Waits until all that is in line was sent, or a moment has passed: used before closing with a reason."""
        with suppress(TimeoutError):
            async with asyncio.timeout(1):
                await self._frames.join()


@asynccontextmanager
async def open_outbox(socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> AsyncIterator[Outbox]:
    """
    Args:
        transport: the connection under the socket, dropped when its client does not read.
    """
    outbox = Outbox(socket)
    writer = asyncio.create_task(outbox.write())
    watcher = asyncio.create_task(_cut_off(outbox, socket, transport))
    try:
        yield outbox
        if not outbox.too_slow.is_set():
            await outbox.flush()
    except Exception as problem:  # noqa: BLE001  top of a socket; its type is logged, its text can quote a person
        # Ended here: the middleware could only answer with HTTP, in the middle of the frames.
        log.error("socket_failed", error=type(problem).__name__)
        await socket.close(code=WSCloseCode.INTERNAL_ERROR)
    finally:
        for task in (writer, watcher):
            task.cancel()
        await asyncio.gather(writer, watcher, return_exceptions=True)


async def _cut_off(outbox: Outbox, socket: web.WebSocketResponse, transport: asyncio.Transport | None) -> None:
    await outbox.too_slow.wait()
    try:
        async with asyncio.timeout(GOODBYE_SECONDS):
            await socket.close(code=CLOSE_CODE[TooSlowError.code], message=TooSlowError.code.encode())
    except TimeoutError:
        pass
    finally:
        # The goodbye stands behind all that was not read; who still does not read it is not waited for.
        if transport is not None:
            transport.abort()
