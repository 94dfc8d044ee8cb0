"""What is said in which doubt, and the titles of the choices."""

from pathlib import Path
from typing import Any

import pytest

from actions.knowledge.asking import ACTION, Doubt, Turn, answer, turns_of
from actions.knowledge.choices import read_choices

TITLES = {"kosten": "Wat kost hulp?", "opvang": "Opvang", "mens_spreken": "Een mens"}
BETWEEN = Doubt("between", ("kosten", "opvang"))


def test_turns_are_read_from_the_events_of_a_tracker() -> None:
    events: list[dict[str, Any]] = [
        {"event": "action", "name": "action_session_start"},
        {"event": "user", "parse_data": {"intent": {"name": "kosten"}, "doubt": {"kind": "lost", "among": []}}},
        {"event": "slot", "name": "rol", "value": "x"},
        {"event": "action", "name": "action_twijfel"},
        {"event": "bot", "metadata": {}},
        {"event": "bot", "metadata": {"utter_action": "utter_default"}},
        {"event": "action", "name": "action_listen"},
        {"event": "user", "parse_data": {"intent": {"name": None}}},
    ]
    assert turns_of(events) == [Turn("kosten", Doubt("lost"), ("action_twijfel",), ("utter_default",)), Turn("", None)]


def test_events_of_a_conversation_whose_beginning_was_forgotten_are_read_all_the_same() -> None:
    events: list[dict[str, Any]] = [
        {"event": "bot", "metadata": None},
        {"event": "action", "name": None},
        {"event": "user"},
    ]
    assert turns_of(events) == [Turn("", None)]


def test_a_choice_without_a_title_is_left_out() -> None:
    payloads = [
        button["payload"] for button in answer([Turn("x", Doubt("between", ("kosten", "nieuw")))], TITLES).buttons
    ]
    assert payloads == ["/kosten", "/onbegrip", "/mens_spreken"]


def test_the_human_is_offered_once() -> None:
    doubt = Doubt("between", ("kosten", "mens_spreken"))
    payloads = [button["payload"] for button in answer([Turn("x", doubt)], TITLES).buttons]
    assert payloads.count("/mens_spreken") == 1


def test_the_reply_to_a_question_is_not_counted_as_a_doubt() -> None:
    asked = Turn("kosten", BETWEEN, (ACTION,), ("utter_twijfel",))
    assert answer([asked, Turn("onbegrip", None)], TITLES).unsure is None
    assert answer([Turn("kosten", BETWEEN)], TITLES).unsure == BETWEEN


def test_a_sentence_that_a_rule_has_just_said_is_not_said_again() -> None:
    before = Turn("kosten", None, ("utter_default",), ("utter_default",))
    assert answer([before, Turn("kosten", Doubt("lost"))], TITLES).then == "utter_fallback_herhaald"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("choices: {kosten: {title: ''}}", "0 characters"),
        (f"choices: {{kosten: {{title: {'a' * 41}}}}}", "41 characters"),
        ("choices: {kosten: {title: a}, opvang: {title: a}}", "same title"),
    ],
)
def test_titles_that_nobody_could_choose_from_are_refused(tmp_path: Path, content: str, problem: str) -> None:
    (tmp_path / "choices.yml").write_text(content)
    with pytest.raises(ValueError, match=problem):
        read_choices(tmp_path / "choices.yml")
