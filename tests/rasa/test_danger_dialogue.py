"""What follows the danger card, with the real rules and slots; what was understood is told instead of parsed."""

import pytest

from tests.rasa.dialogue import DialogueHalf, Talk


@pytest.fixture
def talk(half: DialogueHalf) -> Talk:
    half.actions.is_down = False
    return half.talk()


@pytest.mark.parametrize("safe", ["geen_gevaar", "ontkennen"])
@pytest.mark.parametrize("cards", [1, 2])
def test_who_is_safe_after_the_card_goes_on(talk: Talk, cards: int, safe: str) -> None:
    for _ in range(cards):
        talk.understands("acuut_gevaar")
    assert talk.understands(safe) == ["utter_gevaar_voorbij"]


def test_the_card_is_never_said_twice_in_a_row_and_112_stands_in_each(talk: Talk) -> None:
    said = []
    for _ in range(4):
        said += talk.understands("acuut_gevaar")
        assert "112" in talk.texts[0]
    assert said == ["utter_acuut_gevaar", "utter_gevaar_blijft"] * 2


@pytest.mark.parametrize("answer", ["bevestigen", "weet_niet"])
def test_danger_that_stays_or_is_uncertain_gets_112_each_time(talk: Talk, answer: str) -> None:
    talk.understands("acuut_gevaar")
    said = [name for _ in range(3) for name in talk.understands(answer)]
    assert said == ["utter_gevaar_blijft", "utter_acuut_gevaar", "utter_gevaar_blijft"]


@pytest.mark.parametrize(
    ("answer", "then"),
    [
        ("bevestigen", "utter_acuut_gevaar"),
        ("ontkennen", "utter_gevaar_voorbij"),
        ("geen_gevaar", "utter_gevaar_voorbij"),
        ("weet_niet", "utter_gevaar_blijft"),
    ],
)
def test_the_question_after_the_explanation_of_112_is_understood(talk: Talk, answer: str, then: str) -> None:
    assert talk.understands("uitleg_112") == ["utter_uitleg_112"]
    assert talk.understands(answer) == [then]
