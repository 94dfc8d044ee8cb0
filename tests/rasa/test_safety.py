"""The safety layer: rules or classifier, either is enough. All sentences here are made for these tests."""

from pathlib import Path

import pytest
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.language.text import normalise
from components.safety.layer import SafetyLayer
from components.safety.rules import Finding, SafetyRules
from components.safety.verdict import Opinion, Thresholds, judge
from tests.rasa.engine import Engine


@pytest.fixture(scope="session")
def rules(root: Path) -> SafetyRules:
    return SafetyRules.read(root / "data" / "safety" / "rules.yml")


ACUTE = [
    "hij staat nu voor de deur met een mes",
    "mijn ex probeert de voordeur in te trappen, help",
    "mn vader slaat mn moeder nu in de keuken",
    "hellup hij komt de trap op",
    "ik zit opgesloten op zolder en hij is beneden",
    "ze heeft een hamer in haar hand",
    "hij heeft net mijn keel dichtgeknepen",
    "mama is bewusteloos",
    "hij gaat me vermoorden",
    "NU NU NU hij slaat mijn zusje",
    "ik hoor de buurvrouw om hulp gillen",
    "bel de politie nu",
    "ik ga hem vermoorden",
    "ben verstopt in de kast en hij zoekt me",
    "hij stáát nú vóór de déúr met een mès",
    "hij staat n\u200bu voor de d\u200beur",
    "heeeeelp hij komt eraan",
    "Vroeger viel het mee. Maar nu staat hij met een mes in de gang.",
    "he is outside with a gun",
    "kapıyı kırıyor, yardım edin",
    "on ma nóż, pomocy",
    "معه سكين وهو عند الباب",
    "він ламає двері",
    "er hat ein Messer und steht vor der Tür",
    "gozer gaat me rippen met een shank",
]
NOT_ACUTE = [
    "vorig jaar sloeg hij mij met een riem",
    "in de film staat hij met een mes voor de deur",
    "wat moet ik doen als hij ooit een mes pakt?",
    "wanneer bel ik 112?",
    "ik ga dood van het lachen",
    "ik schrik me dood als de deur dichtslaat",
    "hij heeft nog nooit een mes gepakt",
    "soms staat hij ineens voor de deur",
    "ik snij de uien met een mes",
    "de deur staat altijd voor je open",
    "hij valt me steeds lastig met appjes",
    "mijn man is jager en heeft een geweer met vergunning",
    "wat doet 112 als ik niets kan zeggen",
    "hallo",
    "",
]
SUICIDAL = [
    "ik wil niet meer leven",
    "ik wou dat ik dood was, ik wil gewoon dood",
    "ik ga mezelf iets aandoen",
    "ik denk elke dag aan zelfmoord",
    "was ik maar dood",
    "i want to kill myself",
    "nie chcę żyć",
    "не хочу жити",
]
NOT_SUICIDAL = [
    "ik schaam me dood",
    "mijn vriend zegt dat hij zelfmoord pleegt",
    "ik ben doodmoe",
    "ik wil niet dood",
    "mijn oma is vorig jaar overleden",
    "ik heb mezelf opgesloten met een goed boek",
]


@pytest.mark.parametrize("text", ACUTE)
def test_danger_now_is_seen_by_rules_alone(rules: SafetyRules, text: str) -> None:
    finding = rules.find(normalise(text))
    assert finding.level == "acute"
    assert finding.words


@pytest.mark.parametrize("text", NOT_ACUTE)
def test_what_is_past_imagined_or_a_way_of_speaking_is_no_danger(rules: SafetyRules, text: str) -> None:
    assert rules.find(normalise(text)).level == "none"


@pytest.mark.parametrize("text", SUICIDAL)
def test_thoughts_of_suicide_are_seen_by_rules_alone(rules: SafetyRules, text: str) -> None:
    assert rules.find(normalise(text)).level == "suicidal"


@pytest.mark.parametrize("text", NOT_SUICIDAL)
def test_somebody_else_or_a_way_of_speaking_is_no_suicidal_thought(rules: SafetyRules, text: str) -> None:
    assert rules.find(normalise(text)).level == "none"


def test_the_most_dangerous_sentence_counts(rules: SafetyRules) -> None:
    text = "ik wil dood. hij staat nu voor de deur met een mes. verder gaat het wel."
    assert rules.find(text).level == "acute"


def test_a_rule_that_names_an_unknown_list_is_refused() -> None:
    with pytest.raises(KeyError, match="nergens"):
        SafetyRules({"mes": ["mes"]}, [{"name": "r", "level": "acute", "all": ["mes", "nergens"]}])


NOTHING = Finding()
DANGER = Finding("acute", ("wapen",), ("mes",))
DEATH = Finding("suicidal", ("wil_dood",), ("wil dood",))
AT = Thresholds(danger_from=0.3, part_from=0.6, rule_from=0.01)


def opinion(*words: str, **chances: float) -> Opinion:
    return Opinion(chances, words)


