"""The training utterances as they stand in data/nlu/: for tuning, for evaluating, for checks. No Rasa needed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import yaml

_DATA = Path(__file__).parents[1] / "data"
NLU = _DATA / "nlu"
NEAR_MISSES = _DATA / "safety" / "near_misses.yml"
_MARK = re.compile(r"\[([^\]]*)\](\{[^}]*\}|\([^)]*\))")


class Example(NamedTuple):
    """An utterance and its right intent."""

    intent: str
    text: str


def read_examples(folder: Path = NLU) -> list[Example]:
    """Return all examples of the files of `folder`, entity marks taken off.

    Raises:
        FileNotFoundError: there is no such folder, or it holds no examples.
    """
    found = [
        Example(block["intent"], _MARK.sub(r"\1", line.removeprefix("- ")))
        for file in sorted(folder.glob("*.yml"))
        for block in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu", ())
        if "intent" in block
        for line in block["examples"].splitlines()
    ]
    if not found:
        raise FileNotFoundError(f"no training utterances in {folder}")
    return found


def read_near_misses(path: Path = NEAR_MISSES) -> list[str]:
    """Return the texts that only look like danger and fit no intent.

    Raises:
        FileNotFoundError: there is no such file.
        KeyError: it holds no list `near_misses`.
    """
    return list(yaml.safe_load(path.read_text(encoding="utf-8"))["near_misses"])
