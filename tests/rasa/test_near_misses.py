"""Near misses in training: joined to the examples before the encoder, and asked for by the safety layer."""

from typing import Any, cast

import pytest
import yaml
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from components.examples import read_near_misses
from components.safety.layer import SafetyLayer
from components.safety.near_misses import NEAR_MISS, NearMisses
from components.safety.rules import RULES, SafetyRules
from tests.rasa.engine import ROOT


def test_they_are_joined_to_the_examples_and_have_no_intent() -> None:
    example = Message({TEXT: "goedemorgen", INTENT: "groet"})
    joined = NearMisses().process_training_data(TrainingData([example], {"adam": "Amsterdam"}))
    near = [one for one in joined.training_examples if one.get(NEAR_MISS)]
    assert [one.get(TEXT) for one in near] == read_near_misses()
    assert not any(one.get(INTENT) for one in near)
    assert joined.intent_examples == [example]
    assert joined.entity_synonyms == {"adam": "Amsterdam"}


def test_they_stand_first_in_the_pipeline() -> None:
    pipeline = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    assert pipeline[0]["name"] == f"{NearMisses.__module__}.{NearMisses.__name__}"


def test_messages_of_visitors_pass_untouched() -> None:
    message = Message({TEXT: "hoi"})
    assert NearMisses().process([message]) == [message]
    assert message.data == {TEXT: "hoi"}


def test_without_them_the_safety_layer_refuses_to_learn() -> None:
    nothing = cast(Any, None)  # it writes only after it has learned
    layer = SafetyLayer({}, SafetyRules.read(RULES), nothing, nothing)
    with pytest.raises(ValueError, match="NearMisses first in the pipeline"):
        layer.train(TrainingData([Message({TEXT: "help", INTENT: "acuut_gevaar"})]))
