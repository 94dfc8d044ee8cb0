"""Meaning of a sentence as a vector: our interface, and multilingual-e5-small with our adapter behind it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from components.encoder.adapter import Adapter, adapted
from components.encoder.network import Network
from components.encoder.tokens import Tokens
from components.encoder.weights import Floats, ModelFile

MAX_TOKENS = 128
"""Of one text, marks included; a message of 45 words (95 % of real ones have fewer) has about 62."""
_BATCH = 32
"""Texts of about the same length that go through the network together."""


class E5Encoder:
    """Turns texts into vectors by the weights of multilingual-e5-small; a hundred languages, no download.

    The same text gives the same vector, whatever it is batched with (nearly, where the network is `quantised`).
    """

    def __init__(self, source: Path | Adapter | None, threads: int | None = None, max_tokens: int = MAX_TOKENS) -> None:
        """Load everything.

        Args:
            source: a file that `serialised` gave; or the adapter to lay over the weights, None for the encoder as its
                makers left it.
            threads: batches that are read side by side; None: OMP_NUM_THREADS, and without that all cores.
            max_tokens: most tokens of one text that are read.
        """
        self._file = ModelFile.of_package()
        self.dim = self._file.shape.dim
        self._tokens = Tokens(self._file.vocabulary())
        model = source if isinstance(source, Path) else serialised(source)
        self._network = Network(model)
        self._threads = threads or int(os.environ.get("OMP_NUM_THREADS", "0")) or os.cpu_count() or 1
        self._places = self._file.tensor("emb.pos").reshape(-1, self.dim) + self._file.tensor("emb.type")[: self.dim]
        self._max_tokens = max_tokens

    def tokens(self, text: str) -> list[int]:
        """Return the tokens of `text` that are read."""
        return self._tokens.of(text, self._max_tokens)

    def encode(self, texts: Sequence[str], unit: bool = True) -> Floats:
        """Return one vector per text, shape (len(texts), dim). Never raises on a `str`.

        Args:
            texts: any.
            unit: each vector has length 1; False keeps their own lengths.
        """
        ids = [self.tokens(text) for text in texts]
        vectors = np.zeros((len(ids), self.dim), np.float32)
        by_length = sorted(range(len(ids)), key=lambda index: len(ids[index]))
        batches = [by_length[start : start + _BATCH] for start in range(0, len(ids), _BATCH)]

        def read(batch: list[int]) -> None:
            vectors[batch] = self._network.vectors(*self.embedded([ids[index] for index in batch]))

        if len(batches) == 1 or self._threads == 1:
            for batch in batches:
                read(batch)
        else:
            with ThreadPoolExecutor(self._threads) as threads:
                list(threads.map(read, batches))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True) if unit else 1.0
        found: Floats = vectors / np.maximum(lengths, 1e-9)
        return found

    def embedded(self, ids: Sequence[Sequence[int]]) -> tuple[Floats, list[int]]:
        """Return the sums of word, position and type vectors (texts, tokens, dim), padded, and the true lengths."""
        lengths = [len(one) for one in ids]
        words = np.zeros((len(ids), max(lengths, default=0)), np.int64)
        for row, one in zip(words, ids, strict=True):
            row[: len(one)] = one
        return self._file.word_vectors(words) + self._places[: words.shape[1]], lengths


def serialised(adapter: Adapter | None) -> bytes:
    """Return the network with `adapter` over its weights, ready to be written to a file (85 MB)."""
    from components.encoder.graph import graph  # onnx is needed here alone, not by the server

    model: bytes = graph(adapted(adapter), ModelFile.of_package().shape).SerializeToString()
    return model
