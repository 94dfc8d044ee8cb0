"""Asking what somebody means when the engine is unsure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType, FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.knowledge.asking import ACTION, answer, turns_of
from actions.knowledge.choices import read_choices

CHOICES = Path(__file__).parents[1] / "data" / "choices.yml"


class ActionTwijfel(Action):
    """Offers choices, asks for other words, or offers a human; and takes the replies to its own questions.

    What is said stands in data/responses/flow.yml, what is chosen when in `actions.knowledge.asking`. When this server
    is down nothing is said, and the front door gives its emergency answer.
    """

    def __init__(self) -> None:
        self._titles = read_choices(CHOICES)

    def name(self) -> str:
        """Return the name in domain.yml."""
        return ACTION

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Say it, tell the front door what to count, and hand on where rules can go on."""
        chosen = answer(turns_of(tracker.events), self._titles)
        if chosen.unsure:
            counted = {"kind": chosen.unsure.kind, "among": list(chosen.unsure.among)}
            dispatcher.utter_message(json_message={"unsure": counted})
        for response in chosen.say[:-1]:
            dispatcher.utter_message(response=response)
        for response in chosen.say[-1:]:
            dispatcher.utter_message(response=response, buttons=[dict(button) for button in chosen.buttons])
        danger: list[EventType] = [SlotSet("gevaar", "ja")] if chosen.then == "utter_acuut_gevaar" else []
        return danger + ([FollowupAction(chosen.then)] if chosen.then else [])
