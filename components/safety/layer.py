"""The safety layer: danger seen by rules or by a classifier of its own, so that either is enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.encoder.featurizer import WINDOWS
from components.intent.classifier import PROBABILITIES, has_vector, texts_and_vectors
from components.intent.doubt import DOUBT
from components.intent.linear_model import Floats, LinearModel, Settings, train
from components.language.text import normalise, payload_intent
from components.safety.near_misses import NEAR_MISS
from components.safety.rules import RULES, Level, SafetyRules
from components.safety.verdict import LABEL_OF_INTENT, NO_DANGER, Opinion, Thresholds, Verdict, judge

INTENT_OF: Mapping[Level, str] = {"acute": "acuut_gevaar", "suicidal": "suicidale_gedachten"}
SAFETY = "safety"
"""Key in the parse result."""
_FILE = "danger_model.npz"
_SETTINGS = tuple(field.name for field in fields(Settings))
_THRESHOLDS = tuple(field.name for field in fields(Thresholds))


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SafetyLayer(GraphComponent):
    """Last word on the intent. Learns from the examples of all intents, and needs no other classifier to be right."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the fields of `Thresholds` and of the linear model's `Settings`."""
        return {field.name: field.default for kind in (Thresholds, Settings) for field in fields(kind)}

    def __init__(
        self,
        config: dict[str, Any],
        rules: SafetyRules,
        model_storage: ModelStorage,
        resource: Resource,
        model: LinearModel | None = None,
    ) -> None:
        settings = {**self.get_default_config(), **config}
        self._thresholds = Thresholds(**{name: settings[name] for name in _THRESHOLDS})
        self._settings = Settings(**{name: settings[name] for name in _SETTINGS})
        self._rules = rules
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> SafetyLayer:
        """Create the component for a graph (see Rasa's `GraphComponent`)."""
        return cls(config, SafetyRules.read(RULES), model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SafetyLayer:
        """Load the trained component.

        Raises:
            ValueError: the model holds no trained classifier.
        """
        with model_storage.read_from(resource) as directory:
            model = LinearModel.load(directory / _FILE)
        return cls(config, SafetyRules.read(RULES), model_storage, resource, model)

    def train(self, training_data: TrainingData) -> Resource:
        """Train the danger classifier on the examples of all intents and on the near misses, and persist it.

        Raises:
            ValueError: no near misses came along: `NearMisses` does not stand before the encoder.
        """
        near = [example for example in training_data.training_examples if example.get(NEAR_MISS)]
        if not near:
            raise ValueError("the safety layer needs components.safety.near_misses.NearMisses first in the pipeline")
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        labels = [LABEL_OF_INTENT.get(example.get(INTENT), NO_DANGER) for example in examples]
        texts, vectors = texts_and_vectors([*examples, *near])
        self._model = train(texts, vectors, [*labels, *[NO_DANGER] * len(near)], self._settings)
        with self._model_storage.write_to(self._resource) as directory:
            self._model.save(directory / _FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set `safety`, and where there is danger the intent, of each message."""
        for message in messages:
            self._protect(message)
        return messages

    def _protect(self, message: Message) -> None:
        text = message.get(TEXT) or ""
        if payload_intent(text) is not None:
            return  # a button: Rasa takes its intent as it is
        verdict = self.verdict(message)
        as_json = {**asdict(verdict), "by": list(verdict.by), "words": list(verdict.words)}
        message.set(SAFETY, as_json, add_to_output=True)
        if verdict.level == "none":
            return
        message.data.pop(DOUBT, None)  # danger is never asked about
        intent = {
            INTENT_NAME_KEY: INTENT_OF[verdict.level],
            PREDICTED_CONFIDENCE_KEY: 1.0 if "rule" in verdict.by else verdict.score,
        }
        others = [i for i in message.get(INTENT_RANKING_KEY) or [] if i[INTENT_NAME_KEY] != intent[INTENT_NAME_KEY]]
        message.set(INTENT, intent, add_to_output=True)
        message.set(INTENT_RANKING_KEY, [intent, *others], add_to_output=True)

    def verdict(self, message: Message) -> Verdict:
        """Return what the rules and the classifier together make of the message and its parts."""
        finding = self._rules.find(normalise(message.get(TEXT) or ""))
        if self._model is None or not has_vector(message):
            return judge(finding, None, (), self._thresholds)
        parts: list[tuple[str, Floats]] = message.get(WINDOWS) or []
        texts, vectors = texts_and_vectors([message])
        read = [*texts, *(part for part, _ in parts)]
        whole, *others = _opinions(self._model, read, np.vstack([vectors, *(vector for _, vector in parts)]))
        intents: Mapping[str, float] | None = message.get(PROBABILITIES)
        second = sum(intents.get(intent, 0.0) for intent in INTENT_OF.values()) if intents else None
        return judge(finding, whole, tuple(others), self._thresholds, second)


def _opinions(model: LinearModel, texts: list[str], vectors: Floats) -> list[Opinion]:
    names = model.labels.tolist()
    rows = model.probabilities(texts, vectors)
    opinions = []
    for text, row in zip(texts, rows, strict=True):
        chances = dict(zip(names, row.tolist(), strict=True))
        likeliest = max(chances, key=chances.__getitem__)
        opinions.append(Opinion(chances, () if likeliest == NO_DANGER else tuple(model.telling(text, likeliest))))
    return opinions
