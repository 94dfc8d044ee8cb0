"""The policy that asks instead of answering when a message is in doubt. Everything else it leaves to rules and stories.

Two traps of Rasa 3.6.21 are dealt with here. Slots that the domain fills from an intent are set before any policy is
asked, and a form is the only condition that a mapping knows: so the prediction carries events that set them back to
what they were, for a guess must not stand in the summary that an operator reads. And a prediction holds for one action
only: without another for `action_listen` the rules would answer as well.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeAlias

from rasa.core.policies.policy import Policy, PolicyPrediction, SupportedData
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.core.generator import TrackerWithCachedStates
from rasa.shared.core.trackers import DialogueStateTracker

from components.intent.doubt import DOUBT

ACTION = "action_twijfel"
_FILE = "expected_answers.json"
_SILENT = (ACTION_LISTEN_NAME, "action_session_start", "...")
"""Actions that say nothing; the last is how Rasa writes the beginning of a rule that holds anywhere."""
Expected: TypeAlias = frozenset[tuple[str, str]]
"""(action, intent): after this action a rule or story goes on with this intent."""


def expected_answers(conversations: Iterable[Iterable[Event]]) -> Expected:
    """Return what the rules and stories whose events are `conversations` expect after what was said."""
    pairs = set()
    for events in conversations:
        last = ""
        for event in events:
            if isinstance(event, ActionExecuted) and event.action_name not in _SILENT:
                last = event.action_name or ""
            elif isinstance(event, UserUttered) and last and event.intent_name:
                pairs.add((last, event.intent_name))
    return frozenset(pairs)


def this_turn(events: Iterable[Event]) -> tuple[UserUttered | None, list[Event], list[Event]]:
    """Return the latest message, the events after it and those before it, both newest first."""
    newest_first = list(events)[::-1]
    for place, event in enumerate(newest_first):
        if isinstance(event, UserUttered):
            return event, newest_first[:place], newest_first[place + 1 :]
    return None, newest_first, []


def last_action(newest_first: Iterable[Event]) -> str:
    """Return the newest action that said something, empty when there is none."""
    actions = (event.action_name for event in newest_first if isinstance(event, ActionExecuted))
    return next((name for name in actions if name and name not in _SILENT), "")


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.POLICY_WITHOUT_END_TO_END_SUPPORT, is_trainable=True)
class DoubtPolicy(Policy):
    """Predicts `action_twijfel` for a message with `doubt`, then `action_listen`; abstains from all else.

    Where the assistant has just asked something, and a rule or story goes on with this very intent, the answer is
    taken as it is: "ja" to our own question is likelier than "ja" alone, and asking back would be deaf. Which answers
    are expected is read from all rules and stories when the model is trained, so a new rule needs no list beside it;
    there is nothing else to learn. Glued-together (augmented) stories don't count: nobody wrote their seams.
    """

    @staticmethod
    def supported_data() -> SupportedData:
        """Rules and stories: both may expect an answer."""
        return SupportedData.ML_AND_RULE_DATA

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return a priority above that of all policies of Rasa: at confidence 1 it decides."""
        return {"priority": 100}

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        expected: Expected = frozenset(),
    ) -> None:
        super().__init__(config, model_storage, resource, execution_context)
        self._expected = expected

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> DoubtPolicy:
        """Load what `train` noted.

        Raises:
            ValueError: the model holds no such policy.
        """
        with model_storage.read_from(resource) as folder:
            pairs = json.loads((Path(folder) / _FILE).read_text("utf-8"))
        return cls(config, model_storage, resource, execution_context, frozenset((a, i) for a, i in pairs))

    def train(self, training_trackers: list[TrackerWithCachedStates], domain: Domain, **kwargs: Any) -> Resource:
        """Note which answers the rules and stories expect."""
        written = [tracker for tracker in training_trackers if not tracker.is_augmented]
        self._expected = expected_answers(tracker.events for tracker in written)
        with self._model_storage.write_to(self._resource) as folder:
            (Path(folder) / _FILE).write_text(json.dumps(sorted(self._expected)), "utf-8")
        return self._resource

    def predict_action_probabilities(
        self,
        tracker: DialogueStateTracker,
        domain: Domain,
        rule_only_data: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> PolicyPrediction:
        """Ask, wait for the answer, or abstain."""
        message, after, before = this_turn(tracker.events)
        done = [event.action_name for event in after if isinstance(event, ActionExecuted)]
        if ACTION in done:
            return self._predict(ACTION_LISTEN_NAME, domain)
        if done or message is None or not message.parse_data.get(DOUBT):
            return self._prediction(self._default_predictions(domain))
        if (last_action(before), message.intent_name) in self._expected:
            return self._prediction(self._default_predictions(domain))
        return self._predict(ACTION, domain, slots_set_back(domain, after, before))

    def _predict(self, action: str, domain: Domain, events: list[Event] | None = None) -> PolicyPrediction:
        scores = self._default_predictions(domain)
        scores[domain.index_for_action(action)] = 1.0
        return self._prediction(scores, optional_events=events)


def slots_set_back(domain: Domain, after: list[Event], before: list[Event]) -> list[Event]:
    """Return events that set slots which are filled from an intent, and were so by this message, to what they were.

    Both lists are newest first. The tracker store keeps the last value of each slot, however old.
    """
    earlier = {event.key: event.value for event in reversed(before) if isinstance(event, SlotSet)}
    changed = {event.key for event in after if isinstance(event, SlotSet)}
    return [
        SlotSet(slot.name, earlier.get(slot.name, slot.initial_value))
        for slot in domain.slots
        if slot.name in changed and any(mapping.get("type") == "from_intent" for mapping in slot.mappings)
    ]
