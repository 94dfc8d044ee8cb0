"""Typing as it happens on a phone in a hurry: what the encoder must read through. Pure."""

from __future__ import annotations

import random
from collections.abc import Sequence

_NEIGHBOURS = {
    "a": "qsz", "b": "vn", "c": "xv", "d": "sfe", "e": "wr", "f": "dg", "g": "fh", "h": "gj", "i": "uo", "j": "hk",
    "k": "jl", "l": "k", "m": "n", "n": "bm", "o": "ip", "p": "o", "q": "wa", "r": "et", "s": "ad", "t": "ry",
    "u": "yi", "v": "cb", "w": "qe", "x": "zc", "y": "tu", "z": "x",
}  # fmt: skip
"""Letters beside each other on a qwerty keyboard."""
_LOWER, _UNPUNCTUATED, _MISTYPED = 0.3, 0.25, 0.35
"""How often a text loses its capitals, loses its punctuation, gets typing errors."""
_RATES = (0.02, 0.04, 0.06)
"""Share of characters that are mistyped in such a text."""


def mistyped(text: str, chance: random.Random) -> str:
    """Return `text` as somebody else might have typed it; often just as it is, never empty unless `text` is."""
    changed = text.lower() if chance.random() < _LOWER else text
    if chance.random() < _UNPUNCTUATED:
        changed = "".join(character for character in changed if character not in ".,!?")
    if chance.random() < _MISTYPED and changed:
        characters = list(changed)
        for _ in range(max(1, int(len(characters) * chance.choice(_RATES)))):
            _mistype(characters, chance.randrange(len(characters)), chance)
        changed = "".join(characters)
    return changed if changed.strip() else text


def surrounded(text: str, everyday: Sequence[str], chance: random.Random) -> str:
    """Return `text` with one to three everyday sentences before it, or some before and some after it."""
    around = [chance.choice(everyday) for _ in range(chance.choice((1, 1, 2, 3)))]
    before = chance.randrange(len(around) + 1) if chance.random() < 0.5 else len(around)
    return ". ".join(part.rstrip(".") for part in (*around[:before], text, *around[before:]))


def _mistype(characters: list[str], place: int, chance: random.Random) -> None:
    """Swap, drop, double or miss one letter, in place."""
    letter = characters[place]
    if not letter.isalpha():
        return
    kind = chance.random()
    if kind < 0.3 and place + 1 < len(characters):
        characters[place], characters[place + 1] = characters[place + 1], letter
    elif kind < 0.6:
        characters[place] = ""
    elif kind < 0.75:
        characters[place] = letter * 2
    else:
        characters[place] = chance.choice(_NEIGHBOURS.get(letter.lower(), letter))
