"""The counts as a page of text for the editor. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Final

from bot.review.counts import Count

MAX_PAIRS: Final = 20
_BAR: Final = 40  # characters of the longest bar
_NOTHING: Final = "(nothing near)"


def report(counts: Sequence[Count], titles: Mapping[str, str], days: int, zone: tzinfo) -> str:
    """
    Args:
        titles: what visitors read, by intent (data/choices.yml); an intent without one is named itself.
        zone: whose hours of the day are shown.
    """
    total = sum(count.turns for count in counts)
    heading = f"Turns in which the assistant asked instead of answering, last {days} days: {total}"
    if not total:
        return f"{heading}\nThere is nothing to review yet."
    between = sum(count.turns for count in counts if count.kind == "between")
    split = f"Unsure between choices: {between}. Understood nothing: {total - between}."
    return "\n\n".join(["\n".join([heading, split]), _pairs(counts, titles), _hours(counts, zone)])


def _pairs(counts: Sequence[Count], titles: Mapping[str, str]) -> str:
    pairs: Counter[tuple[str, str]] = Counter()
    for count in counts:
        if count.kind == "between":
            pairs[count.first, count.second] += count.turns
    lines = ["turns  most frequent choices"]
    for (first, second), turns in pairs.most_common(MAX_PAIRS):
        lines.append(f"{turns:5}  {_named(first, titles)}  |  {_named(second, titles)}")
    if len(pairs) > MAX_PAIRS:
        rest = sum(turns for _, turns in pairs.most_common()[MAX_PAIRS:])
        lines.append(f"{rest:5}  {len(pairs) - MAX_PAIRS} other pairs")
    return "\n".join(lines)


def _named(intent: str, titles: Mapping[str, str]) -> str:
    if not intent:
        return _NOTHING
    return f"{titles[intent]} ({intent})" if intent in titles else intent


def _hours(counts: Sequence[Count], zone: tzinfo) -> str:
    hours: Counter[int] = Counter()
    for count in counts:
        hours[count.hour.astimezone(zone).hour] += count.turns
    most = max(hours.values())
    lines = [f"turns  hour of the day ({zone})"]
    for hour in range(24):
        bar = "#" * max(1, round(_BAR * hours[hour] / most)) if hours[hour] else ""
        lines.append(f"{hours[hour]:5}  {hour:02}  {bar}".rstrip())
    return "\n".join(lines)
