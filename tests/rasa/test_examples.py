"""The training utterances: enough, written by hand, none that says the same as another, none from an evaluation set."""

import os
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import yaml
from sklearn.feature_extraction.text import TfidfVectorizer

from components.examples import NEAR_MISSES, NLU, read_examples, read_near_misses
from evaluation.sets import EvaluationSet, project_sets, read_set

EXAMPLES = read_examples()
NEAR = read_near_misses()
INTENTS = sorted({example.intent for example in EXAMPLES})
FEWER = {"kies_rol": 40}  # a button first
EXTRA = os.environ.get("EERSTE_STAP_EVALUATION")  # a folder with another set, where there is one
MEASURED = [*project_sets().values(), *([read_set(Path(EXTRA), "extra")] if EXTRA else [])]
COMMON = {word for word, _ in Counter(w for e in EXAMPLES for w in e.text.lower().split()).most_common(120)}
ALIKE = 0.85
"""Cosine of the weighted counts of three to five letters, from which on two texts are one that was changed a little."""
LEAKED = 0.8


def bare(text: str) -> str:
    """Letters and digits alone; of a text without any, the text."""
    return re.sub(r"[^\w]+", " ", text.lower()).strip() or text


@pytest.fixture(scope="module")
def letters() -> TfidfVectorizer:
    every = [bare(text) for text in [*(example.text for example in EXAMPLES), *NEAR]]
    return TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True).fit(every)


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_has_eighty_examples(intent: str) -> None:
    assert sum(example.intent == intent for example in EXAMPLES) >= FEWER.get(intent, 80)


def test_every_intent_of_the_domain_has_examples(root: Path) -> None:
    domain = yaml.safe_load((root / "domain.yml").read_text(encoding="utf-8"))
    assert sorted(domain["intents"]) == INTENTS


def test_there_are_six_hundred_messages_of_acute_danger_and_six_hundred_near_misses() -> None:
    with_intent = near_misses()
    near = [example for example in EXAMPLES if example.text in with_intent]
    assert sum(example.intent == "acuut_gevaar" for example in EXAMPLES) >= 600
    assert len(near) + len(NEAR) >= 600


def near_misses() -> set[str]:
    blocks = yaml.safe_load((NLU / "near_misses.yml").read_text(encoding="utf-8"))["nlu"]
    return {line.removeprefix("- ") for block in blocks for line in block["examples"].splitlines()}


def test_no_utterance_stands_twice_whatever_its_capitals_and_points() -> None:
    counts = Counter(bare(text) for text in [*(example.text for example in EXAMPLES), *NEAR])
    assert [text for text, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("intent", INTENTS)
def test_no_utterance_is_another_one_of_its_intent_with_a_word_changed(letters: TfidfVectorizer, intent: str) -> None:
    """Two of different intents may look alike: such pairs show where the border is."""
    texts = [example.text for example in EXAMPLES if example.intent == intent and len(example.text.split()) > 3]
    rows = letters.transform(map(bare, texts))
    alike = np.argwhere(np.triu((rows @ rows.T).toarray(), 1) > ALIKE)
    assert [(texts[a], texts[b]) for a, b in alike] == []


@pytest.mark.parametrize("intent", INTENTS)
def test_no_intent_is_filled_from_a_template(intent: str) -> None:
    """A skeleton is what stays of a sentence when all but the commonest words are taken out."""
    words = [bare(example.text).split() for example in EXAMPLES if example.intent == intent]
    skeletons = Counter(" ".join(w if w in COMMON else "_" for w in line) for line in words if len(line) >= 5)
    beginnings = Counter(" ".join(line[:3]) for line in words if len(line) > 4)
    assert [found for found in skeletons.items() if found[1] > 3] == []
    assert [found for found in beginnings.items() if found[1] > max(4, len(words) // 15)] == []


@pytest.mark.parametrize("chosen", MEASURED, ids=lambda chosen: chosen.name)
def test_nothing_of_an_evaluation_set_is_learned(letters: TfidfVectorizer, chosen: EvaluationSet) -> None:
    learned = [*(example.text for example in EXAMPLES), *NEAR]
    measured = chosen.texts
    exact = {bare(text) for text in learned} & {bare(text) for text in measured}
    assert exact == set()
    longer = [text for text in learned if len(text.split()) > 3]
    rows, columns = (letters.transform(map(bare, texts)) for texts in (longer, measured))
    near = (rows @ columns.T).tocoo()
    assert [
        (longer[a], measured[b]) for a, b, how in zip(near.row, near.col, near.data, strict=True) if how > LEAKED
    ] == []


def test_no_utterance_names_a_telephone_number_or_is_a_command() -> None:
    texts = [*(example.text for example in EXAMPLES), *NEAR]
    assert [text for text in texts if re.search(r"\d{2,4}[- ]\d{5,}", text) or text.startswith("/")] == []


def test_near_misses_without_an_intent_stand_in_one_place() -> None:
    assert NEAR_MISSES.parent.name == "safety"
    assert set(NEAR).isdisjoint(example.text for example in EXAMPLES)
