"""Rasa's answer, well formed or not, as the conversation uses it."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.port import Unsure
from bot.assistant.replies import (
    MAX_CHOICE,
    MAX_CHOICES,
    MAX_REPLIES,
    MAX_SAFETY_WORD,
    MAX_SAFETY_WORDS,
    MAX_TEXT,
    SAFETY_LEVELS,
    SAFETY_WITNESSES,
    SUMMARY_LINES,
    UNSURE_KINDS,
    read_replies,
)
from bot.console.frames import REASONS
from bot.conversation.content import Choice, Content, SafetyFinding
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


def test_an_unsure_turn_tells_between_what() -> None:
    counted = {"kind": "between", "among": ["kosten", "opvang"]}
    turn = read_replies([{"custom": {"unsure": counted}}, {"text": "Wat bedoel je?"}])
    assert turn.unsure == Unsure("between", ("kosten", "opvang"))
    assert turn.contents == (Content("Wat bedoel je?"),)
    assert read_replies([{"text": "a"}, {"custom": {"unsure": {"kind": "lost"}}}]).unsure == Unsure("lost")


@pytest.mark.parametrize(
    "unsure",
    [
        {"kind": "between", "among": ["hij slaat mij"]},
        {"kind": "between", "among": ["Kosten"]},
        {"kind": "between", "among": ["0612345678"]},
        {"kind": "between", "among": ["a" * 41]},
        {"kind": "between", "among": [""]},
        {"kind": "between", "among": ["a", "b", "c", "d"]},
        {"kind": "between", "among": ["a", 1]},
        {"kind": "between", "among": "kosten"},
        {"kind": "between", "among": {"a": 1}},
        {"kind": "perhaps", "among": []},
        {"kind": ["lost"]},
        {"among": ["kosten"]},
        {},
        [],
        "lost",
        None,
        True,
    ],
)
def test_what_is_not_in_the_known_shape_is_not_counted(unsure: Any) -> None:
    assert read_replies([{"text": "a"}, {"custom": {"unsure": unsure}}]).unsure is None


SEEN = {"level": "acute", "by": ["rule", "classifier"], "words": ["mes", "voor de deur"], "score": 0.93}


def test_what_the_safety_layer_saw_comes_along_with_its_words() -> None:
    turn = read_replies([{"text": "Bel nu 112."}, {"custom": {"signal": "acuut_gevaar"}}, {"custom": {"safety": SEEN}}])
    assert turn.safety == SafetyFinding("acute", ("rule", "classifier"), ("mes", "voor de deur"), 0.93)
    assert turn.contents == (Content("Bel nu 112."),), "it is no message of its own"


@pytest.mark.parametrize("level", ["none", "ACUTE", "", None, 1, ["acute"], {}])
def test_without_a_known_danger_there_is_nothing_to_explain(level: Any) -> None:
    assert read_replies([{"text": "a"}, {"custom": {"safety": {**SEEN, "level": level}}}]).safety is None


@pytest.mark.parametrize("safety", [None, [], "acute", 1, True, {}])
def test_an_explanation_of_another_shape_is_left_out(safety: Any) -> None:
    assert read_replies([{"text": "a"}, {"custom": {"safety": safety}}]).safety is None


def test_words_of_an_explanation_are_few_and_short_and_on_one_line() -> None:
    words = ["", 7, None, "  voor\n de\tdeur ", "x" * 500, "\ud800", "a", "b", "c", "d"]
    turn = read_replies([{"text": "a"}, {"custom": {"safety": {**SEEN, "words": words}}}])
    assert turn.safety is not None
    assert turn.safety.words == ("voor de deur", "x" * MAX_SAFETY_WORD, "a", "b", "c")
    assert len(turn.safety.words) == MAX_SAFETY_WORDS


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (0.5, 0.5),
        (1, 1.0),
        (-3, 0.0),
        (10**400, 1.0),
        (math.nan, 0.0),
        (math.inf, 1.0),
        ("1", 0.0),
        (True, 0.0),
    ],
)
def test_a_score_is_a_probability_whatever_comes(given: Any, read: float) -> None:
    turn = read_replies([{"text": "a"}, {"custom": {"safety": {**SEEN, "score": given}}}])
    assert turn.safety is not None
    assert turn.safety.score == read


def test_a_witness_that_nobody_knows_is_no_witness() -> None:
    turn = read_replies([{"text": "a"}, {"custom": {"safety": {**SEEN, "by": ["buurman", "rule", {}]}}}])
    assert turn.safety is not None
    assert turn.safety.by == ("rule",)


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
        "safety": st.fixed_dictionaries(
            {"level": st.sampled_from(SAFETY_LEVELS) | anything},
            optional={
                "by": anything,
                "words": st.lists(st.text(max_size=80), max_size=8) | anything,
                "score": anything,
            },
        )
        | anything,
        "unsure": st.fixed_dictionaries({}, optional={"kind": st.just("lost") | anything, "among": anything})
        | anything,
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
    assert turn.unsure is None or turn.unsure.kind in UNSURE_KINDS
    if turn.safety is not None:
        assert turn.safety.level in SAFETY_LEVELS
        assert set(turn.safety.by) <= set(SAFETY_WITNESSES)
        assert len(turn.safety.words) <= MAX_SAFETY_WORDS
        assert all(0 < len(word.encode().decode()) <= MAX_SAFETY_WORD for word in turn.safety.words)
        assert 0 <= turn.safety.score <= 1
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
