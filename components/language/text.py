"""The one place where a visitor's text is made regular, before any component looks at it.

Everything here is a pure function on `str` and safe for whatever a stranger can send: lone surrogates, NUL, zero-width
characters, characters that NFKC blows up to eighteen others, 2,000 characters without a space.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

MAX_CHARS = 2_000
"""Longest message of the protocol, in characters. What is beyond is not read."""

_QUOTES = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201c": '"', "\u201d": '"', "\u00b4": "'", "`": "'"}
)
_SPACES = re.compile(r"[^\S\n]+")
_NEWLINES = re.compile(r"\s*\n\s*")
_RUNS = re.compile(r"(.)\1{3,}", re.DOTALL)
_TRIPLES = re.compile(r"(\w)\1\1+")
_SENTENCE_END = re.compile(r"(?<=[.!?\u2026\u061f\u3002])\s+|\n")
# Accents on Latin letters only: the breve of Cyrillic "й" and the signs of Arabic carry meaning.
_LATIN_ACCENTS = re.compile(r"([a-zı])[\u0300-\u036f]+")
_PAYLOAD = re.compile(r"""/([a-z][a-z0-9_]*)(\{"[a-z_]+": ?"[\w '.-]{0,60}"(, ?"[a-z_]+": ?"[\w '.-]{0,60}")*\})?""")


def normalise(text: str) -> str:
    """Return `text` in one regular form: NFKC, visible characters only, single spaces, at most `MAX_CHARS` characters.

    Curly quotes become straight ones and a run of one character is cut to three ("heeeeelp" -> "heeelp"), so that
    shouting and keyboard rolls neither hide a word nor cost time. A line break stays, as the end of a sentence.
    """
    # Cut before NFKC too: U+FDFA alone becomes 18 characters.
    known = text[: 2 * MAX_CHARS].encode("utf-8", "ignore").decode("utf-8")
    composed = unicodedata.normalize("NFKC", known)[: 2 * MAX_CHARS].translate(_QUOTES)
    visible = "".join(_visible(character) for character in composed)
    shortened = _RUNS.sub(r"\1\1\1", visible)
    return _NEWLINES.sub("\n", _SPACES.sub(" ", shortened)).strip()[:MAX_CHARS].rstrip()


def _visible(character: str) -> str:
    if character in "\n\r\u2028\u2029":
        return "\n"
    category = unicodedata.category(character)
    if category == "Cf":  # zero-width, direction marks, soft hyphen: letters hide behind them
        return ""
    return " " if category in ("Cc", "Co", "Cn") else character


def plain(text: str) -> str:
    """Return normalised `text` in lower case without accents, for comparing with word lists ("hé" -> "he")."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", _LATIN_ACCENTS.sub(r"\1", decomposed))


def squeezed(text: str) -> str:
    """Return `plain` text with a run of three or more of one letter as one: "HÉÉÉÉLP" is "help"."""
    return _TRIPLES.sub(r"\1", plain(text))


def sentences(text: str) -> list[str]:
    """Split normalised `text` into sentences at punctuation and line breaks; of a text there is always one."""
    return [part.strip() for part in _SENTENCE_END.split(text) if part and part.strip()]


def payload_intent(text: str) -> str | None:
    """Return the intent that a button payload such as `/kies_rol{"rol": "slachtoffer"}` names, else None."""
    match = _PAYLOAD.fullmatch(text.strip())
    return match.group(1) if match else None


def without_command(text: str, intents: Collection[str]) -> str:
    """Return `text` itself when it is the payload of one of `intents`, else without the slash that makes it a command.

    Rasa obeys whatever starts with a slash, also its own "/restart", and warns with the whole text when it can't. Who
    types a broken command means its words, so underscores in it become spaces.
    """
    if not text.startswith("/") or payload_intent(text) in intents:
        return text
    return text.lstrip("/ ").replace("_", " ") or " "


def shortened(text: str, max_words: int, max_word_chars: int) -> str:
    """Return the beginning and the end of `text`, `max_words` words at most, no word longer than `max_word_chars`.

    People put the core of a story at its end as often as at its beginning, so the middle goes.
    """
    words = [word[:max_word_chars] for word in text.split()]
    if len(words) <= max_words:
        return text if all(len(word) <= max_word_chars for word in text.split()) else " ".join(words)
    head = (max_words + 1) // 2
    return " ".join(words[:head] + words[-(max_words - head) :])
