"""When to ask what somebody means instead of guessing: pure functions on a ranking, and the component around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal, TypeAlias

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.language.text import payload_intent
from components.safety.verdict import LABEL_OF_INTENT

Kind: TypeAlias = Literal["between", "lost"]
Ranking: TypeAlias = Sequence[tuple[str, float]]
"""(intent, probability), likeliest first."""
Answers: TypeAlias = Mapping[str, tuple[str, ...]]
"""The actions that answer an intent wherever it is said."""

DOUBT = "doubt"
"""Key in the parse result; absent when there is no doubt."""
RULES = Path(__file__).parents[2] / "data" / "rules"
MAX_AMONG = 3
DANGERS = frozenset(LABEL_OF_INTENT)
CONVERSATION = frozenset(
    {"groet", "afscheid", "bedankt", "bevestigen", "ontkennen", "weet_niet"}
    | {"geef_gemeente", "geef_tijd", "geef_leeftijd", "geef_beroep"}
    | {"kies_rol"}  # a choice already, and no answer without its entity
)
"""Never offered as a choice: nobody comes here to choose 'hello' or 'yes'."""


@dataclass(frozen=True)
class Doubt:
    """`between`: some intents are about as likely; `lost`: none is likely."""

    kind: Kind
    among: tuple[str, ...] = ()
    """Of `between`: one to three intents, likeliest first. A danger among them is asked about, never offered."""


@dataclass(frozen=True)
class Thresholds:
    """Probabilities, set in config.yml by measuring."""

    lost_below: float = 0.15
    """Below it the likeliest answer is no more than a guess: lost."""
    sure_from: float = 0.5
    """From here on the likeliest answer is given without asking."""
    close: float = 0.6
    """Second divided by first, from which on two are close. Raised, people are asked less often."""


def doubt_of(ranking: Ranking, answers: Answers, thresholds: Thresholds) -> Doubt | None:
    """Return the doubt about a message, None when there is nothing to ask.

    Intents that lead to the same first answer count as one, with the sum of their probabilities. Where all that are
    close are plain conversation there is nothing to choose from, and unless conversation as a whole is likely it is a
    guess: a true greeting or yes is unmistakable, a single word such as "huis" is not. A danger that is likeliest is
    not doubted: its answer comes at once, better once too often. One that is merely close stays in `among`, with at
    least two others to choose.
    """
    likely = by_answer(ranking, answers)
    if not likely or likely[0][1] < thresholds.lost_below:
        return Doubt("lost")
    (first, most), among = likely[0], [name for name, _ in likely]
    close = sum(probability >= thresholds.close * most for _, probability in likely)
    if first in DANGERS or most >= thresholds.sure_from:
        return None
    near = [name for name in among[:close] if name not in CONVERSATION]
    if close < 2 or not near:
        spoken = sum(probability for name, probability in likely if name in CONVERSATION)
        return Doubt("lost") if first in CONVERSATION and spoken < thresholds.sure_from else None
    danger = [name for name in near if name in DANGERS][:1]
    offered = [name for name in near if name not in DANGERS][: MAX_AMONG - len(danger)]
    further = [name for name in among[close:] if name not in CONVERSATION | DANGERS]
    offered += further[: max(0, 2 - len(offered))]  # one choice alone would be a suggestion
    return Doubt("between", tuple(sorted({*danger, *offered}, key=among.index)))


def by_answer(ranking: Ranking, answers: Answers) -> list[tuple[str, float]]:
    """Return the ranking with the intents of one first answer joined under the likeliest of them."""
    names: dict[tuple[str, ...], str] = {}
    joined: dict[str, float] = {}
    for intent, probability in ranking:
        name = names.setdefault(answers.get(intent, (intent,)), intent)
        joined[name] = joined.get(name, 0.0) + probability
    return sorted(joined.items(), key=lambda pair: -pair[1])


def first_answers(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the actions of each rule in `folder` that holds for an intent wherever it is said."""
    rules = [rule for file in sorted(folder.glob("*.yml")) for rule in yaml.safe_load(file.read_text("utf-8"))["rules"]]
    return {
        steps[0]["intent"]: tuple(step["action"] for step in steps if "action" in step)
        for steps in (rule["steps"] for rule in rules)
        if set(steps[0]) == {"intent"}
    }


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class DoubtMarker(GraphComponent):
    """Sets `doubt` on a message, and leaves its intent and ranking as they are.

    Stands after the intent classifier, and before the safety layer that takes the doubt off where there is danger.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the fields of `Thresholds`."""
        return {field.name: field.default for field in fields(Thresholds)}

    def __init__(self, thresholds: Thresholds, answers: Answers) -> None:
        self._thresholds = thresholds
        self._answers = answers

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DoubtMarker:
        """Create the component for a graph (see Rasa's `GraphComponent`)."""
        return cls(Thresholds(**{name: config[name] for name in cls.get_default_config()}), first_answers(RULES))

    def process(self, messages: list[Message]) -> list[Message]:
        """Mark the messages that are in doubt. A button's payload is not: Rasa takes its intent as it is."""
        for message in messages:
            if payload_intent(message.get(TEXT) or "") is None and (doubt := self._doubt_of(message)):
                message.set(DOUBT, {"kind": doubt.kind, "among": list(doubt.among)}, add_to_output=True)
        return messages

    def _doubt_of(self, message: Message) -> Doubt | None:
        ranking = message.get(INTENT_RANKING_KEY) or []
        pairs = [(entry[INTENT_NAME_KEY], entry[PREDICTED_CONFIDENCE_KEY]) for entry in ranking]
        return doubt_of(pairs, self._answers, self._thresholds)
