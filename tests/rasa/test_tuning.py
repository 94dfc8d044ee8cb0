"""Tuning of the encoder: typing noise, and a network that learns with the numbers of the one that reads."""

import random

import numpy as np
import pytest

from components.encoder.adapter import adapted
from components.encoder.sentence_encoder import E5Encoder
from components.encoder.weights import ModelFile
from components.tuning.noise import mistyped


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


def test_the_network_that_learns_reads_as_the_one_that_serves() -> None:
    from components.tuning.network import TrainableEncoder

    encoder = E5Encoder(None, threads=1)
    network = TrainableEncoder(adapted(None), ModelFile.of_package().shape, {"intent": 3}, seed=1)
    texts = ["hij slaat mij", "ik wil graag een mens spreken, kan dat ook vanavond nog?"]
    embedded, lengths = encoder.embedded([encoder.tokens(text) for text in texts])
    learning = network.vectors(embedded, np.array(lengths, np.int32), learning=False).numpy()
    assert np.allclose(learning, encoder.encode(texts, unit=False), atol=1e-3)
