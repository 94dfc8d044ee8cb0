"""The titles with which the assistant asks what somebody means: one for each intent that it may offer."""

import re
from pathlib import Path

import pytest
import yaml

from bot.conversation.utterance import is_payload
from tests.content.test_answers import DOMAIN, FORBIDDEN

ROOT = Path(__file__).parents[2]
CHOICES = yaml.safe_load((ROOT / "data" / "choices.yml").read_text(encoding="utf-8"))["choices"]
TITLES = {intent: entry["title"] for intent, entry in CHOICES.items()}
# components/intent/doubt.py, which this environment can't import
NEVER_OFFERED = {
    "groet", "afscheid", "bedankt", "bevestigen", "ontkennen", "weet_niet", "kies_rol",
    "geef_gemeente", "geef_tijd", "geef_leeftijd", "geef_beroep",
    "acuut_gevaar", "suicidale_gedachten", "ander_suicidaal",
}  # fmt: skip
GENDERED = ["hij", "zij", "hem", "haar", "zijn vrouw", "haar man", "vriendje", "vriendin", "echtgenoot", "echtgenote"]
JARGON = {
    "meldcode": "stappenplan",
    "beroepsgeheim": "delen",
    "aangifte": "politie",
    "opvang": "slapen",
    "huisverbod": "thuiskomen",
    "kindcheck": "kinderen",
    "aandachtsfunctionaris": "collega",
    "noodknop": "alarm",
    "lhbti": "wie ik ben",
    "aware": "alarm",
    "csg": "centrum seksueel geweld",
}


def test_every_intent_that_may_be_offered_has_a_title_and_no_other() -> None:
    assert set(CHOICES) == set(DOMAIN["intents"]) - NEVER_OFFERED


def test_no_two_titles_are_the_same() -> None:
    assert len({title.lower() for title in TITLES.values()}) == len(TITLES)


@pytest.mark.parametrize("intent", TITLES)
def test_every_title_fits_on_a_button_and_leads_somewhere(intent: str) -> None:
    assert 0 < len(TITLES[intent]) <= 40
    assert TITLES[intent] == TITLES[intent].strip()
    assert is_payload(f"/{intent}")


@pytest.mark.parametrize("intent", TITLES)
def test_no_title_blames_presses_or_assumes_a_gender(intent: str) -> None:
    title = TITLES[intent].lower()
    words = re.findall(r"\w+", title)
    assert [phrase for phrase in [*FORBIDDEN, "dader", "verkracht", "misdrijf"] if phrase in title] == []
    assert [word for word in GENDERED if word in words] == []


@pytest.mark.parametrize("intent", TITLES)
def test_a_term_of_art_stands_beside_its_plain_word(intent: str) -> None:
    title = TITLES[intent].lower()
    assert [term for term, plain in JARGON.items() if term in title and plain not in title] == []


@pytest.mark.parametrize("intent", CHOICES)
def test_every_title_says_where_it_comes_from_and_for_whom(intent: str) -> None:
    metadata = CHOICES[intent]["metadata"]
    assert metadata["source"]
    assert metadata["status"] in ("verified", "to_confirm")
    assert metadata["audience"]
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", str(metadata["checked_on"]))
    assert "reviewed_by" in metadata
