"""What fastText does, without its own library: hashed words, pairs and pieces of words, and a linear model on them."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, INTENT_NAME_KEY, INTENT_RANKING_KEY, PREDICTED_CONFIDENCE_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from scipy.special import expit
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.linear_model import SGDClassifier
from sklearn.pipeline import FeatureUnion

_BUCKETS = 2**16
_EPOCHS = 5
"""As fastText by default."""
_FILE = "bag.pkl"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class BagOfNgrams(IntentClassifier, GraphComponent):
    """For the comparison only; never part of the assistant (its file is a pickle)."""

    def __init__(self, model_storage: ModelStorage, resource: Resource, model: Any = None) -> None:
        self._model_storage = model_storage
        self._resource = resource
        self._model = model
        self._ngrams = FeatureUnion(
            [
                ("words", HashingVectorizer(ngram_range=(1, 2), n_features=_BUCKETS)),
                ("pieces", HashingVectorizer(analyzer="char_wb", ngram_range=(3, 6), n_features=_BUCKETS)),
            ]
        )

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> BagOfNgrams:
        """Create the component for a graph (see Rasa's `GraphComponent`)."""
        return cls(model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> BagOfNgrams:
        """Load what `train` wrote a moment ago in this run."""
        with model_storage.read_from(resource) as directory:
            return cls(model_storage, resource, pickle.loads((directory / _FILE).read_bytes()))  # noqa: S301 - our own

    def train(self, training_data: TrainingData) -> Resource:
        """Train and persist."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        machine = SGDClassifier(loss="log_loss", alpha=1e-6, max_iter=_EPOCHS, tol=None, random_state=1, n_jobs=-1)
        machine.fit(self._ngrams.transform([e.get(TEXT) for e in examples]), [e.get(INTENT) for e in examples])
        # (buckets, intents): scikit-learn's predict turns it round for every message, which takes a third of a second.
        weights = np.ascontiguousarray(machine.coef_.T, np.float32)
        self._model = weights, machine.intercept_, machine.classes_.tolist()
        with self._model_storage.write_to(self._resource) as directory:
            (directory / _FILE).write_bytes(pickle.dumps(self._model))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set intent and ranking of each message."""
        weights, bias, names = self._model
        for message in messages:
            chances = expit(self._ngrams.transform([message.get(TEXT) or ""]) @ weights + bias)[0]
            pairs = sorted(zip((chances / chances.sum()).tolist(), names, strict=True), reverse=True)[:10]
            ranking = [{INTENT_NAME_KEY: name, PREDICTED_CONFIDENCE_KEY: chance} for chance, name in pairs]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages
