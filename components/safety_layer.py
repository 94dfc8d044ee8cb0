"""The safety layer: danger seen by rules or by the classifier, so that either is enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.intent_classifier import PROBABILITIES
from components.safety_rules import SEVERITY, Finding, Level, SafetyRules
from components.text import normalise, payload_intent

ACUTE, SUICIDAL, SOMEBODY_ELSE = "acuut_gevaar", "suicidale_gedachten", "ander_suicidaal"
INTENT_OF: Mapping[Level, str] = {"acute": ACUTE, "suicidal": SUICIDAL}
Witness: TypeAlias = Literal["rule", "classifier"]
SAFETY = "safety"
"""Key in the parse result."""
RULES = Path(__file__).parent.parent / "data" / "safety_rules.yml"


@dataclass(frozen=True)
class Verdict:
    """What the layer decided on one message; `words` are the visitor's own: never for a log."""

    level: Level
    by: tuple[Witness, ...]
    words: tuple[str, ...]
    score: float
    """The classifier's probability of the intent of `level`; of the likelier of the two when the level is none."""


def judge(finding: Finding, probabilities: Mapping[str, float], acute_from: float, suicidal_from: float) -> Verdict:
    """Join what the rules found and what the classifier thinks (empty when it failed).

    Acute danger comes before suicidal thoughts. When the classifier is surest that somebody else is suicidal, then
    suicidal words in the message are that person's, and the intent stays `ander_suicidaal`.
    """
    acute, suicidal = probabilities.get(ACUTE, 0.0), probabilities.get(SUICIDAL, 0.0)
    somebody_else = probabilities.get(SOMEBODY_ELSE, 0.0)
    by_classifier: Level = "acute" if acute >= acute_from else "suicidal" if suicidal >= suicidal_from else "none"
    level: Level = max(finding.level, by_classifier, key=SEVERITY.__getitem__)
    # Two levels, both above their threshold: the likelier one, unless a rule named the danger.
    if finding.level != "acute" and acute < suicidal and suicidal >= suicidal_from:
        level = "suicidal"
    if somebody_else > max(acute, suicidal) and finding.level != "acute":
        level = "none"
    score = {"acute": acute, "suicidal": suicidal, "none": max(acute, suicidal)}[level]
    if level == "none":
        return Verdict("none", (), (), score)
    threshold = acute_from if level == "acute" else suicidal_from
    seen_by_rule = finding.level == level
    witnesses: tuple[tuple[Witness, bool], ...] = (("rule", seen_by_rule), ("classifier", score >= threshold))
    by = tuple(witness for witness, saw in witnesses if saw)
    return Verdict(level, by, finding.words if seen_by_rule else (), score)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class SafetyLayer(GraphComponent):
    """Last word on the intent; stands after the fallback classifier, so that doubt never hides danger."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the probabilities from which the classifier alone is believed (see docs/adr/0001)."""
        return {"acute_from": 0.2, "suicidal_from": 0.2}

    def __init__(self, config: dict[str, Any], rules: SafetyRules) -> None:
        self._acute_from: float = config["acute_from"]
        self._suicidal_from: float = config["suicidal_from"]
        self._rules = rules

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyLayer:
        """Create the component for a graph (see Rasa's `GraphComponent`)."""
        return cls({**cls.get_default_config(), **config}, SafetyRules.read(RULES))

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `safety`, and where there is danger the intent, of each message."""
        for message in messages:
            self._protect(message)
        return messages

    def _protect(self, message: Message) -> None:
        text = message.get(TEXT) or ""
        if payload_intent(text) is not None:
            return  # a button: Rasa takes its intent as it is
        verdict = judge(
            self._rules.find(normalise(text)), message.get(PROBABILITIES) or {}, self._acute_from, self._suicidal_from
        )
        as_json = {**asdict(verdict), "by": list(verdict.by), "words": list(verdict.words)}
        message.set(SAFETY, as_json, add_to_output=True)
        if verdict.level == "none":
            return
        intent = {
            INTENT_NAME_KEY: INTENT_OF[verdict.level],
            PREDICTED_CONFIDENCE_KEY: 1.0 if "rule" in verdict.by else verdict.score,
        }
        others = [i for i in message.get(INTENT_RANKING_KEY) or [] if i[INTENT_NAME_KEY] != intent[INTENT_NAME_KEY]]
        message.set(INTENT, intent, add_to_output=True)
        message.set(INTENT_RANKING_KEY, [intent, *others], add_to_output=True)
