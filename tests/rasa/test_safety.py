"""The safety layer: rules or classifier, either is enough. All sentences here are made for these tests."""

from pathlib import Path

import pytest
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.intent_classifier import PROBABILITIES
from components.safety_layer import SafetyLayer, judge
from components.safety_rules import Finding, SafetyRules
from components.text import normalise


@pytest.fixture(scope="session")
def rules(root: Path) -> SafetyRules:
    return SafetyRules.read(root / "data" / "safety_rules.yml")


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


@pytest.mark.parametrize(
    ("finding", "probabilities", "level", "by"),
    [
        (NOTHING, {"groet": 1.0}, "none", ()),
        (NOTHING, {"acuut_gevaar": 0.3}, "acute", ("classifier",)),
        (NOTHING, {"acuut_gevaar": 0.1}, "none", ()),
        (DANGER, {}, "acute", ("rule",)),
        (DANGER, {"groet": 0.99}, "acute", ("rule",)),
        (DANGER, {"acuut_gevaar": 0.9}, "acute", ("rule", "classifier")),
        (DANGER, {"suicidale_gedachten": 0.9}, "acute", ("rule",)),
        (DEATH, {"acuut_gevaar": 0.5}, "acute", ("classifier",)),
        (DEATH, {"suicidale_gedachten": 0.6, "acuut_gevaar": 0.3}, "suicidal", ("rule", "classifier")),
        (NOTHING, {"suicidale_gedachten": 0.5, "acuut_gevaar": 0.3}, "suicidal", ("classifier",)),
        (DEATH, {"ander_suicidaal": 0.7}, "none", ()),
        (DANGER, {"ander_suicidaal": 0.7}, "acute", ("rule",)),
    ],
)
def test_rules_and_classifier_are_joined_so_that_either_is_enough(
    finding: Finding, probabilities: dict[str, float], level: str, by: tuple[str, ...]
) -> None:
    verdict = judge(finding, probabilities, acute_from=0.2, suicidal_from=0.2)
    assert (verdict.level, verdict.by) == (level, by)


@pytest.fixture(scope="session")
def layer(rules: SafetyRules) -> SafetyLayer:
    return SafetyLayer(SafetyLayer.get_default_config(), rules)


def test_it_holds_when_the_classifier_gave_nothing_at_all(layer: SafetyLayer) -> None:
    message = Message({TEXT: "hij staat nu voor de deur met een mes"})
    layer.process([message])
    assert message.get(INTENT) == {"name": "acuut_gevaar", "confidence": 1.0}
    assert message.get("safety")["by"] == ["rule"]
    assert "mes" in message.get("safety")["words"]


def test_doubt_of_the_fallback_never_hides_danger(layer: SafetyLayer) -> None:
    message = Message({TEXT: "zo griezelig hier", INTENT: {"name": "nlu_fallback", "confidence": 0.12}})
    message.set(PROBABILITIES, {"acuut_gevaar": 0.25, "groet": 0.1})
    layer.process([message])
    assert message.get(INTENT)["name"] == "acuut_gevaar"


def test_a_button_is_left_as_it_is(layer: SafetyLayer) -> None:
    message = Message({TEXT: "/acuut_gevaar"})
    layer.process([message])
    assert message.get("safety") is None
