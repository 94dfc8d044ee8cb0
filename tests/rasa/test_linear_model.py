"""The linear model, on small made-up data."""

from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest

from components.intent import linear_model
from components.intent.linear_model import LinearModel, Settings, train

Data: TypeAlias = tuple[list[str], np.ndarray, list[str]]


@pytest.fixture
def data() -> Data:
    """Three labels that differ in their words and their vectors, with noise."""
    chance = np.random.default_rng(3)
    labels = [name for name in ("een", "twee", "drie") for _ in range(20)]
    words = {"een": "huis deur", "twee": "fiets weg", "drie": "brief post"}
    texts = [f"{words[label]} {chance.choice(['nu', 'dan', 'ooit'])} {chance.integers(9)}" for label in labels]
    which = np.repeat([0, 1, 2], 20)
    vectors = chance.normal(size=(60, 5)).astype(np.float32) + 2 * np.eye(5, dtype=np.float32)[which]
    return texts, vectors, labels


def test_it_learns_what_differs_and_its_probabilities_sum_to_one(data: Data) -> None:
    texts, vectors, labels = data
    model = train(*data, Settings())
    probabilities = model.probabilities(texts, vectors)
    assert (model.labels[probabilities.argmax(axis=1)] == labels).mean() > 0.95
    assert np.allclose(probabilities.sum(axis=1), 1, atol=1e-5)


def test_a_saved_model_gives_the_same_probabilities_and_holds_no_pickle(data: Data, tmp_path: Path) -> None:
    model = train(*data, Settings())
    model.save(tmp_path / "model.npz")
    loaded = LinearModel.load(tmp_path / "model.npz")
    assert np.allclose(loaded.probabilities(*data[:2]), model.probabilities(*data[:2]), atol=1e-6)


def test_a_model_file_with_a_pickle_in_it_is_refused(data: Data, tmp_path: Path) -> None:
    model = train(*data, Settings())
    arrays = {"labels": model.labels, **model.ngrams.arrays()}
    np.savez(tmp_path / "bad.npz", weights=np.array([{"a": 1}], dtype=object), **arrays)
    with pytest.raises(ValueError, match="allow_pickle"):
        LinearModel.load(tmp_path / "bad.npz")


def test_a_model_file_without_one_of_its_arrays_is_refused(data: Data, tmp_path: Path) -> None:
    np.savez(tmp_path / "bad.npz", **train(*data, Settings()).ngrams.arrays())
    with pytest.raises(KeyError):
        LinearModel.load(tmp_path / "bad.npz")


def test_training_twice_gives_the_same_model(data: Data) -> None:
    assert (train(*data, Settings()).weights == train(*data, Settings()).weights).all()


def test_a_text_of_which_nothing_is_known_has_probabilities_too(data: Data) -> None:
    model = train(*data, Settings())
    assert np.isfinite(model.probabilities(["@@@"], model.centre[None])).all()


def test_fewer_than_three_labels_are_refused(data: Data) -> None:
    texts, vectors, _ = data
    with pytest.raises(ValueError, match="three labels"):
        train(texts, vectors, ["een", "twee"] * 30, Settings())


def test_the_temperature_makes_probabilities_of_unseen_texts_honest(data: Data) -> None:
    """Of texts whose label is a coin's throw the model must not be sure."""
    texts, vectors, labels = data
    shuffled = np.random.default_rng(1).permutation(labels).tolist()
    surest = train(texts, vectors, shuffled, Settings()).probabilities(texts, vectors).max(axis=1)
    assert surest.mean() < train(*data, Settings()).probabilities(texts, vectors).max(axis=1).mean()


def test_labels_with_very_many_examples_can_be_made_to_count_less() -> None:
    assert linear_model._importance({"veel": 1000, "weinig": 100}, 250) == {"veel": 0.25, "weinig": 1.0}
    assert linear_model._importance({"veel": 1000, "weinig": 100}, 0) == {"veel": 1.0, "weinig": 1.0}


def test_it_names_the_words_that_speak_most_for_a_label(data: Data) -> None:
    model = train(*data, Settings())
    assert set(model.telling("Mijn HUIS en de deur", "een", most=2)) == {"HUIS", "deur"}
    assert model.telling("", "een") == []


def test_the_weights_lie_in_memory_row_by_row(data: Data, tmp_path: Path) -> None:
    """Otherwise scipy copies all of them for every text that is read: twenty megabytes, ten milliseconds."""
    train(*data, Settings()).save(tmp_path / "model.npz")
    assert LinearModel.load(tmp_path / "model.npz").weights.flags.c_contiguous
