"""Tuning of the encoder: typing noise, and a network that learns with the numbers of the one that reads."""

import random
from pathlib import Path

import numpy as np
import pytest

from components.encoder.adapter import Adapter, adapted
from components.encoder.sentence_encoder import E5Encoder
from components.encoder.weights import ModelFile
from components.examples import Example, read_examples, read_near_misses
from components.safety.verdict import LABEL_OF_INTENT
from components.tuning.noise import mistyped, surrounded


def test_the_same_chance_gives_the_same_typing_errors() -> None:
    text = "Hij staat voor de deur, en ik ben bang."
    assert mistyped(text, random.Random(4)) == mistyped(text, random.Random(4))


@pytest.mark.parametrize("text", ["", "!", "?!", "a", "معه سكين", "help me"])
def test_a_mistyped_text_is_never_empty_unless_it_was(text: str) -> None:
    chance = random.Random(1)
    assert all(bool(mistyped(text, chance)) == bool(text) for _ in range(200))


def test_typing_errors_leave_most_of_a_text_as_it_is() -> None:
    text = "mijn broer dreigt al weken dat hij mij iets aandoet"
    chance = random.Random(2)
    changed = [sum(a != b for a, b in zip(text, mistyped(text, chance), strict=False)) for _ in range(200)]
    assert sum(count == 0 for count in changed) > 80


def test_a_surrounded_text_keeps_its_words_and_gets_one_to_three_sentences() -> None:
    everyday, chance = ["Het regent hier.", "Ik werk drie dagen.", "De kat slaapt."], random.Random(3)
    for _ in range(100):
        parts = surrounded("hij slaat mij.", everyday, chance).split(". ")
        assert "hij slaat mij" in parts
        assert {part.rstrip(".") + "." for part in parts} <= {*everyday, "hij slaat mij."}
        assert 2 <= len(parts) <= 4


def test_an_adapter_keeps_the_differences_to_within_a_hundredth_of_their_square(tmp_path: Path) -> None:
    before = adapted(None)
    chance = np.random.default_rng(1)
    after = {name: values + chance.normal(0, 0.01, values.shape).astype(np.float32) for name, values in before.items()}
    Adapter.between(before, after).save(tmp_path / "adapter.npz")
    read = Adapter.load(tmp_path / "adapter.npz").over(before)
    for name, values in after.items():
        assert ((read[name] - values) ** 2).sum() <= 0.01 * ((values - before[name]) ** 2).sum() + 1e-5
    assert (tmp_path / "adapter.npz").stat().st_size < 14_000_000


def test_an_adapter_that_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match=r"does not fit the encoder at l0\.q\.w"):
        Adapter({"l0.q.w": np.zeros(3, np.float32)}, {}).over(adapted(None))


def test_the_network_that_learns_reads_as_the_one_that_serves() -> None:
    from components.tuning.network import TrainableEncoder

    encoder = E5Encoder(None, threads=1)
    network = TrainableEncoder(adapted(None), ModelFile.of_package().shape, {"intent": 3})
    texts = ["hij slaat mij", "ik wil graag een mens spreken, kan dat ook vanavond nog?"]
    embedded, lengths = encoder.embedded([encoder.tokens(text) for text in texts])
    learning = network.vectors(embedded, np.array(lengths, np.int32), learning=False).numpy()
    assert np.allclose(learning, encoder.encode(texts, unit=False), atol=1e-3)


def test_half_precision_reads_nearly_the_same() -> None:
    from components.tuning.network import TrainableEncoder

    encoder = E5Encoder(None, threads=1)
    network = TrainableEncoder(adapted(None), ModelFile.of_package().shape, {"intent": 3}, half=True)
    embedded, lengths = encoder.embedded([encoder.tokens("ik wil graag een mens spreken, kan dat vanavond nog?")])
    half = network.vectors(embedded, np.array(lengths, np.int32), learning=False).numpy()[0]
    exact = encoder.encode(["ik wil graag een mens spreken, kan dat vanavond nog?"])[0]
    assert half @ exact / np.linalg.norm(half) > 0.995


def test_tuning_runs_to_its_end_and_learns_and_goes_on_from_there(tmp_path: Path) -> None:
    from components.tuning.__main__ import NO_INTENT, tune

    chosen = [e for e in read_examples() if e.intent in {*LABEL_OF_INTENT, "groet"}]
    examples = [e for name in sorted({e.intent for e in chosen}) for e in [e for e in chosen if e.intent == name][:20]]
    examples += [Example(NO_INTENT, text) for text in read_near_misses()[:16]]
    losses = tune(examples, 3, 1e-4, None, tmp_path / "adapter.npz")
    assert losses[-1] < 0.9 * losses[0], losses
    tune(examples, 1, 1e-5, tmp_path / "adapter.npz", tmp_path / "again.npz")
    changed = E5Encoder(Adapter.load(tmp_path / "again.npz")).encode(["hij staat voor de deur"])
    assert (changed * E5Encoder(None).encode(["hij staat voor de deur"])).sum() < 0.999
