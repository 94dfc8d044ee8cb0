"""Readings of a set as figures, as text for people and as a picture."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

import yaml

from evaluation.measures import Reading, Share, confusions, macro_f1, right, share
from evaluation.sets import EvaluationSet, Message, Utterance

WORST = 25
"""Confusions that are printed."""
NLU = Path(__file__).parents[1] / "data" / "nlu"
_Key = TypeVar("_Key", bound=Hashable)


@dataclass(frozen=True)
class Result:
    """A set and what the assistant made of it, in the same order."""

    set: EvaluationSet
    readings: tuple[Reading, ...]
    """Of the utterances."""
    seen: tuple[Reading, ...]
    """Of the messages on danger."""

    def figures(self) -> dict[str, Share]:
        """Return what is held against the targets, by name."""
        pairs = list(zip(self.set.utterances, self.readings, strict=True))
        messages = list(zip(self.set.messages, self.seen, strict=True))
        return {
            "first": share(right(u, r, 1) for u, r in pairs),
            "first three": share(right(u, r, 3) for u, r in pairs),
            "first, other languages": share(right(u, r, 1) for u, r in pairs if u.style == "other"),
            "danger recognised": share(r.alarmed for m, r in messages if m.danger),
            "false alarms, hard": share(r.alarmed for m, r in messages if not m.danger),
            "false alarms, ordinary": share(
                r.alarmed for u, r in pairs if not u.accepted & {"acuut_gevaar", "suicidale_gedachten"}
            ),
        }


def groups() -> dict[str, str]:
    """Return the group of each intent: the file of data/nlu/ that it stands in first."""
    found: dict[str, str] = {}
    for file in sorted(NLU.glob("*.yml"), key=lambda path: (path.stem == "near_misses", path.stem)):
        for block in yaml.safe_load(file.read_text(encoding="utf-8")).get("nlu", ()):
            found.setdefault(block.get("intent", ""), file.stem)
    return found


def markdown(result: Result) -> str:
    """Return the report on one set."""
    pairs = list(zip(result.set.utterances, result.readings, strict=True))
    group = groups()
    by_style = _by(pairs, lambda utterance: utterance.style)
    by_group = _by(pairs, lambda utterance: group.get(utterance.intent, "?"))
    by_language = _by(pairs, lambda utterance: utterance.language)
    times = sorted(reading.milliseconds for reading in (*result.readings, *result.seen))
    lines = [f"## {result.set.name}", ""]
    lines += ["| figure | measured, with the 95 % interval |", "|---|---|"]
    lines += [f"| {name} | {found} |" for name, found in result.figures().items()]
    lines += [f"| macro F1 | {macro_f1(result.set.utterances, result.readings):.3f} |"]
    lines += [f"| one message, p50 / p95 | {_percentile(times, 50):.1f} / {_percentile(times, 95):.1f} ms |", ""]
    for title, table in (("style", by_style), ("group", by_group), ("language", by_language)):
        if len(table) > 1:
            lines += [f"| {title} | first | first three |", "|---|---|---|"]
            lines += [f"| {name} | {first} | {100 * three.value:.1f} % |" for name, (first, three) in table.items()]
            lines += [""]
    lines += _on_danger(result.set.messages, result.seen)
    worst = confusions(result.set.utterances, result.readings).most_common(WORST)
    if worst:
        lines += ["| times | meant | taken for |", "|---|---|---|"]
        lines += [f"| {times} | {meant} | {taken} |" for (meant, taken), times in worst] + [""]
    return "\n".join(lines)


def _by(pairs: Sequence[tuple[Utterance, Reading]], key: Callable[[Utterance], str]) -> dict[str, tuple[Share, Share]]:
    sorted_out: defaultdict[str, list[tuple[Utterance, Reading]]] = defaultdict(list)
    for utterance, reading in pairs:
        sorted_out[key(utterance)].append((utterance, reading))
    return {
        name: (share(right(u, r, 1) for u, r in chosen), share(right(u, r, 3) for u, r in chosen))
        for name, chosen in sorted(sorted_out.items())
    }


def _on_danger(messages: Sequence[Message], seen: Sequence[Reading]) -> list[str]:
    """Lines of a table: how many of each kind raised an alarm."""
    kinds: Counter[tuple[bool, str]] = Counter((message.danger, message.kind) for message in messages)
    alarms = Counter(
        (message.danger, message.kind) for message, reading in zip(messages, seen, strict=True) if reading.alarmed
    )
    lines = ["| danger | kind | alarmed |", "|---|---|---|"] if kinds else []
    for (danger, kind), of in sorted(kinds.items(), reverse=True):
        lines.append(f"| {'yes' if danger else 'no'} | {kind} | {alarms[danger, kind]} of {of} |")
    return [*lines, ""]


def picture(result: Result, path: Path) -> None:
    """Draw which intents are taken for which: rows are meant, columns are what the assistant read."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    group = groups()
    counts = Counter(
        (u.intent, r.ranking[0] if not right(u, r, 1) else u.intent)
        for u, r in zip(result.set.utterances, result.readings, strict=True)
        if r.ranking
    )
    names = sorted({name for pair in counts for name in pair}, key=lambda name: (group.get(name, "?"), name))
    of = Counter(u.intent for u in result.set.utterances)
    shares = [[counts[row, column] / max(1, of[row]) for column in names] for row in names]
    figure, axes = plt.subplots(figsize=(15, 14))
    shown: Any = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(names)), names, rotation=90, fontsize=6)
    axes.set_yticks(range(len(names)), names, fontsize=6)
    axes.set_xlabel("read as")
    axes.set_ylabel("meant")
    for place, (name, after) in enumerate(pairwise(names)):
        if group.get(name) != group.get(after):
            axes.axhline(place + 0.5, color="silver", linewidth=0.6)
            axes.axvline(place + 0.5, color="silver", linewidth=0.6)
    for row, line in enumerate(shares):
        for column, value in enumerate(line):
            if value and row != column:
                axes.text(column, row, f"{100 * value:.0f}", ha="center", va="center", fontsize=5, color="firebrick")
    figure.colorbar(shown, fraction=0.03, label="share of what was meant; red: per cent taken for something else")
    figure.suptitle(f"{result.set.name}: {result.figures()['first']} right at first place", fontsize=11)
    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)


def _percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
