"""Weighted counts of the words of a text and their pieces: what the sentence encoder overlooks, such as names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from components.language.text import squeezed

Arrays: TypeAlias = dict[str, npt.NDArray[Any]]

_WORD = r"\w+"
_KINDS: Mapping[str, Mapping[str, Any]] = {
    "characters": {"analyzer": "char_wb", "ngram_range": (2, 5)},  # robust against typing errors
    "words": {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": _WORD},
}


def words_of(text: str) -> str:
    """Return `text` squeezed, and an underscore as what it stands for: a space."""
    return squeezed(text).replace("_", " ")


class Ngrams:
    """Texts to rows of numbers, one column per piece of two to five characters and per word or pair of words.

    The counts are damped (1 + log) and weighted by their inverse document frequency; each kind has length 1.
    """

    def __init__(self, vectorizers: Mapping[str, TfidfVectorizer]) -> None:
        self._vectorizers = vectorizers

    @classmethod
    def fit(cls, texts: Sequence[str], least: int = 2) -> Ngrams:
        """Learn which pieces there are: those in at least `least` texts."""
        made = {name: _vectorizer(kind, min_df=least) for name, kind in _KINDS.items()}
        for vectorizer in made.values():
            vectorizer.fit(texts)
        return cls(made)

    def of(self, texts: Sequence[str]) -> sparse.csr_matrix:
        """Return shape (len(texts), pieces), float32."""
        return sparse.hstack([v.transform(texts) for v in self._vectorizers.values()], format="csr", dtype=np.float32)

    def arrays(self) -> Arrays:
        """Return everything that was learned, as arrays without pickle; `from_arrays` makes it an object again."""
        found: Arrays = {}
        for name, vectorizer in self._vectorizers.items():
            found[f"{name}_pieces"] = vectorizer.get_feature_names_out().astype(np.str_)
            found[f"{name}_weights"] = vectorizer.idf_.astype(np.float32)
        return found

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> Ngrams:
        """Undo `arrays`.

        Raises:
            KeyError: one is missing.
        """
        made = {}
        for name, kind in _KINDS.items():
            pieces = arrays[f"{name}_pieces"].tolist()
            made[name] = _vectorizer(kind, vocabulary=dict(zip(pieces, range(len(pieces)), strict=True)))
            made[name].idf_ = arrays[f"{name}_weights"]
        return cls(made)


def _vectorizer(kind: Mapping[str, Any], **settings: Any) -> TfidfVectorizer:
    return TfidfVectorizer(preprocessor=words_of, sublinear_tf=True, dtype=np.float32, **kind, **settings)
