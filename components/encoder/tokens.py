"""Text into the tokens of the encoder, by the library `tokenizers`, bounded whatever a stranger sends."""

from __future__ import annotations

import re

from tokenizers import Tokenizer, models, pre_tokenizers

from components.encoder.weights import Vocabulary
from components.language.text import MAX_CHARS

_SPACES = re.compile(" {2,}")
_PREFIX = "query: "
"""What the model was trained to see before a short text (its model card)."""


class Tokens:
    """Cuts texts into tokens."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Build the tokenizer; takes half a second."""
        scored = list(zip(vocabulary.pieces, vocabulary.scores.tolist(), strict=True))
        self._tokenizer = Tokenizer(models.Unigram(scored, unk_id=vocabulary.unknown, byte_fallback=False))
        self._tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
        self._replacements = dict(vocabulary.replacements)
        self._begin, self._end = vocabulary.begin, vocabulary.end

    def of(self, text: str, most: int) -> list[int]:
        """Return the tokens of `text`, marks of beginning and end included, at most `most` of them.

        Of a longer text the beginning and the end stay: people put the core of a story at its end as often as at its
        beginning. Half surrogate pairs are left out.
        """
        known = text[:MAX_CHARS].encode("utf-8", "ignore").decode("utf-8").translate(self._replacements)
        # A character can become eighteen others: cut once more.
        clean = _SPACES.sub(" ", _PREFIX + known)[: len(_PREFIX) + MAX_CHARS]
        ids: list[int] = self._tokenizer.encode(clean).ids
        room = most - 2
        if len(ids) > room:
            ids = ids[: room - room // 2] + ids[len(ids) - room // 2 :]
        return [self._begin, *ids, self._end]
