"""Making a text regular."""

import pytest

from components.language.text import normalise, payload_intent, plain, sentences, shortened, without_command


def test_widths_quotes_spaces_and_hidden_characters_do_not_matter() -> None:
    assert normalise("  Ｈｉｊ\u00a0sl\u200baat   m’n\tzus\u0007 ") == "Hij slaat m'n zus"


def test_a_run_of_one_character_is_cut_to_three() -> None:
    assert normalise("heeeeeelp!!!!!!!!") == "heeelp!!!"


def test_accents_and_capitals_do_not_matter_for_word_lists_but_other_alphabets_keep_their_signs() -> None:
    assert plain("HÉ Één öğretmen") == "he een ogretmen"
    assert plain("мій") == "мій"


def test_a_line_break_ends_a_sentence() -> None:
    assert sentences(normalise("hij is weg\n\nnu rustig. echt waar? ja")) == [
        "hij is weg",
        "nu rustig.",
        "echt waar?",
        "ja",
    ]


def test_of_a_long_text_the_beginning_and_the_end_stay() -> None:
    assert shortened("een twee drie vier vijf zes", max_words=4, max_word_chars=10) == "een twee vijf zes"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("/mens_spreken", "mens_spreken"),
        ('/kies_rol{"rol": "slachtoffer"}', "kies_rol"),
        ("/mes in zijn hand", None),
        ('/kies_rol{"rol": {"a": 1}}', None),
        ("mens_spreken", None),
    ],
)
def test_only_the_shape_of_a_button_is_a_payload(text: str, intent: str | None) -> None:
    assert payload_intent(text) == intent


def test_what_is_no_button_of_ours_loses_the_slash_that_makes_it_a_command() -> None:
    assert without_command("/groet", {"groet"}) == "/groet"
    assert without_command("//restart", {"groet"}) == "restart"
    assert without_command("/", {"groet"}) == " "
