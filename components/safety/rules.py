"""Danger read by rules alone: pure, over the lists of data/safety/rules.yml. Holds when the classifier fails."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from components.language.text import sentences, squeezed

Level = Literal["none", "suicidal", "acute"]
SEVERITY: Mapping[Level, int] = {"none": 0, "suicidal": 1, "acute": 2}

MAX_WORDS_SHOWN = 5
RULES = Path(__file__).parents[2] / "data" / "safety" / "rules.yml"


@dataclass(frozen=True)
class Rule:
    """Fires on a sentence where all of `needs` are found and none of `excludes`; both are names of word lists."""

    name: str
    level: Level
    needs: tuple[str, ...]
    excludes: tuple[str, ...]


@dataclass(frozen=True)
class Finding:
    """What the rules saw in a text. `words` are the visitor's own words that fired: never for a log."""

    level: Level = "none"
    rules: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


class SafetyRules:
    """Compiled word lists and rules."""

    def __init__(self, words: Mapping[str, Sequence[str]], rules: Sequence[Mapping[str, Any]]) -> None:
        """Compile the lists.

        Raises:
            KeyError: a rule names a list that does not exist.
            re.error: an expression of a list is broken.
        """
        self._lists = {name: re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)") for name, parts in words.items()}
        self.rules = tuple(
            Rule(rule["name"], rule["level"], tuple(rule["all"]), tuple(rule.get("none", ()))) for rule in rules
        )
        self._telling = {rule.needs[0] for rule in self.rules if rule.needs[0] in self._lists}
        for rule in self.rules:
            for name in rule.needs + rule.excludes:
                if name not in self._lists:
                    raise KeyError(f"rule {rule.name} names the unknown list {name}")

    @classmethod
    @cache  # a thousand lines: two components of the pipeline look at the same, which nobody changes
    def read(cls, path: Path) -> SafetyRules:
        """Read and compile a file such as data/safety/rules.yml."""
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        return cls(content["words"], content["dangers"])

    def find(self, text: str) -> Finding:
        """Return the most severe finding of the sentences of normalised `text`; on a tie all that fired."""
        findings = [self._judge(squeezed(sentence)) for sentence in sentences(text)]
        level: Level = max((f.level for f in findings), key=SEVERITY.__getitem__, default="none")
        worst = [f for f in findings if f.level == level and level != "none"]
        return Finding(
            level,
            tuple(dict.fromkeys(rule for f in worst for rule in f.rules)),
            tuple(dict.fromkeys(word for f in worst for word in f.words))[:MAX_WORDS_SHOWN],
        )

    def hints(self, sentence: str) -> int:
        """Return how many word lists of the dangers have a word in `sentence`: what looks gravest is read first."""
        plainly = squeezed(sentence)
        return sum(1 for name in self._telling if self._lists[name].search(plainly))

    def _judge(self, sentence: str) -> Finding:
        found = {
            name: match.group() for name, expression in self._lists.items() if (match := expression.search(sentence))
        }
        fired = [
            rule
            for rule in self.rules
            if all(name in found for name in rule.needs) and not any(name in found for name in rule.excludes)
        ]
        if not fired:
            return Finding()
        level: Level = max((rule.level for rule in fired), key=SEVERITY.__getitem__)
        worst = [rule for rule in fired if rule.level == level]
        return Finding(level, tuple(rule.name for rule in worst), tuple(found[rule.needs[0]] for rule in worst))
