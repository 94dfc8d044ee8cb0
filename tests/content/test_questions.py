"""What the assistant asks stands with the response, so that a short answer can be read as one (`asks`)."""

import re
from typing import Any

import pytest

from tests.content.test_answers import RESPONSES, RULES, TEXTS, sentences

# components/intent/question_context.py, which this environment can't import
KINDS = {"ja_nee", "tijd", "leeftijd", "gemeente", "beroep", "nog_gevaar"}
YES_OR_NO = re.compile(r"(ben|bent|heb|hebt|is|zijn|kan|kun|wil|voel|woon|werk|speelt|gebeurt|mag)\b", re.IGNORECASE)
ASKED_BY = {
    "tijd": re.compile(r"\bwanneer\b|\bhoe lang\b|\bgeleden\?", re.IGNORECASE),
    "leeftijd": re.compile(r"\bhoe oud\b|\bleeftijd\b", re.IGNORECASE),
    "gemeente": re.compile(r"\bgemeente\b|\bwoonplaats\b|\bwaar woon\b", re.IGNORECASE),
    "beroep": re.compile(r"\bberoep\b|\bsector\b|\bwat is je werk\b|\bwat voor werk\b", re.IGNORECASE),
}


def asked(name: str) -> list[str]:
    """What a response says that it asks."""
    return [kind for variation in RESPONSES[name] for kind in variation["metadata"].get("asks", [])]


def last_question(name: str) -> str:
    """The question that a response ends in, empty when it ends otherwise."""
    last = sentences(TEXTS[name])[-1] if TEXTS[name] else ""
    return last if last.endswith("?") else ""


def rules_after(name: str) -> set[str]:
    """The intents that a rule goes on with after this response."""
    steps: list[list[dict[str, Any]]] = [rule["steps"] for rule in RULES]
    return {after["intent"] for first, after, *_ in (s for s in steps if len(s) > 1)
            if first.get("action") == name and "intent" in after}  # fmt: skip


@pytest.mark.parametrize("name", RESPONSES)
def test_a_response_asks_only_what_can_be_understood(name: str) -> None:
    assert set(asked(name)) <= KINDS
    assert len(set(asked(name))) == len(asked(name))


@pytest.mark.parametrize("name", TEXTS)
def test_a_response_that_ends_in_a_question_with_yes_or_no_says_so(name: str) -> None:
    question = last_question(name)
    if YES_OR_NO.match(question) and ", of " not in question:
        assert "ja_nee" in asked(name), question


@pytest.mark.parametrize("kind", ASKED_BY)
def test_a_response_that_ends_in_another_question_of_ours_says_so(kind: str) -> None:
    silent = [name for name in TEXTS if ASKED_BY[kind].search(last_question(name)) and kind not in asked(name)]
    assert silent == []


@pytest.mark.parametrize("name", TEXTS)
def test_a_response_with_a_button_for_yes_or_a_rule_for_yes_and_no_asks_it(name: str) -> None:
    buttons = {button["payload"] for variation in RESPONSES[name] for button in variation.get("buttons", [])}
    if "/bevestigen" in buttons or {"bevestigen", "ontkennen"} <= rules_after(name):
        assert {"ja_nee", "nog_gevaar"} & set(asked(name))


@pytest.mark.parametrize("name", [name for name in RESPONSES if "ja_nee" in asked(name)])
def test_who_is_asked_something_with_yes_or_no_is_understood_with_either(name: str) -> None:
    """By a rule, or by a button that says what the word means here."""
    buttons = {button["payload"] for variation in RESPONSES[name] for button in variation.get("buttons", [])}
    understood = {f"/{intent}" for intent in rules_after(name)} | buttons
    questions_of_action_twijfel = ("utter_twijfel_gevaar", "utter_twijfel_gevaar_weer")
    assert understood & {"/bevestigen", "/ontkennen"} or name in questions_of_action_twijfel


def test_the_danger_cards_take_a_word_of_being_safe_as_an_answer() -> None:
    assert [name for name in RESPONSES if "nog_gevaar" in asked(name)] == ["utter_gevaar_blijft", "utter_acuut_gevaar"]
