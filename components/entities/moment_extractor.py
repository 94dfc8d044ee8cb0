"""The entity `tijd`: a thin shell around `components.entities.moments`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.entities.moments import Moment, find_moments

MAX_MOMENTS = 5
"""More in one message is a story, or an attack on our time."""


def dutch_time() -> datetime:
    """Return the time on Dutch clocks, without a zone: people mean their own yesterday."""
    return datetime.now(ZoneInfo("Europe/Amsterdam")).replace(tzinfo=None)


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class MomentExtractor(GraphComponent, EntityExtractorMixin):
    """Adds entities `tijd`: the words as value, and in the field `date` the ISO date where there is one."""

    def __init__(self, clock: Callable[[], datetime] = dutch_time) -> None:
        self._clock = clock
        list(find_moments("gisteren", clock()))  # dateparser reads its tables at the first use: 60 ms, better now

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> MomentExtractor:
        """Create the component for a graph (see Rasa's `GraphComponent`)."""
        return cls()

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities to each message."""
        now = self._clock()
        for message in messages:
            moments = islice(find_moments(message.get(TEXT) or "", now), MAX_MOMENTS)
            found = self.add_extractor_name([_entity(moment) for moment in moments])
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages


def _entity(moment: Moment) -> dict[str, Any]:
    return {"entity": "tijd", "start": moment.start, "end": moment.end, "value": moment.text, "date": moment.date}
