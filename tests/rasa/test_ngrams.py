"""Words and their pieces as numbers."""

import numpy as np
import pytest

from components.language.ngrams import Ngrams
from components.language.text import squeezed

TEXTS = ["hij slaat mij", "hij slaat mij vaak", "ik wil hulp", "ik wil echt hulp"]


def test_shouting_accents_and_held_down_keys_don_t_make_another_word() -> None:
    assert squeezed("HÉÉÉÉLP") == "help"


def test_texts_that_share_words_are_nearer_to_each_other() -> None:
    rows = Ngrams.fit(TEXTS).of(["hij slaat mij", "hij sloeg mij", "ik wil hulp"])
    alike = (rows @ rows.T).toarray()
    assert alike[0, 1] > alike[0, 2]


def test_of_a_text_without_known_pieces_all_numbers_are_zero() -> None:
    assert Ngrams.fit(TEXTS).of(["@@@", ""]).nnz == 0


def test_what_was_learned_goes_into_arrays_and_back() -> None:
    learned = Ngrams.fit(TEXTS)
    again = Ngrams.from_arrays(learned.arrays())
    assert np.allclose(learned.of(TEXTS).toarray(), again.of(TEXTS).toarray())


def test_an_array_that_is_missing_is_named() -> None:
    arrays = Ngrams.fit(TEXTS).arrays()
    del arrays["words_weights"]
    with pytest.raises(KeyError, match="words_weights"):
        Ngrams.from_arrays(arrays)
