"""Doubt in the trained engine, from a typed message to what the front door is sent."""

import pytest

from tests.rasa.engine import Engine


@pytest.mark.parametrize(
    "text",
    [
        "kapıyı kırıyor, yardım edin",
        "he is outside with a gun",
        "hij stáát nú vóór de déúr met een mès",
        "blorp zwiep mes nu keel fweep",
        "ik wil dood",
    ],
)
def test_danger_is_never_asked_about_however_strange_the_words(engine: Engine, text: str) -> None:
    parsed = engine.parse(text)
    if parsed["safety"]["level"] != "none":
        assert "doubt" not in parsed
    assert parsed["intent"]["name"] in ("acuut_gevaar", "suicidale_gedachten") or "doubt" in parsed


@pytest.mark.parametrize("payload", ["/kosten", '/kies_rol{"rol": "omstander"}', "/onbegrip"])
def test_a_button_is_never_in_doubt(engine: Engine, payload: str) -> None:
    assert "doubt" not in engine.parse(payload)


def test_a_doubt_leaves_intent_and_ranking_as_the_classifier_gave_them(engine: Engine) -> None:
    for text in ("zwiep fnork blarp", "ja dat dus met die dinges", "pff", "weet je nog van toen"):
        parsed = engine.parse(text)
        assert parsed["intent"] == parsed["intent_ranking"][0]
        assert len(parsed["intent_ranking"]) >= 10
        if "doubt" in parsed:
            assert parsed["doubt"]["kind"] in ("between", "lost")
            assert len(parsed["doubt"]["among"]) <= 3


def test_what_everybody_understands_is_not_asked_about(engine: Engine) -> None:
    for text in ("ik wil een mens spreken", "wat kost hulp van veilig thuis", "mijn vriend slaat mij"):
        assert "doubt" not in engine.parse(text), text
