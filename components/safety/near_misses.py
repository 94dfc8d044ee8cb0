"""Texts that only look like danger and fit no intent, as training examples of Rasa's pipeline."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.examples import read_near_misses

NEAR_MISS = "near_miss"
"""Key in an example that has no intent."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class NearMisses(GraphComponent):
    """First of the pipeline: joins the near misses to the examples, so that all that follows reads them alike.

    Rasa's own files can't hold an example without an intent.
    """

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> NearMisses:
        """Create the component for a graph (see Rasa's `GraphComponent`)."""
        return cls()

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Add the near misses to the examples and return them all; each has a text, `NEAR_MISS` and nothing else.

        Raises:
            FileNotFoundError: there is no file of near misses.
            KeyError: it holds no list of them.
        """
        training_data.training_examples.extend(Message({TEXT: text, NEAR_MISS: True}) for text in read_near_misses())
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Leave what visitors write as it is."""
        return messages
