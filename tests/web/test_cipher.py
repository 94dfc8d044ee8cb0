"""How words lie sealed in the database."""

import secrets

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import KeyFileError
from bot.privacy.cipher import MasterKey, seal, unseal

KEY = bytes(range(32))


@given(st.binary(max_size=200), st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_what_was_sealed_opens_with_the_same_key_in_the_same_place(plain: bytes, place: str) -> None:
    assert unseal(KEY, seal(KEY, plain, place), place) == plain


def test_the_same_words_are_sealed_differently_each_time() -> None:
    assert len({seal(KEY, b"hallo", "a/1") for _ in range(100)}) == 100


@pytest.mark.parametrize("position", [0, 11, 12, 20, -1])
def test_a_changed_byte_is_noticed(position: int) -> None:
    sealed = bytearray(seal(KEY, b"hij slaat mij", "a/1"))
    sealed[position] ^= 1
    with pytest.raises(KeyFileError):
        unseal(KEY, bytes(sealed), "a/1")


@pytest.mark.parametrize("place", ["a/2", "b/1", "a/1 ", ""])
def test_words_moved_to_another_row_do_not_open(place: str) -> None:
    with pytest.raises(KeyFileError):
        unseal(KEY, seal(KEY, b"hij slaat mij", "a/1"), place)


@pytest.mark.parametrize("sealed", [b"", b"x", bytes(12), bytes(27)])
def test_what_is_too_short_to_be_sealed_is_the_same_error(sealed: bytes) -> None:
    with pytest.raises(KeyFileError):
        unseal(KEY, sealed, "a/1")


def test_a_data_key_opens_only_with_its_master_key_and_for_its_conversation() -> None:
    master = MasterKey(KEY)
    wrapped = master.new_data_key("a")
    assert len(master.unwrap(wrapped, "a")) == 32
    assert master.unwrap(wrapped, "a") not in wrapped
    for other, conversation in ((MasterKey(secrets.token_bytes(32)), "a"), (master, "b")):
        with pytest.raises(KeyFileError):
            other.unwrap(wrapped, conversation)


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_master_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(KeyFileError):
        MasterKey(bytes(length))
