"""Shares with their uncertainty. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import sqrt

from evaluation.sets import Utterance

_Z = 1.959964
"""Of the normal distribution, for 95 %."""


@dataclass(frozen=True)
class Share:
    """`hits` of `of`."""

    hits: int
    of: int

    @property
    def value(self) -> float:
        """Between 0 and 1; 0 of nothing."""
        return self.hits / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Where the true share lies in 95 of 100 cases (Wilson, 1927)."""
        if not self.of:
            return 0.0, 1.0
        square = _Z**2 / self.of
        middle = (self.value + square / 2) / (1 + square)
        half = _Z * sqrt(self.value * (1 - self.value) / self.of + square / (4 * self.of)) / (1 + square)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        """Like '93.1 % (91.5-94.4) of 1,176'."""
        low, high = self.interval
        return f"{100 * self.value:.1f} % ({100 * low:.1f}-{100 * high:.1f}) of {self.of:,}"


def share(values: Iterable[bool]) -> Share:
    """Return how many of `values` are true."""
    listed = list(values)
    return Share(sum(listed), len(listed))


@dataclass(frozen=True)
class Reading:
    """What the assistant made of one text."""

    ranking: tuple[str, ...]
    """Intents, likeliest first; what the safety layer saw stands first."""
    level: str
    """Of the safety layer: none, suicidal or acute."""
    milliseconds: float

    @property
    def alarmed(self) -> bool:
        """Whether the person gets an emergency answer."""
        return self.level != "none" or self.ranking[:1] in (("acuut_gevaar",), ("suicidale_gedachten",))


def right(utterance: Utterance, reading: Reading, among: int) -> bool:
    """Whether an accepted intent is among the first so many."""
    return not utterance.accepted.isdisjoint(reading.ranking[:among])


def macro_f1(utterances: Sequence[Utterance], readings: Sequence[Reading]) -> float:
    """Return the mean over intents of the harmonic mean of precision and recall; an accepted intent counts as right."""
    hits: Counter[str] = Counter()
    said: Counter[str] = Counter()
    meant: Counter[str] = Counter()
    for utterance, reading in zip(utterances, readings, strict=True):
        first = reading.ranking[0] if reading.ranking else ""
        intent = first if first in utterance.accepted else utterance.intent
        meant[intent] += 1
        said[first] += 1
        hits[intent] += first == intent
    return sum(2 * hits[intent] / (meant[intent] + said[intent]) for intent in meant) / max(1, len(meant))


def confusions(utterances: Sequence[Utterance], readings: Sequence[Reading]) -> Counter[tuple[str, str]]:
    """Return how often (right intent, what it was taken for) occurred."""
    return Counter(
        (utterance.intent, reading.ranking[0])
        for utterance, reading in zip(utterances, readings, strict=True)
        if reading.ranking and not right(utterance, reading, 1)
    )
