"""What is said when a message is in doubt: the policy and the action, with the real rules and slots."""

from itertools import pairwise
from typing import TypeAlias

import pytest

from tests.rasa.dialogue import DialogueHalf, Talk

Doubt: TypeAlias = tuple[str, list[str]]
BETWEEN: Doubt = ("between", ["slachtoffer_familie", "slachtoffer_kind_thuis"])
OTHERS: Doubt = ("between", ["kosten", "aangifte", "opvang"])
LOST: Doubt = ("lost", [])
HUMAN = "/mens_spreken"
SOMETHING_ELSE = "/onbegrip"


@pytest.fixture
def talk(half: DialogueHalf) -> Talk:
    half.actions.is_down = False
    return half.talk()


def test_between_two_offers_both_something_else_and_a_human(talk: Talk) -> None:
    assert talk.understands("slachtoffer_familie", doubt=BETWEEN) == ["utter_twijfel"]
    assert talk.payloads == ["/slachtoffer_familie", "/slachtoffer_kind_thuis", SOMETHING_ELSE, HUMAN]
    assert all(0 < len(button["title"]) <= 40 for button in talk.replies[-1]["buttons"])
    assert talk.unsure == [{"kind": "between", "among": BETWEEN[1]}]


def test_lost_asks_for_other_words_and_offers_the_easy_choices(talk: Talk) -> None:
    assert talk.understands("kosten", doubt=LOST) == ["utter_default"]
    assert '/kies_rol{"rol": "slachtoffer"}' in talk.payloads
    assert talk.unsure == [{"kind": "lost", "among": []}]


def test_without_doubt_the_rules_answer_and_nothing_is_counted(talk: Talk) -> None:
    assert talk.understands("kosten") == ["utter_kosten"]
    assert talk.unsure == []


@pytest.mark.parametrize(
    ("intent", "doubt"),
    [
        ("slachtoffer_partnergeweld", ("between", ["slachtoffer_partnergeweld", "slachtoffer_familie"])),
        ("slachtoffer_kind_thuis", BETWEEN),
        ("pleger_geweld", LOST),
        ("acuut_gevaar", LOST),
    ],
)
def test_a_guess_leaves_no_slot_behind(talk: Talk, intent: str, doubt: Doubt) -> None:
    talk.understands("groet")
    before = talk.slots()
    talk.understands(intent, doubt=doubt)
    assert talk.slots() == before


def test_a_guess_does_not_take_what_was_known(talk: Talk) -> None:
    talk.understands("slachtoffer_stalking")
    talk.understands("pleger_geweld", doubt=("between", ["pleger_geweld", "mantelzorg_overbelast"]))
    assert talk.slots()["rol"] == "slachtoffer"
    assert talk.slots()["thema"] == "stalking"


def test_what_was_known_is_not_taken_in_a_long_conversation_either(talk: Talk) -> None:
    talk.understands("slachtoffer_stalking")
    for intent in ["kosten", "wachttijd", "opvang"] * 8:
        talk.understands(intent)
    talk.understands("pleger_geweld", doubt=LOST)
    assert talk.slots()["rol"] == "slachtoffer"
    assert talk.slots()["thema"] == "stalking"


def test_what_was_said_apart_from_the_intent_is_kept(talk: Talk) -> None:
    talk.understands("slachtoffer_familie", doubt=BETWEEN, gemeente="Utrecht")
    assert talk.slots()["gemeente"] == "Utrecht"


def test_a_choice_sets_role_and_theme_as_always(talk: Talk) -> None:
    talk.understands("slachtoffer_familie", doubt=BETWEEN)
    assert talk.understands("slachtoffer_kind_thuis") == ["utter_slachtoffer_kind_thuis"]
    assert talk.slots()["rol"] == "jongere"
    assert talk.slots()["thema"] == "kindermishandeling"


@pytest.mark.parametrize(
    ("question", "reply", "answer"),
    [
        ("slachtoffer_partnergeweld", "ontkennen", "utter_acuut_gevaar"),
        ("slachtoffer_partnergeweld", "bevestigen", "utter_veilig_ja"),
        ("slachtoffer_seksueel_geweld", "geef_tijd", "utter_csg_beide_opties"),
        ("meldcode_wie", "geef_beroep", "utter_geef_beroep"),
        ("bot_of_mens", "weet_niet", "utter_verder_in_chat"),
    ],
)
@pytest.mark.parametrize("doubt", [LOST, OTHERS], ids=["lost", "between"])
def test_doubt_does_not_break_in_where_our_question_expects_this_answer(
    talk: Talk, question: str, reply: str, answer: str, doubt: Doubt
) -> None:
    talk.understands(question)
    assert talk.understands(reply, doubt=doubt) == [answer]
    assert talk.unsure == []


def test_an_answer_that_our_question_does_not_expect_is_asked_about(talk: Talk) -> None:
    talk.understands("slachtoffer_partnergeweld")
    assert talk.understands("kosten", doubt=OTHERS) == ["utter_twijfel"]


def test_a_yes_that_nobody_asked_for_is_asked_about(talk: Talk) -> None:
    assert talk.understands("bevestigen", doubt=LOST) == ["utter_default"]


