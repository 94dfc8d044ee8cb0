"""The dialogue half of the engine in this process: real rules, policies, slots and actions, and no classifier.

What was understood is told instead of parsed, so a test of what follows from it stays true whatever the classifier
learns.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels import CollectingOutputChannel, UserMessage
from rasa.core.tracker_store import TrackerStore
from rasa.model_training import train_core
from rasa.shared.core.domain import Domain
from rasa.utils.common import configure_logging_and_warnings
from rasa.utils.log_utils import configure_structlog
from rasa_sdk.executor import ActionExecutor

from components.server.tracker_store import BoundedTrackerStore

ROOT = Path(__file__).resolve().parents[2]


class ActionServer:
    """Stands for the action server: the same executor, without a network. Set `is_down` and it refuses."""

    url = "in this process"
    kwargs: dict[str, Any] = {}

    def __init__(self) -> None:
        self.is_down = False
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, json: dict[str, Any], **_: Any) -> Any:
        if self.is_down:
            raise ConnectionError
        return await self._executor.run(json)


class DialogueHalf:
    def __init__(self, folder: Path) -> None:
        configure_logging_and_warnings(logging.ERROR)
        configure_structlog(logging.ERROR)
        inputs = (str(ROOT / name) for name in ("domain.yml", "config.yml", "data"))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of utterances for a classifier that is not trained here
            model = train_core(*inputs, output=str(folder), fixed_model_name="dialogue")
        assert model is not None
        self.actions = ActionServer()
        self._store: TrackerStore = BoundedTrackerStore(Domain.load(str(ROOT / "domain.yml")))
        self._agent = Agent(tracker_store=self._store, action_endpoint=self.actions)
        self._agent.load_model(model)

    def talk(self) -> Talk:
        return Talk(self)

    async def hear(self, sender: str, parsed: dict[str, Any]) -> list[dict[str, Any]]:
        message = UserMessage(parsed["text"], CollectingOutputChannel(), sender, parse_data=parsed)
        return list(await self._agent.handle_message(message) or [])

    async def slots(self, sender: str) -> dict[str, Any]:
        tracker = await self._store.retrieve(sender)
        assert tracker is not None
        return dict(tracker.current_slot_values())

    async def response_names(self, sender: str) -> list[str]:
        tracker = await self._store.retrieve(sender)
        assert tracker is not None
        events = [event.as_dict() for event in tracker.events if event.type_name == "bot"]
        return [event["metadata"]["utter_action"] for event in events if "utter_action" in event["metadata"]]


class Talk:
    """One conversation."""

    def __init__(self, half: DialogueHalf) -> None:
        self._half = half
        self._sender = secrets.token_hex(8)
        self.replies: list[dict[str, Any]] = []

    def understands(self, intent: str, *, doubt: tuple[str, Sequence[str]] | None = None, **entities: str) -> list[str]:
        """Let a message with this intent come in; `doubt` is (kind, among). Return the names of the answers to it."""
        parsed: dict[str, Any] = {
            "text": "woorden",
            "intent": {"name": intent, "confidence": 0.4},
            "entities": [{"entity": name, "value": value} for name, value in entities.items()],
        }
        if doubt:
            parsed["doubt"] = {"kind": doubt[0], "among": list(doubt[1])}
        return asyncio.run(self._hear(parsed))

    async def _hear(self, parsed: dict[str, Any]) -> list[str]:
        self.replies = await self._half.hear(self._sender, parsed)
        names = await self._half.response_names(self._sender)
        return names[len(names) - len(self.texts) :]

    @property
    def texts(self) -> list[str]:
        """What was said last."""
        return [reply["text"] for reply in self.replies if reply.get("text")]

    @property
    def payloads(self) -> list[str]:
        """The buttons under the last sentence."""
        return [button["payload"] for button in self.replies[-1].get("buttons", [])]

    @property
    def unsure(self) -> list[dict[str, Any]]:
        """What the front door is told to count."""
        return [reply["custom"]["unsure"] for reply in self.replies if "unsure" in reply.get("custom", {})]

    def slots(self) -> dict[str, Any]:
        return asyncio.run(self._half.slots(self._sender))
