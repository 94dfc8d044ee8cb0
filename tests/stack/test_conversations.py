"""What visitors say in tests/rasa/conversations/, through the whole stack; answers are checked by response name."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.stack.local_run import LocalRun, Talk

FOLDER = Path(__file__).parents[1] / "rasa" / "conversations"
CONVERSATIONS = [
    pytest.param(conversation, id=f"{file.stem}: {conversation['name']}")
    for file in sorted(FOLDER.glob("*.yml"))
    for conversation in yaml.safe_load(file.read_text(encoding="utf-8"))
]


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_each_step_gets_the_answers_that_are_written_down(run: LocalRun, conversation: dict[str, Any]) -> None:
    talk = Talk(run)
    seen = 0
    for step in conversation["steps"]:
        answer = talk.say(step["visitor"])
        names = talk.response_names()
        assert names[seen:] == step["answers"], step["visitor"]
        assert answer["messages"], "the visitor got nothing to read"
        seen = len(names)
        slots = talk.slots()
        assert {name: slots[name] for name in step.get("slots", {})} == step.get("slots", {})


def test_there_are_conversations_for_every_group_of_the_contract() -> None:
    groups = {
        "gesprek",
        "veiligheid",
        "slachtoffer",
        "omstander",
        "pleger",
        "professional",
        "vragen",
        "drempels",
        "gegevens",
    }
    assert groups <= {file.stem for file in FOLDER.glob("*.yml")}
