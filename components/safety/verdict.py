"""What rules and classifier saw, joined into one verdict. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from components.safety.rules import Finding, Level

Witness: TypeAlias = Literal["rule", "classifier"]
MAX_WORDS_SHOWN = 5
NO_DANGER, ACUTE, SUICIDAL, SOMEBODY_ELSE = "none", "acute", "suicidal", "somebody_else"
"""The labels of the danger classifier. `somebody_else`: another person speaks of suicide; the intent says so itself."""
LABEL_OF_INTENT: Mapping[str, str] = {
    "acuut_gevaar": ACUTE,
    "suicidale_gedachten": SUICIDAL,
    "ander_suicidaal": SOMEBODY_ELSE,
}


@dataclass(frozen=True)
class Opinion:
    """What the classifier thinks of one text or part of it."""

    chances: Mapping[str, float]
    """Probability of each label."""
    words: tuple[str, ...]
    """The words that weighed most; the visitor's own: never for a log."""


@dataclass(frozen=True)
class Thresholds:
    """From which probability on the classifier alone is believed; set in config.yml by measuring (docs/adr/0005)."""

    danger_from: float = 0.18
    """Of acute danger and suicidal thoughts together, in the whole message: the mean of the danger classifier and,
    where it gave anything, the intent classifier. Together they alarm fewer who only tell of the past."""
    part_from: float = 0.97
    """Of the danger classifier in one part of a longer message: a sentence without what stands around it says less."""
    rule_from: float = 0.05
    """A rule is believed unless every classifier gives every part less than this: then it is a film or a way of
    speaking. Where there is no classifier the rule is believed."""


@dataclass(frozen=True)
class Verdict:
    """What the layer decided on one message; `words` are the visitor's own: never for a log."""

    level: Level
    by: tuple[Witness, ...]
    words: tuple[str, ...]
    score: float
    """The classifier's probability of the level; of both dangers together when the level is none."""


def judge(
    finding: Finding,
    whole: Opinion | None,
    parts: tuple[Opinion, ...],
    thresholds: Thresholds,
    second: float | None = None,
) -> Verdict:
    """Join what the rules found with what the classifier thinks of the whole message and of its parts.

    Either is enough, but a rule that the classifier is all but sure to be mistaken (`Thresholds.rule_from`). The most
    dangerous part counts, and acute danger comes before suicidal thoughts.

    Args:
        finding: of the rules.
        whole: None when there is no classifier or nothing to read.
        parts: of the windows of a longer message.
        thresholds: see `Thresholds`.
        second: what the intent classifier gives acute danger and suicidal thoughts together; None when it failed.
    """
    opinions = [whole, *parts] if whole else [*parts]
    believed = [part for part in parts if _danger(part) >= thresholds.part_from]
    if whole and _mean(_danger(whole), second) >= thresholds.danger_from:
        believed.insert(0, whole)
    levels: list[Level] = [_level(opinion) for opinion in believed]
    if opinions and max(second or 0.0, *map(_danger, opinions)) < thresholds.rule_from:
        finding = Finding()
    level: Level = "none"
    if "acute" in (finding.level, *levels):
        level = "acute"
    elif "suicidal" in (finding.level, *levels):
        level = "suicidal"
    # Words of suicide in a message that is about somebody else are that person's.
    if level == "suicidal" and finding.level == "suicidal" and not levels and whole and _is_somebody_else(whole):
        level = "none"
    if level == "none":
        return Verdict("none", (), (), max(map(_danger, opinions), default=0.0))
    seen = [opinion for opinion, own in zip(believed, levels, strict=True) if own == level]
    witnesses: tuple[tuple[Witness, bool], ...] = (("rule", finding.level == level), ("classifier", bool(seen)))
    words = [*(finding.words if finding.level == level else ()), *(word for opinion in seen for word in opinion.words)]
    return Verdict(
        level,
        tuple(witness for witness, saw in witnesses if saw),
        tuple(dict.fromkeys(words))[:MAX_WORDS_SHOWN],
        max((opinion.chances.get(level, 0.0) for opinion in opinions), default=0.0),
    )


def _danger(opinion: Opinion) -> float:
    return opinion.chances.get(ACUTE, 0.0) + opinion.chances.get(SUICIDAL, 0.0)


def _mean(own: float, second: float | None) -> float:
    return own if second is None else (own + second) / 2


def _level(opinion: Opinion) -> Level:
    return "suicidal" if opinion.chances.get(SUICIDAL, 0.0) > opinion.chances.get(ACUTE, 0.0) else "acute"


def _is_somebody_else(opinion: Opinion) -> bool:
    return opinion.chances.get(SOMEBODY_ELSE, 0.0) > _danger(opinion)
