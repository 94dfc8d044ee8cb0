"""Rasa's REST channel behind a token: without one, whoever reaches the port can talk and read along."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from components.intent.question_context import QUESTION
from components.server.live_turn import SAFETY, as_event, danger_in, last_response
from components.server.tracker_store import BoundedTrackerStore

OnNewMessage: TypeAlias = Callable[[UserMessage], Awaitable[Any]]

logger = logging.getLogger(__name__)


class TokenRestInput(RestInput):
    """`POST /webhooks/rest/webhook` for those who send `Authorization: Bearer TOKEN` or `?token=TOKEN`.

    Where the safety layer saw danger, the answer ends with `{"custom": {"safety": {...}}}`: what it saw, with words of
    the visitor. The answer goes to our own front door, over the loopback, and is not logged.
    """

    def __init__(self, token: str) -> None:
        """Keep the token.

        Raises:
            ValueError: the token is empty; an open channel must not be possible by mistake.
        """
        if not token:
            raise ValueError("the REST channel needs a token: set EERSTE_STAP_RASA_TOKEN")
        self._token = token.encode()

    @classmethod
    def name(cls) -> str:
        """Return the name in the address; the same as of Rasa's own channel."""
        return "rest"

    @classmethod
    def from_credentials(cls, credentials: dict[str, Any] | None) -> TokenRestInput:
        """Make the channel from its part of credentials.yml."""
        return cls(str((credentials or {}).get("token") or ""))

    def get_metadata(self, request: Request) -> dict[str, Any] | None:
        """Return the name of the response that the message may be an answer to; what the caller sent is left out."""
        tracker = live_tracker(request.app, str(request.json.get("sender")))
        name = last_response(tracker.events) if tracker else ""
        return {QUESTION: name} if name else None

    def blueprint(self, on_new_message: OnNewMessage) -> Blueprint:
        """Return Rasa's routes with the check before them and the explanation of a danger after them."""
        apps: list[Sanic] = []

        async def answer(message: UserMessage) -> None:
            await on_new_message(message)
            await explain(message, live_tracker(apps[0], message.sender_id))

        routes = super().blueprint(answer)

        @routes.listener("before_server_start")
        async def remember(app: Sanic, _loop: Any) -> None:
            apps.append(app)

        @routes.middleware("request")
        async def check_token(request: Request) -> HTTPResponse | None:
            given = request.token or request.args.get("token") or ""
            if hmac.compare_digest(given.encode(), self._token):
                return None
            body = {"error": {"code": "unauthorized", "message": "This address needs the token."}}
            return response.json(body, status=401)

        return routes


async def explain(message: UserMessage, tracker: DialogueStateTracker | None) -> None:
    """Add what the safety layer saw in `message` to the answer to it, and count it in the log."""
    danger = danger_in(tracker.events, message.message_id) if tracker else None
    if danger:
        await message.output_channel.send_custom_json(message.sender_id, {SAFETY: danger})
        logger.info(as_event(danger))


def live_tracker(app: Sanic, sender_id: str) -> DialogueStateTracker | None:
    """Return the conversation's own tracker, to look at; None when there is none yet, or it is kept elsewhere."""
    store: TrackerStore = app.ctx.agent.tracker_store
    inner = getattr(store, "_tracker_store", store)  # Rasa wraps every store, with no other way in
    return inner.live(sender_id) if isinstance(inner, BoundedTrackerStore) else None
