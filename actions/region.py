"""Which region a place belongs to, for the answer to "in which municipality?"."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.knowledge.regions import Regions

REGIONS = Path(__file__).parent / "knowledge" / "regions.yml"


class ActionRegio(Action):
    """Sets the slot `regio` to the region of the municipality in the last message, to None when that is uncertain.

    The rules then choose the answer; when this server is down the slot stays empty, and the visitor gets an answer that
    has the national number alone. Nothing is stored.
    """

    def __init__(self) -> None:
        self._regions = Regions.read(REGIONS)

    def name(self) -> str:
        """Return the name in domain.yml."""
        return "action_regio"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Look the place up."""
        region = self._regions.of(next(tracker.get_latest_entity_values("gemeente"), None))
        return [SlotSet("regio", region.name if region else None)]
