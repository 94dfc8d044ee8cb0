"""A visitor's socket: hello with the token, then frames. One task reads, one listens to the bus, one writes."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any, Final

import structlog
from aiohttp import WSMsgType, web

from bot.bus.port import QUEUE_TOPIC, Kind, Signal, conversation_topic
from bot.conversation.access import access_as_visitor
from bot.conversation.service import Access, Heard, View
from bot.conversation.state import Event, Speaker, State
from bot.edge.frames import TypingFrame, json_of_socket, message_frame, read_frame
from bot.edge.outbox import Outbox, open_outbox
from bot.edge.sockets import open_socket
from bot.errors import (
    ConversationNotFoundError,
    HelloExpectedError,
    HelloTimeoutError,
    InvalidFrameError,
    RefusedError,
    UnknownFrameError,
)
from bot.keys import BUS, SERVICE, TURNS
from bot.visitor.frames import HELLO, VISITOR_FRAME, EndFrame, HelloFrame, state_fields
from bot.visitor.saying import say

HELLO_SECONDS: Final = 10  # docs/protocol.md
CLOSE_REFUSED: Final = 4401

log = structlog.get_logger(__name__)


async def visitor_socket(request: web.Request) -> web.WebSocketResponse:
    socket = await open_socket(request)
    async with open_outbox(socket, request.transport) as outbox:
        conversation_id = request.match_info["id"]
        try:
            hello = await _hello(socket)
            await VisitorLine(request.app, socket, outbox, conversation_id, hello).run()
        except RefusedError as refusal:
            outbox.refuse(refusal)
            await outbox.flush()
            await socket.close(code=CLOSE_REFUSED, message=refusal.code.encode())
    return socket


async def _hello(socket: web.WebSocketResponse) -> HelloFrame:
    """
    Raises:
        HelloTimeoutError, HelloExpectedError, and those of the frame.
    """
    try:
        async with asyncio.timeout(HELLO_SECONDS):
            message = await socket.receive()
    except TimeoutError:
        raise HelloTimeoutError from None
    if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
        raise HelloExpectedError
    value = json_of_socket(message)
    try:
        return read_frame(value, HELLO)
    except (InvalidFrameError, UnknownFrameError):
        is_hello = isinstance(value, dict) and value.get("type") == "hello"
        raise (InvalidFrameError if is_hello else HelloExpectedError)() from None


class VisitorLine:
    """One visitor's open line, after hello."""

    def __init__(
        self,
        app: web.Application,
        socket: web.WebSocketResponse,
        outbox: Outbox,
        conversation_id: str,
        hello: HelloFrame,
    ) -> None:
        self._service, self._turns, self._bus = app[SERVICE], app[TURNS], app[BUS]
        self._socket = socket
        self._outbox = outbox
        self._id = conversation_id
        self._token = hello.token
        self._last_seq = hello.last_seq
        self._shown: dict[str, Any] = {}

    async def run(self) -> None:
        # Listen first, then look: what is said between the two is not missed.
        async with self._bus.subscribe(conversation_topic(self._id), QUEUE_TOPIC) as signals:
            view = await self._look()
            self._outbox.send({"type": "welcome", **state_fields(view), "last_seq": view.last_seq})
            self._shown = state_fields(view)
            self._last_seq = min(self._last_seq, view.last_seq)  # hello can name a number that was never given out
            self._show(view)
            listener = asyncio.create_task(self._listen(signals))
            try:
                await self._read()
            finally:
                listener.cancel()
                await asyncio.gather(listener, return_exceptions=True)

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            try:
                await self._handle(json_of_socket(message))
            except RefusedError as refusal:
                self._outbox.refuse(refusal)

    async def _handle(self, value: Any) -> None:
        frame = read_frame(value, VISITOR_FRAME)
        if isinstance(frame, TypingFrame):
            await self._service.typing(self._access(), Speaker.VISITOR)
        elif isinstance(frame, EndFrame):
            await self._service.move(self._access(for_change=True), Event.VISITOR_ENDED)
        else:
            heard, _answered = await say(self._service, self._turns, self._id, self._token, frame)
            self._echo(heard)

    def _echo(self, heard: Heard) -> None:
        """Tells the page that its message is stored, without another look in the database when nothing came between."""
        is_next = heard.said.seq == self._last_seq + 1
        if is_next:
            self._last_seq = heard.said.seq
        if is_next or not heard.is_new:  # sent again: the page waits for this echo
            self._outbox.send(message_frame(heard.said))

    async def _listen(self, signals: AsyncIterator[Signal]) -> None:
        try:
            async for signal in signals:
                if signal.kind is Kind.TYPING:
                    self._outbox.send({"type": "typing", "from": signal.speaker})
                elif self._may_have_news(signal):
                    await self._catch_up()
        except ConversationNotFoundError:  # erased, here or in another tab
            self._outbox.send({"type": "state", "state": State.CLOSED})
        except Exception as problem:  # noqa: BLE001  top of a task; its type is logged, its text can quote a person
            log.error("visitor_line_failed", conversation=self._id, error=type(problem).__name__)
            await self._socket.close(code=1011)

    def _may_have_news(self, signal: Signal) -> bool:
        if signal.kind is Kind.QUEUE:  # the queue of others matters only to who waits in it
            return bool(self._shown["state"] == State.WAITING)
        # Another state comes with a reason, or with a message that was not shown; 0 is 'look anyway'.
        return bool(signal.reason) or signal.seq == 0 or signal.seq > self._last_seq

    async def _catch_up(self) -> None:
        view = await self._look()
        self._show(view)
        if (fields := state_fields(view)) != self._shown:
            self._shown = fields
            self._outbox.send({"type": "state", **fields})

    def _show(self, view: View) -> None:
        for said in view.messages:
            if said.seq > self._last_seq:  # else it was echoed while we looked
                self._outbox.send(message_frame(said))
                self._last_seq = said.seq

    async def _look(self) -> View:
        return await self._service.look(self._access(), self._last_seq)

    def _access(self, *, for_change: bool = False) -> Access:
        return partial(access_as_visitor, conversation_id=self._id, token=self._token, for_change=for_change)
