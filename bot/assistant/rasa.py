"""The client of Rasa's REST channel."""

import asyncio
import json
from typing import Final

import aiohttp

from bot.assistant.port import Turn
from bot.assistant.replies import read_replies
from bot.errors import AssistantUnavailableError

# Ten long answers with buttons are a tenth of this; reading more would hold up everybody else.
MAX_ANSWER_BYTES: Final = 1_000_000


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
                return read_replies(json.loads(await _read_at_most(response, MAX_ANSWER_BYTES)))
        except (aiohttp.ClientError, asyncio.TimeoutError, ValueError, RecursionError) as problem:
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


async def _read_at_most(response: aiohttp.ClientResponse, limit: int) -> bytes:
    read = bytearray()
    async for chunk in response.content.iter_any():
        read += chunk
        if len(read) > limit:
            raise AssistantUnavailableError("answer too large")
    return bytes(read)
