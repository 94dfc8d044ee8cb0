"""What may be said, and what of it may reach Rasa as a command."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation.text import MAX_CHARACTERS, checked_text
from bot.conversation.utterance import as_words, asks_for_human, is_payload
from bot.errors import ControlCharactersError, EmptyMessageError, MessageTooLongError, RefusedError

anything = st.text(st.characters() | st.characters(categories=["Cs", "Cc", "Cf", "Zs"]) | st.sampled_from("/ \t\n\r"))


@given(anything)
def test_what_passes_has_no_control_characters_no_blanks_around_it_and_can_be_stored(text: str) -> None:
    try:
        passed = checked_text(text)
    except RefusedError:
        return
    assert passed == passed.strip() != ""
    assert len(passed) <= MAX_CHARACTERS
    assert passed.encode()
    assert not any(ord(character) < 32 and character not in "\t\n\r" for character in passed)


@pytest.mark.parametrize(
    "number", [*(set(range(32)) - {9, 10, 13}), *range(0x7F, 0xA0), 0xD800, 0xDBFF, 0xDC00, 0xDFFF]
)
def test_control_characters_and_half_surrogates_are_refused(number: int) -> None:
    with pytest.raises(ControlCharactersError):
        checked_text(f"a{chr(number)}b")


@pytest.mark.parametrize("text", ["a\tb\r\nc", "👩\u200d👧", "سلام\u200c", "I\u0307", "é"])
def test_marks_that_languages_and_emoji_need_are_kept(text: str) -> None:
    assert checked_text(text) == text


@pytest.mark.parametrize(
    "text", ["", " ", "\u00a0\u2003", "\u200b\u200d", "\ufeff", "\u202e", "\u3164", "\u2066\u2069"]
)
def test_what_nobody_can_see_is_empty(text: str) -> None:
    with pytest.raises(EmptyMessageError):
        checked_text(text)


def test_a_message_is_too_long_by_what_was_sent_not_by_what_is_kept() -> None:
    assert checked_text("a" * 2_000)
    with pytest.raises(MessageTooLongError):
        checked_text(" " + "a" * 2_000)


@given(anything)
def test_words_never_begin_with_what_rasa_takes_for_a_command(text: str) -> None:
    words = as_words(text)
    assert words
    assert not words.strip().startswith("/")  # as rasa/core/channels/channel.py strips it


@given(anything)
def test_words_lose_nothing_but_blanks_and_slashes_before_them(text: str) -> None:
    assert text.endswith(as_words(text)) or as_words(text) == "?"


@pytest.mark.parametrize(
    "text",
    [
        "/mens_spreken",
        "/rol_slachtoffer",
        '/inform{"rol": "slachtoffer"}',
        '/inform{"gemeente":"Den Haag"}',
        "/a_b",
        "/uitleg_112",
    ],
)
def test_what_our_own_buttons_hold_is_a_payload(text: str) -> None:
    assert is_payload(text)


@pytest.mark.parametrize(
    "text",
    [
        "", "/", "mens_spreken", "/restart", "/back", "/session_start", "/nlu_fallback", "/out_of_scope", "//a_b",
        "/Restart", "/mens_spreken\n", " /mens_spreken", "/mens spreken", "/mens_spreken@0.5", "/a" * 40, "/112_uitleg",
        '/inform{"rol": 1}', '/inform{"rol": ["a"]}', '/inform{"a": "b", "c": "d"}', '/inform{"rol": "a\\n"}',
        "/inform{}",
        '/restart{"rol": "a"}',
    ],
)  # fmt: skip
def test_anything_else_is_not(text: str) -> None:
    assert not is_payload(text)


@pytest.mark.parametrize(
    "text", ["/mens_spreken", '/mens_spreken{"rol": "a"}', "een mens graag", "MEDEWERKER", "echt iemand?"]
)
def test_asking_for_a_human_is_seen_without_rasa(text: str) -> None:
    assert asks_for_human(text)


@pytest.mark.parametrize("text", ["", "hallo", "onmenselijk", "mensenhandel", "ik ken iemand die slaat", "/menselijk"])
def test_words_that_only_look_like_it_are_not(text: str) -> None:
    assert not asks_for_human(text)
