"""Rasa's REST channel behind a token: without one, whoever reaches the port can talk and read along."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.rest import RestInput
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse


class TokenRestInput(RestInput):
    """`POST /webhooks/rest/webhook` for those who send `Authorization: Bearer TOKEN` or `?token=TOKEN`."""

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

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Return Rasa's routes with the check before them."""
        routes = super().blueprint(on_new_message)

        @routes.middleware("request")
        async def check_token(request: Request) -> HTTPResponse | None:
            given = request.token or request.args.get("token") or ""
            if hmac.compare_digest(given.encode(), self._token):
                return None
            body = {"error": {"code": "unauthorized", "message": "This address needs the token."}}
            return response.json(body, status=401)

        return routes
