"""Weighted counts of the words of a text and their pieces: what the sentence encoder overlooks, such as names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

from components.language.text import squeezed

Floats: TypeAlias = npt.NDArray[np.float32]

BUCKETS = 2**15
"""Of each kind. Pieces that share a bucket count as one: as good as a list of all pieces, which would cost a hundred
megabytes (docs/adr/0004)."""
_WORD = r"\w+"
_KINDS: Mapping[str, Mapping[str, Any]] = {
    "characters": {"analyzer": "char_wb", "ngram_range": (2, 5)},  # robust against typing errors
    "words": {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": _WORD},
}


def words_of(text: str) -> str:
    """Return `text` squeezed, and an underscore as what it stands for: a space."""
    return squeezed(text).replace("_", " ")


_HASHERS = {
    name: HashingVectorizer(
        preprocessor=words_of, n_features=BUCKETS, alternate_sign=False, norm=None, dtype=np.float32, **kind
    )
    for name, kind in _KINDS.items()
}


class Ngrams:
    """Texts to rows of numbers, by hashing each piece of two to five characters and each word or pair of words.

    The counts are damped (1 + log) and weighted by their inverse document frequency; each kind has length 1.
    """

    def __init__(self, weights: Mapping[str, Floats]) -> None:
        self._weights = weights

    @classmethod
    def fit(cls, texts: Sequence[str], least: int = 2) -> Ngrams:
        """Learn how telling each bucket is. What is in fewer than `least` texts says nothing."""
        made: dict[str, Floats] = {}
        for name, hasher in _HASHERS.items():
            seen = np.bincount(hasher.transform(texts).indices, minlength=BUCKETS)
            # Inverse document frequency, smoothed as in scikit-learn's TfidfTransformer.
            telling = np.log((1 + len(texts)) / (1 + seen)) + 1
            made[name] = np.where(seen >= least, telling, 0).astype(np.float32)
        return cls(made)

    def of(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return shape (len(texts), kinds * `BUCKETS`), float32."""
        kinds = [self._weighted(hasher.transform(texts), self._weights[name]) for name, hasher in _HASHERS.items()]
        return sparse.hstack(kinds, format="csr", dtype=np.float32)

    @staticmethod
    def _weighted(counts: sparse.csr_matrix, weights: Floats) -> sparse.csr_matrix:
        counts.data = (1 + np.log(counts.data)) * weights[counts.indices]
        counts.eliminate_zeros()
        return normalize(counts, copy=False)

    def arrays(self) -> dict[str, Floats]:
        """Return everything that was learned, as arrays without pickle; `from_arrays` makes it an object again."""
        return {f"{name}_weights": weights for name, weights in self._weights.items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Ngrams:
        """Undo `arrays`.

        Raises:
            KeyError: one is missing.
        """
        return cls({name: arrays[f"{name}_weights"] for name in _KINDS})
