"""Rasa's answer, well formed or not, as the conversation uses it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.replies import MAX_CHOICE, MAX_CHOICES, MAX_REPLIES, MAX_TEXT, SUMMARY_LINES, read_replies
from bot.console.frames import REASONS
from bot.conversation.content import Choice, Content
from bot.conversation.waiting import URGENCY
from bot.errors import AssistantUnavailableError


def test_texts_buttons_and_custom_payloads_become_one_turn() -> None:
    turn = read_replies(
        [
            {"recipient_id": "x", "text": " Bel 112. "},
            {"text": "Wat nu?", "buttons": [{"title": "Een mens", "payload": "/mens_spreken", "type": "postback"}]},
            {"custom": {"signal": "acuut_gevaar"}},
            {"custom": {"handover": {"rol": "slachtoffer", "thema": None, "gevaar": "", "naam": "Anna"}}},
        ]
    )
    assert turn.contents == (Content("Bel 112."), Content("Wat nu?", (Choice("Een mens", "/mens_spreken"),)))
    assert turn.handover == {"rol": "slachtoffer"}, "known lines only: nothing that could be somebody's words"
    assert turn.alarm == "acuut_gevaar"


def test_a_handover_needs_no_words_of_its_own() -> None:
    assert read_replies([{"custom": {"handover": {}}}]).handover == {}


@pytest.mark.parametrize("signal", ["onbekend", "", None, ["acuut_gevaar"], {}, 1])
def test_an_unknown_signal_is_no_alarm(signal: Any) -> None:
    assert read_replies([{"text": "a"}, {"custom": {"signal": signal}}]).alarm == ""


@pytest.mark.parametrize("first", sorted(URGENCY))
@pytest.mark.parametrize("second", sorted(URGENCY))
def test_of_two_signals_in_one_answer_the_most_urgent_counts(first: str, second: str) -> None:
    turn = read_replies([{"text": "a"}, {"custom": {"signal": first}}, {"custom": {"signal": second}}])
    assert URGENCY[turn.alarm] == max(URGENCY[first], URGENCY[second])


def test_a_signal_or_a_handover_counts_also_behind_the_last_text_that_is_shown() -> None:
    many = [{"text": str(number)} for number in range(MAX_REPLIES + 5)]
    turn = read_replies([*many, {"custom": {"signal": "acuut_gevaar", "handover": {}}}])
    assert len(turn.contents) == MAX_REPLIES
    assert (turn.alarm, turn.handover) == ("acuut_gevaar", {})


def test_every_alarm_has_a_place_in_the_queue_and_words_for_the_console() -> None:
    assert set(URGENCY) == set(REASONS) - {""}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
custom = st.fixed_dictionaries(
    {},
    optional={
        "handover": st.dictionaries(st.sampled_from([*SUMMARY_LINES, "x"]), anything) | anything,
        "signal": anything,
    },
)
button = st.fixed_dictionaries({}, optional={"title": anything, "payload": anything}) | anything
reply = st.fixed_dictionaries(
    {}, optional={"text": anything, "buttons": st.lists(button, max_size=12) | anything, "custom": custom | anything}
)


@given(st.lists(reply | anything, max_size=12) | anything)
def test_whatever_rasa_sends_it_is_a_sound_turn_or_the_one_error(replies: Any) -> None:
    try:
        turn = read_replies(replies)
    except AssistantUnavailableError:
        return
    assert turn.contents or turn.handover is not None
    assert turn.alarm in {"", *URGENCY}
    assert len(turn.contents) <= MAX_REPLIES
    for content in turn.contents:
        assert 0 < len(content.text.encode().decode()) <= MAX_TEXT
        assert len(content.choices) <= MAX_CHOICES
        for choice in content.choices:
            assert 0 < len(choice.title) <= MAX_CHOICE
            assert 0 < len(choice.payload) <= MAX_CHOICE
    for name, line in (turn.handover or {}).items():
        assert name in SUMMARY_LINES
        assert 0 < len(line.encode().decode()) <= 80
