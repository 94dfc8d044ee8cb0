"""The client of Rasa's REST channel."""

import asyncio

import aiohttp
import structlog

from bot.assistant.port import Turn
from bot.assistant.replies import read_replies
from bot.errors import AssistantUnavailableError

log = structlog.get_logger(__name__)


class RasaAssistant:
    """
    Args:
        http: one session for the life of the process: connections to Rasa are kept open.
        timeout_seconds: our own limit; Rasa's is an hour. Somebody in danger is not kept waiting.
    """

    def __init__(self, http: aiohttp.ClientSession, url: str, token: str, timeout_seconds: float) -> None:
        self._http = http
        self._url = url
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._params = {"token": token} if token else {}  # Rasa's own API knows only the query parameter
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)

    async def answer(self, conversation_id: str, utterance: str) -> Turn:
        body = {"sender": conversation_id, "message": utterance}
        try:
            async with self._http.post(
                f"{self._url}/webhooks/rest/webhook", json=body, headers=self._headers, timeout=self._timeout
            ) as response:
                if response.status != 200:
                    raise AssistantUnavailableError(f"status {response.status}")
                return read_replies(await response.json())
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError) as problem:
            # The name alone: an error's text can hold what somebody typed.
            raise AssistantUnavailableError(type(problem).__name__) from None

    async def is_ready(self) -> bool:
        """Rasa answers /status with 200 only when a model is loaded."""
        try:
            async with self._http.get(
                f"{self._url}/status", params=self._params, timeout=aiohttp.ClientTimeout(total=2)
            ) as response:
                return response.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False
