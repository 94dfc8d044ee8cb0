"""What visitors say in conversations/*.yml, to the trained model; answers are checked by response name."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.rasa.engine import Engine

CONVERSATIONS = [
    pytest.param(conversation, id=f"{file.stem}: {conversation['name']}")
    for file in sorted((Path(__file__).parent / "conversations").glob("*.yml"))
    for conversation in yaml.safe_load(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_each_step_gets_the_answers_that_are_written_down(engine: Engine, conversation: dict[str, Any]) -> None:
    talk = engine.talk()
    seen = 0
    for step in conversation["steps"]:
        answers = talk.say(step["visitor"])
        names = talk.response_names()
        assert names[seen:] == step["answers"], (
            step["visitor"],
            talk.tracker()["latest_message"]["intent_ranking"][:3],
        )
        assert answers, "the visitor got nothing to read"
        seen = len(names)
        slots = talk.tracker()["slots"]
        assert {name: slots[name] for name in step.get("slots", {})} == step.get("slots", {})


def test_a_handover_carries_the_summary_and_no_words_of_the_visitor(engine: Engine) -> None:
    talk = engine.talk()
    talk.say("mijn vrouw heeft me vorige week weer geslagen")
    custom = [answer["custom"] for answer in talk.say("/mens_spreken") if "custom" in answer]
    assert custom == [
        {"handover": {"rol": "slachtoffer", "thema": "partnergeweld", "gevaar": "nee", "leeftijdsgroep": "onbekend"}}
    ]
