"""What people read: every intent has its first answer, and no answer names what is not verified."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.conversation.utterance import is_payload

ROOT = Path(__file__).parents[2]


def load(pattern: str, key: str) -> list[Any]:
    return [yaml.safe_load(file.read_text(encoding="utf-8"))[key] for file in sorted(ROOT.glob(pattern))]


DOMAIN = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
HELPLINES = yaml.safe_load((ROOT / "data" / "helplines.yml").read_text(encoding="utf-8"))
RESPONSES = {name: answer for part in load("data/responses/*.yml", "responses") for name, answer in part.items()}
RULES = [rule for part in load("data/rules/*.yml", "rules") for rule in part]
INTENTS = [intent for intent in DOMAIN["intents"] if intent != "kies_rol"]
TEXTS = {name: variation["text"] for name, answer in RESPONSES.items() for variation in answer}
BUTTONS = [
    pytest.param(button, id=f"{name}: {button['title']}")
    for name, answer in RESPONSES.items()
    for variation in answer
    for button in variation.get("buttons", [])
]
FORBIDDEN = [
    "je moet",
    "u moet",
    "spreek hem",
    "spreek haar",
    "eigen schuld",
    "waarom heb je",
    "waarom ga je niet",
    "!",
]


def digits(number: str) -> str:
    return re.sub(r"\D", "", number)


def sentences(text: str) -> list[str]:
    return [sentence for sentence in re.split(r"(?<=[.?:])\s|\n", text) if sentence.strip()]


def first_answer(intent: str) -> list[str]:
    """The answers of the rule that holds for this intent wherever it is said."""
    rules = [rule["steps"] for rule in RULES if rule["steps"][0] == {"intent": intent}]
    assert len(rules) == 1, f"{intent} has {len(rules)} rules of its own"
    return [step["action"] for step in rules[0][1:] if "action" in step]


@pytest.mark.parametrize("intent", INTENTS)
def test_every_intent_has_a_first_answer_that_exists(intent: str) -> None:
    answers = first_answer(intent)
    assert answers
    assert all(answer in RESPONSES or answer.startswith("action_") for answer in answers)


@pytest.mark.parametrize(
    ("intent", "words"),
    [
        ("acuut_gevaar", ["112"]),
        ("suicidale_gedachten", ["113", "0800-0113", "112"]),
        ("ander_suicidaal", ["112", "113", "verantwoordelijk"]),
        ("sporen_wissen", ["Verlaat deze site", "geschiedenis"]),
        ("slachtoffer_seksueel_geweld", ["0800-0188", "7 dagen"]),
        ("slachtoffer_kind_thuis", ["0800-0432", "0800-2000", "volwassene"]),
        ("slachtoffer_zorg_sport_school", ["centrumveiligesport.nl", "0800-2000"]),
        ("omstander_seksueel_geweld", ["0800-0188", "7 dagen"]),
        ("pleger_geweld", ["0800-2000"]),
        ("pleger_seksueel", ["Stop it Now"]),
        ("professional_advies", ["0800-2000"]),
        ("veilig_thuis_uitleg", ["0800-2000", "gratis", "dag en nacht"]),
        ("csg_uitleg", ["0800-0188", "gratis", "dag en nacht"]),
    ],
)
def test_the_first_answer_gives_what_the_contract_of_intents_asks(intent: str, words: list[str]) -> None:
    text = "\n".join(TEXTS[name] for name in first_answer(intent))
    assert [word for word in words if word.lower() not in text.lower()] == []


def test_danger_begins_with_112() -> None:
    assert "112" in sentences(TEXTS["utter_acuut_gevaar"])[0]


def test_who_asks_for_a_human_gets_the_handover_without_a_detour() -> None:
    assert first_answer("mens_spreken") == ["utter_overdracht"]
    assert set(RESPONSES["utter_overdracht"][0]["custom"]["handover"]) == {"rol", "thema", "gevaar", "leeftijdsgroep"}


@pytest.mark.parametrize("name", RESPONSES)
def test_every_answer_says_where_it_comes_from_and_for_whom(name: str) -> None:
    for variation in RESPONSES[name]:
        metadata = variation["metadata"]
        assert metadata["source"]
        assert metadata["status"] in ("verified", "to_confirm")
        assert metadata["audience"]
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", str(metadata["checked_on"]))
        assert "reviewed_by" in metadata


@pytest.mark.parametrize("name", TEXTS)
def test_every_number_in_an_answer_is_a_verified_help_line(name: str) -> None:
    verified = {digits(line["number"]) for line in HELPLINES if line["number"] and line["status"] == "verified"}
    found = re.findall(r"\+?\d[\d -]{6,}\d|\b11[0-9]\b", TEXTS[name])
    assert {digits(number) for number in found} <= verified


@pytest.mark.parametrize("name", TEXTS)
def test_every_answer_is_short_and_says_nothing_forbidden(name: str) -> None:
    text = TEXTS[name]
    lengths = [len(sentence.split()) for sentence in sentences(text)]
    assert max(lengths) <= 25
    assert sum(lengths) / len(lengths) <= 15
    assert "\n\n" not in text, "Rasa makes two messages of it"
    assert [words for words in FORBIDDEN if words in text.lower()] == []


@pytest.mark.parametrize("button", BUTTONS)
def test_every_button_leads_to_an_intent_that_exists(button: dict[str, str]) -> None:
    # Rasa reads {x} as a slot, so the payloads in the file have double braces.
    payload = button["payload"].replace("{{", "{").replace("}}", "}")
    assert is_payload(payload)
    name, _, entities = payload[1:].partition("{")
    assert name in DOMAIN["intents"]
    if entities:
        assert json.loads("{" + entities)["rol"] in DOMAIN["slots"]["rol"]["values"]
    assert 0 < len(button["title"]) <= 40
