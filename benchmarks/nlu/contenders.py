"""Who is compared: pipelines of Rasa, each trained on the same examples."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any, NamedTuple

import yaml

ROOT = Path(__file__).parents[2]
SPACY_MODEL = "nl_core_news_sm"


class Contender(NamedTuple):
    """A pipeline under the name that the table gives it."""

    name: str
    pipeline: list[dict[str, Any]]
    needs_tensorflow: bool
    missing: str = ""
    """Why it can't take part here; empty when it can."""


def contenders() -> dict[str, Contender]:
    """Return all, by a short key; ours last."""
    ours = yaml.safe_load((ROOT / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    spacy_missing = "" if importlib.util.find_spec(SPACY_MODEL) else f"{SPACY_MODEL} is not installed: make model-nl"
    return {
        "bag": Contender("bag of n-grams, as fastText", [{"name": "WhitespaceTokenizer"}, _BAG], False),
        "diet": Contender("Rasa's default: DIET, 100 epochs", _diet([{"name": "WhitespaceTokenizer"}]), True),
        "diet-spacy": Contender(
            f"the same with {SPACY_MODEL}",
            _diet(
                [{"name": "SpacyNLP", "model": SPACY_MODEL}, {"name": "SpacyTokenizer"}, {"name": "SpacyFeaturizer"}]
            ),
            True,
            spacy_missing,
        ),
        "ours": Contender("ours", ours, False),
    }


_BAG = {"name": "benchmarks.nlu.bag_of_ngrams.BagOfNgrams"}


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
