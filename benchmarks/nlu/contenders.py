"""Who is compared: pipelines of Rasa, each trained on the same examples."""

from __future__ import annotations

import importlib.util
import random
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from components.examples import NLU, read_examples

ROOT = Path(__file__).parents[2]
SPACY_MODEL = "nl_core_news_sm"
FEW = 10
"""Examples an intent that every contender learns from: with all of them DIET took more than seven minutes for the first
of its hundred epochs."""


class Contender(NamedTuple):
    """A pipeline under the name that the table gives it."""

    name: str
    pipeline: list[dict[str, Any]]
    needs_tensorflow: bool
    most: int | None = FEW
    """Examples an intent; None: all there are."""
    missing: str = ""
    """Why it can't take part here; empty when it can."""


def contenders() -> dict[str, Contender]:
    """Return all, by a short key: first on few examples each, then on all those that can."""
    ours = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    bag = [{"name": "WhitespaceTokenizer"}, _BAG]
    spacy_missing = "" if importlib.util.find_spec(SPACY_MODEL) else f"{SPACY_MODEL} is not installed: make model-nl"
    return {
        "bag": Contender("bag of n-grams, as fastText", bag, False),
        "diet": Contender("Rasa's default: DIET, 100 epochs", _diet([{"name": "WhitespaceTokenizer"}]), True),
        "diet-spacy": Contender(
            f"the same with {SPACY_MODEL}",
            _diet(
                [{"name": "SpacyNLP", "model": SPACY_MODEL}, {"name": "SpacyTokenizer"}, {"name": "SpacyFeaturizer"}]
            ),
            True,
            missing=spacy_missing,
        ),
        "ours": Contender("ours", ours, False),
        "bag-all": Contender("bag of n-grams, all examples", bag, False, None),
        "ours-all": Contender("ours, all examples", ours, False, None),
    }


_BAG = {"name": "benchmarks.nlu.bag_of_ngrams.BagOfNgrams"}


def examples_of(contender: Contender, folder: Path) -> Path:
    """Return the folder of the utterances that `contender` learns from; a choice of them is written to `folder`.

    The choice is the same for all, drawn by chance with a fixed seed.
    """
    if contender.most is None:
        return NLU
    drawn, blocks = random.Random(1), []
    by_intent: dict[str, list[str]] = {}
    for example in read_examples():
        by_intent.setdefault(example.intent, []).append(example.text)
    for intent, texts in sorted(by_intent.items()):
        chosen = drawn.sample(texts, min(contender.most, len(texts)))
        blocks.append({"intent": intent, "examples": "".join(f"- {text}\n" for text in chosen)})
    folder.mkdir(parents=True)
    content = {"version": "3.1", "nlu": blocks}
    (folder / "nlu.yml").write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return folder


def _diet(first: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return Rasa's default recipe for understanding, as `rasa init` writes it, behind its tokenizer."""
    return [
        *first,
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        # Entities are left to the regular expressions, as in ours: what is compared is the intent.
        {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True, "entity_recognition": False},
    ]
