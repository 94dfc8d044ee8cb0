"""An operator's socket: the queue live, and the messages of the operator's own conversations."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from typing import Any, Final

import structlog
from aiohttp import WSMsgType, web

from bot.accounts.service import OperatorView
from bot.bus.port import QUEUE_TOPIC, Kind, Signal, operator_topic
from bot.console.api import operator_of, session_token
from bot.console.frames import (
    OPERATOR_FRAME,
    OperatorTypingFrame,
    operator_body,
    operator_message_frame,
    queue_body,
)
from bot.conversation.access import access_as_operator
from bot.conversation.service import ERASED, Access
from bot.conversation.state import Speaker, State
from bot.edge.frames import json_of_socket, read_frame
from bot.edge.outbox import Outbox, open_outbox
from bot.edge.sockets import open_socket
from bot.errors import ConversationNotFoundError, LoginRequiredError, RefusedError
from bot.keys import ACCOUNTS, BUS, DESK, SERVICE

PRESENCE_SECONDS: Final = 20  # a third of accounts.service.PRESENCE_LASTS
CLOSE_LOGGED_OUT: Final = 4401

log = structlog.get_logger(__name__)


async def console_socket(request: web.Request) -> web.WebSocketResponse:
    operator = await operator_of(request)
    socket = await open_socket(request)
    async with open_outbox(socket, request.transport) as outbox:
        await ConsoleLine(request.app, socket, outbox, operator, session_token(request)).run()
    return socket


class ConsoleLine:
    """One operator's open console."""

    def __init__(
        self, app: web.Application, socket: web.WebSocketResponse, outbox: Outbox, operator: OperatorView, token: str
    ) -> None:
        self._service, self._desk, self._accounts, self._bus = app[SERVICE], app[DESK], app[ACCOUNTS], app[BUS]
        self._socket = socket
        self._outbox = outbox
        self._operator = operator
        self._token = token
        self._last_seq: dict[str, int] = {}  # of each own conversation: what this console has been sent
        self._states: dict[str, State] = {}
        self._shown_queue: dict[str, Any] = {}

    async def run(self) -> None:
        async with self._bus.subscribe(operator_topic(self._operator.id), QUEUE_TOPIC) as signals:
            self._outbox.send({"type": "welcome", "operator": operator_body(self._operator)})
            await self._accounts.set_present(self._operator.id, present=True)
            for entry in await self._desk.mine(self._operator.id):
                await self._note_own(entry.conversation_id)
            await self._show_queue()
            tasks = [asyncio.create_task(self._listen(signals)), asyncio.create_task(self._stay_present())]
            try:
                await self._read()
            finally:
                for task in tasks:
                    task.cancel()
                await asyncio.gather(*tasks, return_exceptions=True)
                await self._accounts.set_present(self._operator.id, present=False)

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return
            about: dict[str, Any] = {}
            try:
                await self._accounts.by_session(self._token)
                value = json_of_socket(message)
                if isinstance(value, dict) and isinstance(value.get("conversation"), str):
                    about = {"conversation": value["conversation"][:40]}
                await self._handle(value)
            except LoginRequiredError:
                await self._close_logged_out()
                return
            except RefusedError as refusal:
                self._outbox.refuse(refusal, **about)

    async def _handle(self, value: Any) -> None:
        frame = read_frame(value, OPERATOR_FRAME)
        if isinstance(frame, OperatorTypingFrame):
            await self._service.typing(self._access(frame.conversation), Speaker.OPERATOR)
            return
        try:
            said = await self._service.operator_says(
                frame.conversation, self._operator.id, self._operator.display_name, frame.text, frame.client_id
            )
        except RefusedError as refusal:
            refusal.client_id = frame.client_id
            raise
        if said.seq <= self._last_seq.get(frame.conversation, 0):  # sent again: the page waits for this echo
            self._outbox.send({**operator_message_frame(said), "conversation": frame.conversation})

    async def _listen(self, signals: AsyncIterator[Signal]) -> None:
        try:
            async for signal in signals:
                if signal.kind is Kind.TYPING:
                    self._outbox.send(
                        {"type": "typing", "conversation": signal.conversation_id, "from": signal.speaker}
                    )
                elif signal.kind is Kind.QUEUE:
                    await self._show_queue()
                elif signal.kind is Kind.SESSION_ENDED:
                    await self._leave_when_logged_out()
                elif signal.conversation_id:
                    await self._catch_up(signal.conversation_id, signal.reason)
                else:  # the bus may have missed something: look at everything
                    await self._catch_up_all()
        except Exception as problem:  # noqa: BLE001  top of a task; its type is logged, its text can quote a person
            log.error("console_line_failed", operator=self._operator.id, error=type(problem).__name__)
            await self._socket.close(code=1011)

    async def _catch_up(self, conversation_id: str, reason: str) -> None:
        """Sends what is new in a conversation: messages, and the state when it changed or left this operator."""
        after = self._last_seq.get(conversation_id, 0)
        try:
            view = await self._service.look(self._access(conversation_id), after)
        except ConversationNotFoundError:  # released, passed on, or erased by the visitor
            self._last_seq.pop(conversation_id, None)
            if self._states.pop(conversation_id, None) is not None:
                state = State.CLOSED if reason == ERASED else State.WITH_ASSISTANT
                self._send_state(conversation_id, state, reason)
            return
        for said in view.messages:
            self._outbox.send({**operator_message_frame(said), "conversation": conversation_id})
        self._last_seq[conversation_id] = max(after, view.last_seq)
        if self._states.get(conversation_id) is not view.state:
            self._states[conversation_id] = view.state
            self._send_state(conversation_id, view.state, reason)

    async def _catch_up_all(self) -> None:
        await self._show_queue()
        mine = [entry.conversation_id for entry in await self._desk.mine(self._operator.id)]
        for conversation_id in {*self._last_seq, *mine}:  # known ones that left, and new ones that nobody told of
            await self._catch_up(conversation_id, "")

    async def _note_own(self, conversation_id: str) -> None:
        """What an own conversation held before: the page fetches that itself, the socket sends what comes after."""
        view = await self._service.look(self._access(conversation_id), 2**31 - 1)
        self._last_seq[conversation_id] = view.last_seq
        self._states[conversation_id] = view.state

    def _send_state(self, conversation_id: str, state: State, reason: str) -> None:
        frame = {"type": "state", "conversation": conversation_id, "state": state}
        self._outbox.send({**frame, "reason": reason} if reason else frame)

    async def _show_queue(self) -> None:
        operators = await self._accounts.everybody()
        if not any(operator.online for operator in operators if operator.id == self._operator.id):
            # Another console of this operator was closed; this one is still open.
            await self._accounts.set_present(self._operator.id, present=True)
            operators = await self._accounts.everybody()
        body = queue_body(await self._desk.queue(), await self._desk.mine(self._operator.id), operators)
        if body != self._shown_queue:
            self._shown_queue = body
            self._outbox.send({"type": "queue", **body})

    async def _stay_present(self) -> None:
        while True:
            await asyncio.sleep(PRESENCE_SECONDS)
            await self._leave_when_logged_out()
            await self._accounts.set_present(self._operator.id, present=True)

    async def _leave_when_logged_out(self) -> None:
        try:
            await self._accounts.by_session(self._token, counts_as_use=False)
        except LoginRequiredError:
            await self._close_logged_out()

    async def _close_logged_out(self) -> None:
        await self._socket.close(code=CLOSE_LOGGED_OUT, message=b"login_required")

    def _access(self, conversation_id: str) -> Access:
        return partial(access_as_operator, conversation_id=conversation_id, operator_id=self._operator.id)
