"""A linear intent model: n-gram counts and a sentence vector in, calibrated probabilities out. Free of Rasa."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from scipy import sparse
from scipy.linalg import solve_triangular
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

Floats: TypeAlias = npt.NDArray[np.float32]
Doubles: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Settings:
    """What was chosen by cross-validation outside of the training (see docs/adr/0001) and stands in config.yml."""

    C: float = 3.0
    """Inverse strength of the regularisation of scikit-learn's LogisticRegression."""
    dense_scale: float = 2.0
    """Length of the centred sentence vector; each block of n-grams has length 1."""
    calibration_folds: int = 2
    """Folds of the training data whose left-out logits set the temperature."""
    tolerance: float = 1e-2
    max_iter: int = 100


@dataclass(frozen=True)
class LinearModel:
    """Everything that a prediction needs, as arrays: saved by numpy without pickle, so a model file can run no code."""

    labels: npt.NDArray[np.str_]
    """(labels,) in alphabetical order."""
    weights: Floats
    """(features, labels); features are the blocks of n-grams one after the other, then the sentence vector."""
    bias: Floats
    """(labels,)"""
    idf: Floats
    """(n-grams,) inverse document frequency of each n-gram."""
    centre: Floats
    """(dim,) mean sentence vector of the training data: what all messages share says nothing about the intent."""
    dense_scale: Floats
    """() as in `Settings`."""
    temperature: Floats
    """() logits are divided by it."""

    def probabilities(self, counts: Sequence[sparse.csr_matrix], vectors: Floats) -> Floats:
        """Return shape (messages, labels); rows sum to 1. Arguments as for `train`."""
        blocks, dense = _features(counts, vectors, self.idf, self.centre, float(self.dense_scale))
        split = blocks.shape[1]
        logits = blocks @ self.weights[:split] + dense @ self.weights[split:] + self.bias
        return softmax(logits / self.temperature, axis=1)

    def save(self, path: Path) -> None:
        """Write all arrays to one .npz file."""
        np.savez_compressed(path, **{field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """Read what `save` wrote.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: the file holds pickled objects.
        """
        with np.load(path, allow_pickle=False) as arrays:
            return cls(**{field.name: arrays[field.name] for field in fields(cls)})


def train(
    counts: Sequence[sparse.csr_matrix], vectors: Floats, labels: Sequence[str], settings: Settings
) -> LinearModel:
    """Return the model for messages whose intents are `labels`.

    Args:
        counts: one matrix of n-gram counts per kind of n-gram, each of shape (messages, n-grams of that kind).
        vectors: sentence vectors, shape (messages, dim).
        labels: the intent of each message.
        settings: see `Settings`.
    """
    names = np.asarray(labels)
    idf = _inverse_document_frequency(counts)
    centre = vectors.mean(axis=0)
    blocks, dense = _features(counts, vectors, idf, centre, settings.dense_scale)
    similarity = (blocks @ blocks.T).toarray().astype(np.float64) + dense @ dense.T
    every = np.arange(len(names))
    classes, per_message, bias = _fit(similarity, every, names, settings)
    return LinearModel(
        labels=classes.astype(np.str_),
        weights=np.vstack([blocks.T @ per_message, dense.T @ per_message]).astype(np.float32),
        bias=bias.astype(np.float32),
        idf=idf,
        centre=centre,
        dense_scale=np.float32(settings.dense_scale),
        temperature=np.float32(_temperature(similarity, names, settings)),
    )


def _inverse_document_frequency(counts: Sequence[sparse.csr_matrix]) -> Floats:
    return TfidfTransformer().fit(sparse.hstack(counts, format="csr")).idf_.astype(np.float32)


def _features(
    counts: Sequence[sparse.csr_matrix], vectors: Floats, idf: Floats, centre: Floats, dense_scale: float
) -> tuple[sparse.csr_matrix, Floats]:
    """Return the n-grams, tf-idf weighted with each block of length 1, centred vectors of length `dense_scale`."""
    weighted, start = [], 0
    for block in counts:
        scaled = sparse.csr_matrix(block, dtype=np.float32, copy=True)
        scaled.data = 1 + np.log(scaled.data)  # a word said three times does not mean three times as much
        scaled = scaled.multiply(idf[start : start + block.shape[1]]).tocsr()
        lengths = np.sqrt(scaled.multiply(scaled).sum(axis=1))
        weighted.append(scaled.multiply(1 / np.maximum(lengths, 1e-9)))
        start += block.shape[1]
    centred = vectors - centre
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    return sparse.hstack(weighted, format="csr", dtype=np.float32), centred * (dense_scale / np.maximum(lengths, 1e-9))


def _fit(
    similarity: Doubles, rows: npt.NDArray[np.int_], names: npt.NDArray[np.str_], settings: Settings
) -> tuple[npt.NDArray[np.str_], Doubles, Doubles]:
    """Return classes, weights per message (len(rows), classes) and bias (classes,) of a model fitted on `rows`.

    The best weights of a logistic regression with a squared penalty are a sum of the messages it was trained on
    (representer theorem). So the fit takes place on the Cholesky factor of the messages' similarities: some 4,500 dense
    columns instead of 30,000 sparse ones give the same optimum ten times as fast, and the folds share one matrix.
    """
    own = similarity[np.ix_(rows, rows)]
    factor = np.linalg.cholesky(own + 1e-4 * np.eye(len(rows)))  # two equal messages make it singular
    classifier = LogisticRegression(C=settings.C, tol=settings.tolerance, max_iter=settings.max_iter)
    classifier.fit(factor, names[rows])
    return classifier.classes_, solve_triangular(factor.T, classifier.coef_.T, lower=False), classifier.intercept_


def _temperature(similarity: Doubles, names: npt.NDArray[np.str_], settings: Settings) -> float:
    """Return the temperature that makes left-out messages as likely as possible (Guo et al., 2017)."""
    folds = min(settings.calibration_folds, int(min(np.unique(names, return_counts=True)[1])))
    if folds < 2:
        return 1.0  # nothing to leave out
    scores, right = left_out_logits(similarity, names, settings, folds)
    rows = np.arange(len(right))
    return float(
        minimize_scalar(
            lambda t: -log_softmax(scores / t, axis=1)[rows, right].mean(), bounds=(0.05, 5), method="bounded"
        ).x
    )


def left_out_logits(
    similarity: Doubles, names: npt.NDArray[np.str_], settings: Settings, folds: int
) -> tuple[Doubles, npt.NDArray[np.int_]]:
    """Return logits (messages, classes) of messages by models that did not see them, and the index of the right class.

    The rows are in the order of the folds; classes are in alphabetical order.
    """
    logits, truth = [], []
    for fitted, left_out in StratifiedKFold(folds, shuffle=True, random_state=1).split(similarity, names):
        classes, per_message, bias = _fit(similarity, fitted, names, settings)
        logits.append(similarity[np.ix_(left_out, fitted)] @ per_message + bias)
        truth.append(np.searchsorted(classes, names[left_out]))
    return np.vstack(logits), np.concatenate(truth)
