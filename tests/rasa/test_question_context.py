"""How a short answer is read after a question: the pure functions, and the component in the pipeline."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.intent.classifier import PROBABILITIES
from components.intent.doubt import DANGERS, DoubtMarker, Thresholds
from components.intent.question_context import (
    FITTING,
    RESPONSES,
    SAFE,
    QuestionContext,
    asked_in,
    in_context,
    is_short,
    says_safe,
)

FACTOR = 8.0
CHANCES = {
    "acuut_gevaar": 0.10,
    "suicidale_gedachten": 0.02,
    "ander_suicidaal": 0.01,
    "ontkennen": 0.08,
    "bevestigen": 0.05,
    "weet_niet": 0.04,
    "geef_tijd": 0.06,
    "geef_leeftijd": 0.20,
    "geef_gemeente": 0.05,
    "geef_beroep": 0.04,
    "geen_gevaar": 0.05,
    "kosten": 0.30,
}


def read(text: str, *kinds: str, **chances: float) -> dict[str, float]:
    return in_context(text, {**CHANCES, **chances}, kinds, FACTOR)


def likeliest(chances: dict[str, float]) -> str:
    return max(chances, key=chances.__getitem__)


@pytest.mark.parametrize(
    ("text", "kind", "intent"),
    [
        ("nee hoor", "ja_nee", "ontkennen"),
        ("net", "tijd", "geef_tijd"),
        ("vorige week", "tijd", "geef_tijd"),
        ("14", "leeftijd", "geef_leeftijd"),
        ("veertien", "leeftijd", "geef_leeftijd"),
        ("Best", "gemeente", "geef_gemeente"),
        ("ik sta voor de klas", "beroep", "kosten"),
        ("voor de klas", "beroep", "geef_beroep"),
    ],
)
def test_a_short_answer_is_read_as_one_to_the_question(text: str, kind: str, intent: str) -> None:
    assert likeliest(read(text, kind)) == intent


@pytest.mark.parametrize("text", ["14", "veertien", "14.", "3 jaar", "eenentwintig", "tweeëntwintig", "120"])
def test_a_bare_number_is_what_was_asked_however_sure_the_classifier_was_of_another(text: str) -> None:
    sure_of_age = {"geef_leeftijd": 0.7, "geef_tijd": 0.001, "kosten": 0.01}
    sure_of_time = {"geef_leeftijd": 0.001, "geef_tijd": 0.7, "kosten": 0.01}
    assert likeliest(read(text, "tijd", **sure_of_age)) == "geef_tijd"
    assert likeliest(read(text, "leeftijd", **sure_of_time)) == "geef_leeftijd"
    assert likeliest(read(text, "ja_nee", "tijd", **sure_of_age)) == "geef_tijd"
    assert likeliest(read(text, "ja_nee", **sure_of_age)) == "geef_leeftijd", "nobody asked for a number"


@pytest.mark.parametrize("text", ["op 3 november 2025 om 4 uur", "op 3-11-2025 rond 14:30 uur"])
def test_a_date_is_short_however_many_words_it_takes(text: str) -> None:
    assert is_short(text)
    assert likeliest(read(text, "tijd")) == "geef_tijd"


@pytest.mark.parametrize(
    "text", ["net", "Zojuist.", "vannacht", "eergisteren", "vorige week", "heel lang geleden", "3-11"]
)
def test_a_bare_moment_is_neither_yes_nor_no_where_both_were_asked(text: str) -> None:
    after = read(text, "ja_nee", "tijd", ontkennen=0.2, kosten=0.1, geef_leeftijd=0.1)
    assert likeliest(after) == "geef_tijd"
    assert likeliest(read("nee", "ja_nee", "tijd", ontkennen=0.2, kosten=0.1)) == "ontkennen"


def test_another_question_than_ours_in_few_words_stays_one() -> None:
    assert likeliest(read("wat kost dat", "ja_nee", kosten=0.9, ontkennen=0.01)) == "kosten"


def test_who_says_more_says_also_what_it_is_about() -> None:
    text = "nee maar ik wil wel weten wat het kost"
    assert read(text, "ja_nee") == CHANCES


@pytest.mark.parametrize("kinds", [[], ["ja_nee"], ["tijd"], ["leeftijd", "tijd"], ["gemeente"], ["nog_gevaar"]])
@pytest.mark.parametrize("text", ["ja", "14", "nee hij is weg", "ik ben veilig", "", "op 3 november 2025 om 4 uur"])
def test_a_danger_keeps_its_probability_and_all_together_stay_what_they_were(text: str, kinds: list[str]) -> None:
    after = read(text, *kinds)
    assert {name: after[name] for name in DANGERS} == {name: CHANCES[name] for name in DANGERS}
    assert sum(after.values()) == pytest.approx(sum(CHANCES.values()))
    assert set(after) == set(CHANCES)
    assert min(after.values()) >= 0


def test_a_danger_that_is_likeliest_by_far_stays_likeliest() -> None:
    sure = dict.fromkeys(CHANCES, 0.0) | {"acuut_gevaar": 0.9, "ontkennen": 0.1}
    for kinds in (["ja_nee"], ["nog_gevaar"]):
        assert likeliest(in_context("nee ik ben veilig", sure, kinds, FACTOR)) == "acuut_gevaar"


def test_where_nothing_but_danger_has_a_chance_nothing_changes() -> None:
    only = {"acuut_gevaar": 1.0, "ontkennen": 0.0}
    assert in_context("nee", only, ["ja_nee"], FACTOR) == only


# -- after the danger card

SAYS_SAFE = [
    "nee hij is weg ik ben veilig nu",
    "ja, we zijn veilig",
    "opgepakt ja, ben veilig",
    "veilig",
    "ik zit veilig bij de buren",
    "nee ik ben niet in gevaar",
    "we zijn niet meer in gevaar",
    "er is geen gevaar meer",
    "het gevaar is voorbij",
    "Hij is weg. Ik voel me nu weer veilig!",
]
SAYS_SOMETHING_ELSE = [
    "nee",
    "ja",
    "nee hij is hier",
    "ik ben niet veilig",
    "ik ben nog niet echt veilig",
    "we zijn hier nergens veilig",
    "ben ik hier veilig",
    "is het veilig om te bellen",
    "ik ben veilig maar mijn dochter is nog binnen",
    "hij is weg met mijn kind en ik ben veilig",
    "ik ben alleen veilig als hij slaapt",
    "hij komt zo terug en dan is het niet veilig",
    "ik bloed nog wel en ik ben veilig",
    "hij is gevaarlijk",
    "het is onveilig",
    "ik denk dat ik veilig ben",
    "is mijn kind niet in gevaar",
    "ik hoop dat we veilig zijn",
    "ik ben bang, is het veilig",
    "ik ben veilig " + "en nog iets " * 10,
]


@pytest.mark.parametrize("text", SAYS_SAFE)
def test_who_says_to_be_safe_after_the_danger_card_has_answered_it(text: str) -> None:
    assert likeliest(read(text, "nog_gevaar", acuut_gevaar=0.45, bevestigen=0.5, geen_gevaar=0.001)) == SAFE


@pytest.mark.parametrize("text", SAYS_SOMETHING_ELSE)
def test_who_does_not_say_so_in_so_many_words_is_read_as_ever(text: str) -> None:
    assert not says_safe(text)
    assert read(text, "nog_gevaar") == pytest.approx(CHANCES)


def test_without_the_card_nobody_is_read_as_safe() -> None:
    assert likeliest(read("ik ben veilig", "tijd", kosten=0.5)) == "kosten"


# -- what is asked


def test_every_kind_of_question_is_answered_by_intents_that_exist(root: Path) -> None:
    intents = yaml.safe_load((root / "domain.yml").read_text(encoding="utf-8"))["intents"]
    assert {intent for fitting in FITTING.values() for intent in fitting} | {SAFE} <= set(intents)


def test_what_is_asked_is_read_from_the_responses() -> None:
    asks = asked_in(RESPONSES)
    assert asks["utter_slachtoffer_seksueel_geweld"] == {"ja_nee", "tijd"}
    assert asks["utter_acuut_gevaar"] == {"nog_gevaar"}
    assert "utter_kosten" not in asks


def test_a_kind_of_question_that_nobody_knows_stops_the_start(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text("responses:\n  utter_x:\n  - text: 'Hoe lang?'\n    metadata: {asks: [lengte]}\n")
    with pytest.raises(ValueError, match="utter_x asks"):
        asked_in(tmp_path)


# -- the component

ASKS = {"utter_vraag": frozenset({"ja_nee"}), "utter_acuut_gevaar": frozenset({"nog_gevaar"})}


def heard(text: str, metadata: Any, length: int = 10) -> Message:
    ranked = sorted(CHANCES, key=lambda name: -CHANCES[name])
    ranking = [{"name": name, "confidence": CHANCES[name]} for name in ranked[:length]]
    data = {TEXT: text, INTENT: ranking[0], INTENT_RANKING_KEY: ranking, PROBABILITIES: dict(CHANCES)}
    message = Message({**data, "metadata": metadata})
    QuestionContext(FACTOR, ASKS).process([message])
    return message


def test_intent_and_ranking_of_an_answer_follow_and_keep_their_length() -> None:
    message = heard("nee hoor", {"question": "utter_vraag"})
    ranking = message.get(INTENT_RANKING_KEY)
    assert message.get(INTENT) == ranking[0]
    assert [entry["name"] for entry in ranking[:2]] == ["ontkennen", "bevestigen"]
    assert [entry["confidence"] for entry in ranking] == sorted((e["confidence"] for e in ranking), reverse=True)
    assert len(ranking) == 10
    assert message.get(PROBABILITIES)["ontkennen"] == ranking[0]["confidence"]
    assert INTENT_RANKING_KEY in message.as_dict(only_output_properties=True)


@pytest.mark.parametrize(
    "metadata",
    [
        None,
        {},
        {"question": ""},
        {"question": "utter_kosten"},
        {"question": ["utter_vraag"]},
        {"question": {}},
        "x",
        [],
    ],
)
def test_without_a_question_of_ours_everything_stays(metadata: Any) -> None:
    message = heard("nee hoor", metadata)
    assert message.get(INTENT)["name"] == "kosten"
    assert message.get(PROBABILITIES) == CHANCES


def test_a_button_says_it_all_itself() -> None:
    assert heard("/kosten", {"question": "utter_vraag"}).get(PROBABILITIES) == CHANCES


def test_a_message_that_the_classifier_left_alone_is_left_alone() -> None:
    message = Message({TEXT: "👍", "metadata": {"question": "utter_vraag"}})
    QuestionContext(FACTOR, ASKS).process([message])
    assert message.get(INTENT) is None


def test_an_answer_to_our_question_is_no_longer_in_doubt() -> None:
    message = heard("nee hoor", {"question": "utter_vraag"})
    DoubtMarker(Thresholds(lost_below=0.15, sure_from=0.4, close=0.6), {}).process([message])
    assert message.get("doubt") is None


def test_it_stands_between_the_classifier_and_the_judges_of_doubt_and_danger(root: Path) -> None:
    pipeline = yaml.safe_load((root / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    names = [part["name"].rsplit(".", 1)[-1] for part in pipeline]
    place = names.index("QuestionContext")
    assert names[place - 1] == "LinearIntentClassifier"
    assert place < names.index("DoubtMarker") < names.index("SafetyLayer")
    assert set(pipeline[place]) - {"name"} == set(QuestionContext.get_default_config())
