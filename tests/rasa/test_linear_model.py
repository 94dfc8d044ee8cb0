"""The linear intent model, on made-up numbers."""

from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from components import linear_model
from components.linear_model import LinearModel, Settings, train

Data: TypeAlias = tuple[list[sparse.csr_matrix], np.ndarray]
LABELS = ["een"] * 20 + ["twee"] * 20 + ["drie"] * 20


@pytest.fixture
def data() -> Data:
    """Three classes that differ in their n-grams and their vectors, with noise."""
    chance = np.random.default_rng(3)
    which = np.repeat([0, 1, 2], 20)
    counts = chance.poisson(0.4, (60, 12)) + 2 * (np.arange(12)[None] % 3 == which[:, None])
    vectors = chance.normal(size=(60, 5)).astype(np.float32) + 2 * np.eye(5, dtype=np.float32)[which]
    return [sparse.csr_matrix(counts[:, :6]), sparse.csr_matrix(counts[:, 6:])], vectors


def test_it_learns_what_differs_and_its_probabilities_sum_to_one(data: Data) -> None:
    model = train(*data, LABELS, Settings())
    probabilities = model.probabilities(*data)
    assert (model.labels[probabilities.argmax(axis=1)] == LABELS).mean() > 0.95
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_fitting_on_similarities_finds_the_same_weights_as_fitting_on_features(data: Data) -> None:
    settings = Settings(C=1.0, tolerance=1e-8, max_iter=2_000)
    model = train(*data, LABELS, settings)
    blocks, dense = linear_model._features(*data, model.idf, model.centre, settings.dense_scale)
    features = np.hstack([blocks.toarray(), dense])
    directly = LogisticRegression(C=1.0, tol=1e-8, max_iter=2_000).fit(features, LABELS)
    ours = features @ model.weights + model.bias
    theirs = directly.decision_function(features)
    assert np.allclose(ours - ours.mean(1, keepdims=True), theirs - theirs.mean(1, keepdims=True), atol=1e-2)


def test_a_saved_model_gives_the_same_probabilities_and_holds_no_pickle(data: Data, tmp_path: Path) -> None:
    model = train(*data, LABELS, Settings())
    model.save(tmp_path / "model.npz")
    loaded = LinearModel.load(tmp_path / "model.npz")
    assert (loaded.probabilities(*data) == model.probabilities(*data)).all()


def test_a_model_file_with_a_pickle_in_it_is_refused(tmp_path: Path) -> None:
    names = LinearModel.__dataclass_fields__
    np.savez(tmp_path / "bad.npz", **{name: np.array([{"a": 1}], dtype=object) for name in names})
    with pytest.raises(ValueError, match="allow_pickle"):
        LinearModel.load(tmp_path / "bad.npz")


def test_training_twice_gives_the_same_model(data: Data) -> None:
    assert (train(*data, LABELS, Settings()).weights == train(*data, LABELS, Settings()).weights).all()


def test_a_message_of_which_nothing_is_known_has_probabilities_too(data: Data) -> None:
    model = train(*data, LABELS, Settings())
    nothing = [sparse.csr_matrix((1, 6)), sparse.csr_matrix((1, 6))]
    assert np.isfinite(model.probabilities(nothing, model.centre[None])).all()
