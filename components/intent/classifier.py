"""The linear intent model as a classifier of Rasa's pipeline."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers import LABEL_RANKING_LENGTH
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.nlu.featurizers.featurizer import Featurizer
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.intent.linear_model import Floats, LinearModel, Settings, train
from components.language.text import without_command

PROBABILITIES = "intent_probabilities"
"""Key on the message, not in the output: {intent: probability} of every intent, for the safety layer."""
_FILE = "linear_model.npz"
_SETTINGS = tuple(field.name for field in fields(Settings))

logger = logging.getLogger(__name__)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(IntentClassifier, GraphComponent):
    """A linear model over n-grams and sentence vector, with calibrated probabilities (see `linear_model`)."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Featurizers first."""
        return [Featurizer]

    @staticmethod
    def required_packages() -> list[str]:
        """The package behind the training."""
        return ["sklearn"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the fields of `Settings` and the length of the ranking."""
        return {
            **{field.name: field.default for field in fields(Settings)},
            "ranking_length": LABEL_RANKING_LENGTH,
        }

    def __init__(
        self,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        model: LinearModel | None = None,
    ) -> None:
        self._config = {**self.get_default_config(), **config}
        self._model_storage = model_storage
        self._resource = resource
        self._model = model

    @classmethod
    def validate_config(cls, config: dict[str, Any]) -> None:
        """Nothing that could be wrong and go unnoticed."""

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> LinearIntentClassifier:
        """Create the untrained component for a graph (see Rasa's `GraphComponent`)."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> LinearIntentClassifier:
        """Load the trained component.

        Raises:
            ValueError: the model holds no trained classifier.
        """
        with model_storage.read_from(resource) as directory:
            return cls(config, model_storage, resource, LinearModel.load(directory / _FILE))

    def train(self, training_data: TrainingData) -> Resource:
        """Train on all examples that have a text and an intent, and persist the model."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        if len({e.get(INTENT) for e in examples}) < 3:
            logger.warning("Fewer than three intents in the training data: no classifier is trained.")
            return self._resource
        settings = Settings(**{name: self._config[name] for name in _SETTINGS})
        texts, vectors = texts_and_vectors(examples)
        self._model = train(texts, vectors, [e.get(INTENT) for e in examples], settings)
        with self._model_storage.write_to(self._resource) as directory:
            self._model.save(directory / _FILE)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent, ranking and all probabilities of each message, and take the slash off what is no known button.

        A known button's payload gets no intent here: Rasa reads it after the pipeline.
        """
        known = self._model.labels.tolist() if self._model else []
        for message in messages:
            message.set(INTENT, {INTENT_NAME_KEY: None, PREDICTED_CONFIDENCE_KEY: 0.0}, add_to_output=True)
            message.set(TEXT, without_command(message.get(TEXT) or " ", known), add_to_output=True)
        readable = [m for m in messages if not m.get(TEXT).startswith("/") and has_vector(m)]
        if self._model is None or not readable:
            return messages
        for message, row in zip(readable, self._model.probabilities(*texts_and_vectors(readable)), strict=True):
            set_intents(message, dict(zip(known, row.tolist(), strict=True)), self._config["ranking_length"])
        return messages


def set_intents(message: Message, chances: Mapping[str, float], length: int) -> None:
    """Set intent, ranking (at most `length`) and all probabilities of `message`; of equals the first stays first."""
    likeliest = sorted(chances, key=lambda name: -chances[name])[:length]
    ranking = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: chances[name]} for name in likeliest]
    message.set(PROBABILITIES, dict(chances))
    message.set(INTENT, ranking[0], add_to_output=True)
    message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)


def has_vector(message: Message) -> bool:
    """Whether the encoder found anything to read in the message."""
    return message.get_dense_features(TEXT)[1] is not None


def texts_and_vectors(messages: Sequence[Message]) -> tuple[list[str], Floats]:
    """Return the texts of `messages` and their sentence vectors, as `linear_model.train` takes them."""
    vectors = np.vstack([message.get_dense_features(TEXT)[1].features for message in messages])
    return [message.get(TEXT) for message in messages], vectors
