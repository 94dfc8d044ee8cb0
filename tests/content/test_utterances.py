"""The training utterances: enough, written by hand, and none that says the same as another."""

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
MIN_EXAMPLES = 30  # of every intent of the contract; kies_rol is a button first


def examples() -> list[tuple[str, str]]:
    """(intent, utterance) of all files, entity marks removed."""
    return [
        (block["intent"], re.sub(r"\[([^\]]*)\]\{[^}]*\}", r"\1", line[2:]))
        for file in sorted((ROOT / "data" / "nlu").glob("*.yml"))
        for block in yaml.safe_load(file.read_text(encoding="utf-8"))["nlu"]
        if "intent" in block
        for line in block["examples"].splitlines()
    ]


EXAMPLES = examples()
DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("intent", [name for name in DOMAIN["intents"] if name not in ("kies_rol", "nlu_fallback")])
def test_every_intent_has_at_least_thirty_examples(intent: str) -> None:
    assert sum(name == intent for name, _ in EXAMPLES) >= MIN_EXAMPLES


def test_no_utterance_stands_twice_whatever_its_capitals_and_points() -> None:
    counts = Counter(re.sub(r"[^\w]+", " ", text.lower()).strip() for _, text in EXAMPLES)
    assert [text for text, count in counts.items() if count > 1] == []


def test_no_intent_is_filled_from_a_template() -> None:
    """More than a fifth of an intent's longer examples beginning with the same three words is a template."""
    for intent in {name for name, _ in EXAMPLES}:
        longer = [text.lower().split() for name, text in EXAMPLES if name == intent and len(text.split()) > 4]
        beginnings = Counter(" ".join(words[:3]) for words in longer)
        assert all(count <= max(3, len(longer) // 5) for count in beginnings.values()), (
            intent,
            beginnings.most_common(2),
        )


def test_no_utterance_names_a_telephone_number_or_is_a_command() -> None:
    assert [text for _, text in EXAMPLES if re.search(r"\d{2,4}[- ]\d{5,}", text) or text.startswith("/")] == []
