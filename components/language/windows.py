"""A long message in parts, so that one grave sentence in a long story is not drowned."""

from __future__ import annotations

from collections.abc import Callable

from components.language.text import sentences

MAX_WORDS = 40
"""Of one window; a longer sentence is cut."""
_MIN_WORDS = 4
"""A shorter sentence ("help!", "en nu?") says little alone and goes with the one before it."""
_MAX_WORD_CHARS = 40


def windows(text: str) -> list[str]:
    """Return the parts of normalised `text`, in its order; nothing when it is one part."""
    parts: list[list[str]] = []
    for sentence in sentences(text):
        words = [word[:_MAX_WORD_CHARS] for word in sentence.split()]
        for start in range(0, len(words), MAX_WORDS):
            piece = words[start : start + MAX_WORDS]
            if parts and len(piece) < _MIN_WORDS and len(parts[-1]) + len(piece) <= MAX_WORDS:
                parts[-1] += piece
            else:
                parts.append(piece)
    return [" ".join(part) for part in parts] if len(parts) > 1 else []


def within(parts: list[str], budget: int, cost: Callable[[str], int], weight: Callable[[str], float]) -> list[str]:
    """Return those of `parts` that fit the budget together, the weightiest first; of equal ones the earlier."""
    chosen = []
    for part in sorted(parts, key=weight, reverse=True):
        price = cost(part)
        if price <= budget:
            budget -= price
            chosen.append(part)
    return chosen