@pytest.mark.parametrize(
    ("finding", "whole", "parts", "level", "by"),
    [
        (NOTHING, opinion(none=1.0), (), "none", ()),
        (NOTHING, opinion(acute=0.3), (), "acute", ("classifier",)),
        (NOTHING, opinion(acute=0.29), (), "none", ()),
        (NOTHING, opinion(acute=0.2, suicidal=0.15), (), "acute", ("classifier",)),
        (NOTHING, opinion(acute=0.15, suicidal=0.2), (), "suicidal", ("classifier",)),
        (NOTHING, opinion(none=1.0), (opinion(acute=0.7),), "acute", ("classifier",)),
        (NOTHING, opinion(none=1.0), (opinion(acute=0.5),), "none", ()),
        (NOTHING, opinion(suicidal=0.9), (opinion(acute=0.7),), "acute", ("classifier",)),
        (NOTHING, opinion(somebody_else=0.9), (), "none", ()),
        (DANGER, None, (), "acute", ("rule",)),
        (DANGER, opinion(none=0.98, acute=0.02), (), "acute", ("rule",)),
        (DANGER, opinion(none=1.0), (), "none", ()),
        (DANGER, opinion(none=1.0), (opinion(acute=0.02),), "acute", ("rule",)),
        (DANGER, opinion(acute=0.9), (), "acute", ("rule", "classifier")),
        (DANGER, opinion(suicidal=0.9), (), "acute", ("rule",)),
        (DANGER, opinion(somebody_else=0.9, acute=0.05), (), "acute", ("rule",)),
        (DEATH, opinion(acute=0.5), (), "acute", ("classifier",)),
        (DEATH, opinion(suicidal=0.9), (), "suicidal", ("rule", "classifier")),
        (DEATH, opinion(somebody_else=0.9, suicidal=0.1), (), "none", ()),
        (DEATH, opinion(none=0.9, suicidal=0.1), (), "suicidal", ("rule",)),
    ],
)
def test_rules_and_classifier_are_joined_so_that_either_is_enough(
    finding: Finding, whole: Opinion | None, parts: tuple[Opinion, ...], level: str, by: tuple[str, ...]
) -> None:
    verdict = judge(finding, whole, parts, AT)
    assert (verdict.level, verdict.by) == (level, by)


@pytest.mark.parametrize(
    ("own", "second", "level"), [(0.5, 0.2, "acute"), (0.5, 0.0, "none"), (0.1, 0.6, "acute"), (0.3, None, "acute")]
)
def test_the_intent_classifier_is_heard_as_a_second_opinion_where_it_has_one(
    own: float, second: float | None, level: str
) -> None:
    assert judge(NOTHING, opinion(acute=own), (), AT, second).level == level


def test_a_verdict_names_the_words_that_were_seen_and_how_sure_it_is() -> None:
    verdict = judge(DANGER, opinion("mes", "deur", acute=0.8), (opinion("gang", acute=0.9),), AT)
    assert verdict.words == ("mes", "deur", "gang")
    assert verdict.score == 0.9


@pytest.fixture(scope="session")
def layer(rules: SafetyRules) -> SafetyLayer:
    """Without a trained classifier: rules alone."""
    return SafetyLayer(SafetyLayer.get_default_config(), rules, None, None)  # no storage: nothing is written


def test_it_holds_when_no_classifier_gave_anything_at_all(layer: SafetyLayer) -> None:
    message = Message({TEXT: "hij staat nu voor de deur met een mes"})
    layer.process([message])
    assert message.get(INTENT) == {"name": "acuut_gevaar", "confidence": 1.0}
    assert message.get("safety")["by"] == ["rule"]
    assert "mes" in message.get("safety")["words"]


def test_doubt_about_the_intent_never_hides_danger(layer: SafetyLayer) -> None:
    message = Message({TEXT: "hij staat nu voor de deur met een mes", INTENT: {"name": "groet", "confidence": 0.12}})
    message.set("doubt", {"kind": "lost", "among": []}, add_to_output=True)
    layer.process([message])
    assert message.get(INTENT)["name"] == "acuut_gevaar"
    assert message.get("doubt") is None


def test_a_button_is_left_as_it_is(layer: SafetyLayer) -> None:
    message = Message({TEXT: "/acuut_gevaar"})
    layer.process([message])
    assert message.get("safety") is None


STORY = (
    "Gisteren waren we nog op een verjaardag, het was best gezellig. Vanmorgen was hij ook nog rustig. "
    "Maar nu heeft hij de deur op slot gedaan en loopt hij met een hamer door het huis. Ik weet niet wat ik moet."
)
QUIET = ["vorige maand heeft hij me geslagen", "wat kost een advocaat", "hoi", "wanneer bel ik 112?"]


@pytest.mark.parametrize(
    "text",
    [
        "kom snel hij slaat mama helemaal in elkaar",
        "iemand probeert binnen te komen en ik ben alleen met de kinderen",
        STORY,
        "somebody please, he is hitting my sister right now",
    ],
)
def test_the_trained_layer_sees_danger_in_one_sentence_of_a_story_and_in_other_languages(
    engine: Engine, text: str
) -> None:
    parsed = engine.parse(text)
    assert parsed["intent"]["name"] == "acuut_gevaar"
    assert parsed["safety"]["by"]


@pytest.mark.parametrize(
    "text", ["vorige maand heeft hij me geslagen", "wat kost een advocaat", "hoi", "wanneer bel ik 112?"]
)
def test_the_trained_layer_is_silent_where_nothing_is_going_on(engine: Engine, text: str) -> None:
    assert engine.parse(text)["safety"]["level"] == "none"
