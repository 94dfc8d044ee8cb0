"""Evaluation sets: JSON lines, written apart from the training data, never used in training."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OWN = Path(__file__).parents[1] / "tests" / "rasa" / "evaluation"
"""Its README says who wrote them and how."""
FRESH = OWN / "fresh"
"""Nobody has looked at what is missed in it, and nothing was chosen by it: its figures flatter least."""


@dataclass(frozen=True)
class Utterance:
    """Something that a person typed, and what it means."""

    text: str
    intent: str
    also: frozenset[str]
    """Other intents that a careful labeller accepts."""
    style: str
    language: str

    @property
    def accepted(self) -> frozenset[str]:
        """Every intent that counts as right."""
        return self.also | {self.intent}


@dataclass(frozen=True)
class Message:
    """A message of somebody in danger, or one that only looks like it."""

    text: str
    danger: bool
    kind: str
    language: str


@dataclass(frozen=True)
class EvaluationSet:
    """What one group of writers wrote."""

    name: str
    utterances: tuple[Utterance, ...]
    messages: tuple[Message, ...]

    @property
    def texts(self) -> list[str]:
        """Of the utterances, then of the messages."""
        return [utterance.text for utterance in self.utterances] + [message.text for message in self.messages]


def read_set(folder: Path, name: str) -> EvaluationSet:
    """Return the set in `folder`: intents.jsonl, and safety.jsonl or acute.jsonl.

    A line of the first: {"text", "intent", "also"?: [...], "style" or "tags": [...], "language"?}; of the second:
    {"text", "level": "acute|suicidal|none" or "acute": true|false, "kind", "language"?}.

    Raises:
        FileNotFoundError: there is no such folder or file.
        KeyError: a line has not what it must have.
        json.JSONDecodeError: a line is no JSON.
    """
    safety = folder / "safety.jsonl"
    return EvaluationSet(
        name,
        tuple(_utterance(line) for line in _lines(folder / "intents.jsonl")),
        tuple(_message(line) for line in _lines(safety if safety.exists() else folder / "acute.jsonl")),
    )


def project_sets() -> dict[str, EvaluationSet]:
    """Return the sets that stand in the project, by a short key.

    Raises:
        FileNotFoundError, KeyError, json.JSONDecodeError: as `read_set`.
    """
    return {"own": read_set(OWN, "Our own set"), "fresh": read_set(FRESH, "The fresh set")}


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield json.loads(line)


def _utterance(line: dict[str, Any]) -> Utterance:
    style = line.get("style") or next(iter(line.get("tags") or []), "plain")
    return Utterance(
        line["text"], line["intent"], frozenset(line.get("also") or ()), style, line.get("language") or "nl"
    )


def _message(line: dict[str, Any]) -> Message:
    danger = line["acute"] if "acute" in line else line["level"] != "none"
    return Message(line["text"], bool(danger), line["kind"], line.get("language") or "nl")
