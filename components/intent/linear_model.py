"""A linear model over texts: n-grams and a sentence vector in, calibrated probabilities out. Free of Rasa.

The intent classifier and the safety layer each have one of their own.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.model_selection import StratifiedKFold
from sklearn.svm import LinearSVC

from components.language.ngrams import Ngrams

Floats: TypeAlias = npt.NDArray[np.float32]
Names: TypeAlias = npt.NDArray[np.str_]
_WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Settings:
    """What was chosen by measuring outside of the training (docs/adr/0004) and stands in config.yml."""

    C: float = 0.5
    """Inverse strength of the regularisation of scikit-learn's LinearSVC."""
    dense_scale: float = 1.0
    """Length of the centred sentence vector; each kind of n-grams has length 1."""
    most_per_label: int = 0
    """Labels with more examples count as if they had so many (0: no limit): danger has ten times as many examples as
    another intent, and must not pull every grave message towards itself."""
    calibration_share: int = 5
    """One example in so many is left out once, to set the temperature by its scores."""
    modesty: float = 1.0
    """The temperature is multiplied by it: the encoder met the examples while it was tuned, so that those left out here
    are no strangers to it, and the model would be surer than it may be."""
    tolerance: float = 1e-2
    max_iter: int = 300


@dataclass(frozen=True)
class LinearModel:
    """Everything that a prediction needs, saved by numpy without pickle, so that a model file can run no code."""

    labels: Names
    """(labels,) in alphabetical order."""
    ngrams: Ngrams
    weights: Floats
    """(n-grams + dim, labels)"""
    bias: Floats
    """(labels,)"""
    centre: Floats
    """(dim,) mean sentence vector of the training data: what all messages share says nothing about the intent."""
    dense_scale: Floats
    """() as in `Settings`."""
    temperature: Floats
    """() scores are divided by it."""

    def scores(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """Return shape (len(texts), labels): how far each text lies on the label's side. Arguments as for `train`."""
        grams = self.ngrams.of(texts)
        dense = _centred(vectors, self.centre, float(self.dense_scale))
        split = grams.shape[1]
        found: Floats = grams @ self.weights[:split] + dense @ self.weights[split:] + self.bias
        return found

    def probabilities(self, texts: Sequence[str], vectors: Floats) -> Floats:
        """Return shape (len(texts), labels); rows sum to 1."""
        chances: Floats = softmax(self.scores(texts, vectors) / self.temperature, axis=1)
        return chances

    def telling(self, text: str, label: str, most: int = 3) -> list[str]:
        """Return the words of `text` that speak most for `label`, as they were typed, the weightiest first."""
        column = self.weights[: -len(self.centre), int(np.searchsorted(self.labels, label))]
        words = list(dict.fromkeys(_WORDS.findall(text)))
        weights = self.ngrams.of(words) @ column if words else np.zeros(0)
        order = sorted(range(len(words)), key=lambda index: -weights[index])
        return [words[index] for index in order[:most] if weights[index] > 0]

    def save(self, path: Path) -> None:
        """Write all arrays to one .npz file."""
        own = {name: getattr(self, name) for name in _ARRAYS}
        np.savez_compressed(path, **own, **self.ngrams.arrays())

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """Read what `save` wrote.

        Raises:
            FileNotFoundError: there is no such file.
            KeyError: an array is missing.
            ValueError: the file holds pickled objects.
        """
        with np.load(path, allow_pickle=False) as arrays:
            return cls(ngrams=Ngrams.from_arrays(arrays), **{name: arrays[name] for name in _ARRAYS})


_ARRAYS = ("labels", "weights", "bias", "centre", "dense_scale", "temperature")


def train(texts: Sequence[str], vectors: Floats, labels: Sequence[str], settings: Settings) -> LinearModel:
    """Return the model for `texts` of which `labels` are right.

    One linear support vector machine for each label against all others: measured, it understands unseen messages
    better than one logistic regression over all labels, and it trains in a twentieth of the time (docs/adr/0004).

    Args:
        texts: normalised.
        vectors: their sentence vectors, shape (len(texts), dim).
        labels: at least three different ones.
        settings: see `Settings`.

    Raises:
        ValueError: fewer than three different labels.
    """
    names = np.asarray(labels)
    classes, counts = np.unique(names, return_counts=True)
    if len(classes) < 3:
        raise ValueError(f"a model needs three labels or more, not {len(classes)}")
    ngrams = Ngrams.fit(texts)
    centre = vectors.mean(axis=0)
    features = _features(ngrams, texts, vectors, centre, settings.dense_scale)
    importance = _importance(dict(zip(classes.tolist(), counts.tolist(), strict=True)), settings.most_per_label)
    weights, bias = _machines(features, names, importance, settings)
    return LinearModel(
        labels=classes.astype(np.str_),
        ngrams=ngrams,
        weights=weights,
        bias=bias,
        centre=centre.astype(np.float32),
        dense_scale=np.float32(settings.dense_scale),
        temperature=np.float32(settings.modesty * _temperature(features, names, importance, settings)),
    )


def _features(
    ngrams: Ngrams, texts: Sequence[str], vectors: Floats, centre: Floats, dense_scale: float
) -> sparse.csr_matrix:
    dense = sparse.csr_matrix(_centred(vectors, centre, dense_scale))
    return sparse.hstack([ngrams.of(texts), dense], format="csr", dtype=np.float32)


def _centred(vectors: Floats, centre: Floats, length: float) -> Floats:
    moved = vectors - centre
    sizes = np.linalg.norm(moved, axis=1, keepdims=True)
    scaled: Floats = moved * (length / np.maximum(sizes, 1e-9))
    return scaled


def _importance(counts: Mapping[str, int], most: int) -> dict[str, float]:
    return {label: min(1.0, most / count) if most else 1.0 for label, count in counts.items()}


def _machines(
    features: sparse.csr_matrix, names: Names, importance: Mapping[str, float], settings: Settings
) -> tuple[Floats, Floats]:
    """Return weights (features, labels) and bias (labels,): a machine for each label against all others.

    The machines learn in threads, for liblinear lets go of Python's lock.
    """
    how_much = np.array([importance[name] for name in names])

    def one(label: str) -> LinearSVC:
        machine = LinearSVC(C=settings.C, tol=settings.tolerance, max_iter=settings.max_iter, random_state=1)
        return machine.fit(features, names == label, sample_weight=how_much)

    with ThreadPoolExecutor(os.cpu_count()) as threads:
        made = list(threads.map(one, np.unique(names).tolist()))
    # Rows in one piece: scipy would copy all weights anew for each text otherwise, twenty megabytes.
    weights = np.vstack([machine.coef_[0] for machine in made]).T.astype(np.float32, order="C")
    return weights, np.array([machine.intercept_[0] for machine in made], np.float32)


def _temperature(
    features: sparse.csr_matrix, names: Names, importance: Mapping[str, float], settings: Settings
) -> float:
    """Return the temperature that makes left-out messages as likely as possible (Guo et al., 2017)."""
    folds = min(settings.calibration_share, int(np.unique(names, return_counts=True)[1].min()))
    if folds < 2:
        return 1.0  # nothing to leave out
    seen, left_out = next(StratifiedKFold(folds, shuffle=True, random_state=1).split(names, names))
    seen = seen[::2]  # half of them are enough to set one number by
    weights, bias = _machines(features[seen], names[seen], importance, settings)
    scores, right = features[left_out] @ weights + bias, np.searchsorted(np.unique(names), names[left_out])
    rows = np.arange(len(right))
    return float(
        minimize_scalar(
            lambda t: -log_softmax(scores / t, axis=1)[rows, right].mean(), bounds=(0.02, 5), method="bounded"
        ).x
    )