@pytest.mark.parametrize(
    "doubts",
    [[BETWEEN] * 7, [LOST] * 7, [BETWEEN, LOST, OTHERS, LOST, BETWEEN, BETWEEN], [LOST, BETWEEN, LOST, LOST, OTHERS]],
    ids=["between", "lost", "in turn", "mixed"],
)
def test_no_sentence_is_said_twice_in_a_row_and_the_first_three_doubts_have_three(
    talk: Talk, doubts: list[Doubt]
) -> None:
    said = []
    for doubt in doubts:
        talk.understands("kosten", doubt=doubt)
        said += talk.texts
    assert len(said) == len(doubts)
    assert len(set(said[:3])) == 3
    assert all(first != second for first, second in pairwise(said))


def test_three_doubts_in_a_row_lead_to_a_human_with_112_and_veilig_thuis_at_hand(talk: Talk) -> None:
    talk.understands("kosten", doubt=OTHERS)
    talk.understands("kosten", doubt=OTHERS)
    assert talk.payloads[0] == HUMAN
    talk.understands("kosten", doubt=OTHERS)
    assert talk.payloads[0] == HUMAN
    assert "112" in talk.texts[0]
    assert "0800-2000" in talk.texts[0]


def test_who_was_understood_in_between_begins_anew(talk: Talk) -> None:
    talk.understands("kosten", doubt=LOST)
    talk.understands("kosten")
    assert talk.understands("kosten", doubt=LOST) == ["utter_default"]


@pytest.mark.parametrize("doubts", [(LOST, LOST), (LOST, LOST, LOST)], ids=["two", "three"])
def test_yes_to_the_offer_of_a_human_hands_over(talk: Talk, doubts: tuple[Doubt, ...]) -> None:
    for doubt in doubts:
        talk.understands("kosten", doubt=doubt)
    assert talk.understands("bevestigen") == ["utter_overdracht"]


def test_something_else_gets_an_answer_of_its_own_that_is_not_repeated(talk: Talk) -> None:
    said = []
    for _ in range(2):
        talk.understands("kosten", doubt=OTHERS)
        assert SOMETHING_ELSE in talk.payloads
        said += talk.texts
        talk.understands("onbegrip")
        said += talk.texts
    assert len(said) == len(set(said)) == 4
    assert "andere woorden" in said[1]


def test_something_else_pressed_again_and_again_is_never_the_same_sentence_in_a_row(talk: Talk) -> None:
    talk.understands("kosten", doubt=OTHERS)
    said = []
    for _ in range(6):
        talk.understands("onbegrip")
        said += talk.texts
    assert len(said) == 6
    assert all(first != second for first, second in pairwise(said))


def test_no_to_the_choices_is_something_else(talk: Talk) -> None:
    talk.understands("kosten", doubt=OTHERS)
    assert talk.understands("ontkennen") == ["utter_twijfel_anders"]


@pytest.mark.parametrize("danger", ["acuut_gevaar", "suicidale_gedachten", "ander_suicidaal"])
def test_a_danger_among_the_candidates_is_asked_about_and_never_a_choice(talk: Talk, danger: str) -> None:
    among = ["slachtoffer_familie", danger, "slachtoffer_stalking"]
    said = talk.understands("slachtoffer_familie", doubt=("between", among))
    assert said == ["utter_twijfel_gevaar", "utter_twijfel"]
    assert "112" in talk.texts[0]
    assert talk.payloads == ["/slachtoffer_familie", "/slachtoffer_stalking", SOMETHING_ELSE, HUMAN]


@pytest.mark.parametrize(
    ("reply", "answer"), [("bevestigen", "utter_acuut_gevaar"), ("weet_niet", "utter_gevaar_blijft")]
)
def test_yes_or_perhaps_to_danger_gives_112(talk: Talk, reply: str, answer: str) -> None:
    talk.understands("kosten", doubt=("between", ["kosten", "acuut_gevaar", "opvang"]))
    assert talk.understands(reply) == [answer]
    assert talk.slots()["gevaar"] == ("ja" if reply == "bevestigen" else "nee")


def test_two_questions_about_danger_in_a_row_are_two_sentences(talk: Talk) -> None:
    among = ("between", ["kosten", "acuut_gevaar", "opvang"])
    said = []
    for _ in range(2):
        talk.understands("kosten", doubt=among)
        said += talk.texts
    assert len(said) == len(set(said)) == 4


def test_when_only_a_human_is_a_candidate_there_are_no_choices_to_offer(talk: Talk) -> None:
    assert talk.understands("mens_spreken", doubt=("between", ["mens_spreken", "onbegrip"])) == ["utter_default"]
    assert talk.payloads[0] == HUMAN


def test_out_of_scope_twice_in_a_row_is_not_the_same_sentence_and_leads_back(talk: Talk) -> None:
    said = []
    for _ in range(3):
        talk.understands("buiten_bereik")
        said += talk.texts
        assert HUMAN in talk.payloads
        assert '/kies_rol{"rol": "slachtoffer"}' in talk.payloads
    assert all(first != second for first, second in pairwise(said))


def test_without_the_action_server_nothing_is_said_so_that_the_front_door_gives_its_emergency_answer(
    half: DialogueHalf, talk: Talk
) -> None:
    half.actions.is_down = True
    talk.understands("kosten", doubt=OTHERS)
    assert talk.replies == []


def test_nobody_answers_both_the_doubt_and_the_rule(talk: Talk) -> None:
    talk.understands("veiligheidsplan", doubt=("between", ["veiligheidsplan", "opvang"]))
    assert len(talk.texts) == 1
