"""When a message is in doubt: the pure function, the component around it, and what the policy expects."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
import yaml
from rasa.shared.core.events import ActionExecuted, Event, SlotSet, UserUttered
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from actions.knowledge import asking
from actions.knowledge.choices import read_choices
from components.dialogue import doubt_policy
from components.dialogue.doubt_policy import expected_answers, last_action, this_turn
from components.intent.doubt import (
    CONVERSATION,
    DANGERS,
    MAX_AMONG,
    Answers,
    Doubt,
    DoubtMarker,
    Thresholds,
    by_answer,
    doubt_of,
    first_answers,
)

THRESHOLDS = Thresholds(lost_below=0.15, sure_from=0.5, close=0.6)


def doubt(*ranking: tuple[str, float], answers: Answers | None = None) -> Doubt | None:
    return doubt_of(ranking, answers or {}, THRESHOLDS)


def test_two_that_are_about_as_likely_are_between() -> None:
    assert doubt(("kosten", 0.4), ("opvang", 0.3), ("aangifte", 0.05)) == Doubt("between", ("kosten", "opvang"))


def test_at_most_three_are_offered() -> None:
    ranking = [("kosten", 0.2), ("opvang", 0.19), ("aangifte", 0.18), ("wachttijd", 0.17), ("lhbti", 0.16)]
    assert doubt(*ranking) == Doubt("between", ("kosten", "opvang", "aangifte"))


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (0.5, 0.45, None),
        (0.499, 0.3, Doubt("between", ("kosten", "opvang"))),
        (0.4, 0.24, Doubt("between", ("kosten", "opvang"))),
        (0.4, 0.23, None),
        (0.15, 0.01, None),
        (0.149, 0.01, Doubt("lost")),
        (0.149, 0.148, Doubt("lost")),
    ],
)
def test_each_threshold_counts_from_its_own_value(first: float, second: float, expected: Doubt | None) -> None:
    assert doubt(("kosten", first), ("opvang", second)) == expected


def test_without_any_candidate_it_is_lost() -> None:
    assert doubt() == Doubt("lost")


def test_one_alone_is_not_in_doubt() -> None:
    assert doubt(("kosten", 0.3)) is None


@pytest.mark.parametrize("first", ["groet", "ontkennen"])
def test_where_all_that_are_close_are_plain_conversation_there_is_nothing_to_choose(first: str) -> None:
    assert doubt((first, 0.4), ("bedankt", 0.35), ("kosten", 0.1)) is None


@pytest.mark.parametrize("first", ["groet", "bevestigen", "geef_gemeente"])
def test_a_greeting_or_yes_that_is_only_guessed_is_lost(first: str) -> None:
    assert doubt((first, 0.44), ("opvang", 0.15)) == Doubt("lost")
    assert doubt((first, 0.24), ("bedankt", 0.2), ("opvang", 0.1)) == Doubt("lost")
    assert doubt((first, 0.44), ("bedankt", 0.1), ("opvang", 0.1)) is None, "conversation as a whole is likely"


def test_plain_conversation_is_not_offered_beside_something_else() -> None:
    assert doubt(("kosten", 0.3), ("groet", 0.28), ("opvang", 0.27)) == Doubt("between", ("kosten", "opvang"))


def test_one_choice_alone_would_be_a_suggestion_so_its_neighbour_comes_along() -> None:
    ranking = [("groet", 0.4), ("kosten", 0.3), ("bedankt", 0.1), ("opvang", 0.05)]
    assert doubt(*ranking) == Doubt("between", ("kosten", "opvang"))


def test_two_with_the_same_first_answer_leave_nothing_to_ask() -> None:
    same = {"kosten": ("utter_a",), "opvang": ("utter_a",)}
    assert doubt(("kosten", 0.3), ("opvang", 0.28), answers=same) is None
    assert doubt(("kosten", 0.08), ("opvang", 0.08), answers=same) is None, "together they are likely enough"


def test_of_two_with_the_same_answer_the_likeliest_stands_for_both() -> None:
    same = {"opvang": ("utter_a",), "lhbti": ("utter_a",)}
    ranking = [("kosten", 0.3), ("opvang", 0.2), ("lhbti", 0.15)]
    assert doubt(*ranking, answers=same) == Doubt("between", ("opvang", "kosten"))


@pytest.mark.parametrize("danger", sorted(DANGERS))
def test_a_danger_that_is_likeliest_is_not_doubted(danger: str) -> None:
    assert doubt((danger, 0.18), ("kosten", 0.17)) is None


@pytest.mark.parametrize("danger", sorted(DANGERS))
def test_a_danger_that_is_close_stays_in_sight_with_two_others_to_choose(danger: str) -> None:
    ranking = [("kosten", 0.3), (danger, 0.29), ("groet", 0.1), ("opvang", 0.05)]
    assert doubt(*ranking) == Doubt("between", ("kosten", danger, "opvang"))


def test_a_danger_that_is_close_is_not_pushed_out_by_three_that_are_closer() -> None:
    ranking = [("kosten", 0.2), ("opvang", 0.19), ("aangifte", 0.18), ("acuut_gevaar", 0.17)]
    assert doubt(*ranking) == Doubt("between", ("kosten", "opvang", "acuut_gevaar"))


INTENTS = sorted(
    yaml.safe_load((Path(__file__).resolve().parents[2] / "domain.yml").read_text(encoding="utf-8"))["intents"]
)


@pytest.mark.parametrize("seed", range(3))
def test_whatever_the_ranking_what_is_offered_can_be_chosen(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(200):
        names = chance.sample(INTENTS, chance.randint(0, 10))
        ranking = sorted(((name, chance.random() ** 3) for name in names), key=lambda pair: -pair[1])
        found = doubt_of(ranking, {}, Thresholds(chance.random() / 4, chance.random(), chance.random()))
        if found is None or found.kind == "lost":
            assert found is None or found.among == ()
            continue
        assert 1 <= len(found.among) <= MAX_AMONG
        assert len(set(found.among)) == len(found.among)
        assert CONVERSATION.isdisjoint(found.among)
        assert len(DANGERS.intersection(found.among)) <= 1
        assert ranking[0][0] not in DANGERS


def test_the_ranking_by_answer_keeps_the_sum() -> None:
    joined = by_answer([("a", 0.4), ("b", 0.3), ("c", 0.2)], {"b": ("x",), "c": ("x",)})
    assert [(name, round(value, 6)) for name, value in joined] == [("b", 0.5), ("a", 0.4)]


def test_what_may_be_offered_has_a_title_and_what_may_not_has_none(root: Path) -> None:
    assert set(read_choices(root / "data" / "choices.yml")) == set(INTENTS) - CONVERSATION - DANGERS


def test_engine_and_actions_mean_the_same_dangers() -> None:
    assert asking.DANGERS == DANGERS
    assert asking.ACTION == doubt_policy.ACTION


def test_first_answers_are_read_from_the_rules_that_hold_anywhere(root: Path) -> None:
    answers = first_answers(root / "data" / "rules")
    assert answers["kosten"] == ("utter_kosten",)
    assert answers["veiligheidsplan"] == ("utter_veiligheidsplan", "utter_veiligheidsplan_stukken")
    assert answers["kies_rol"] == ("utter_rol_onbekend",), "without its entity"


# -- the component


def marked(text: str, *ranking: tuple[str, float]) -> Message:
    entries = [{"name": name, "confidence": confidence} for name, confidence in ranking]
    message = Message({TEXT: text, INTENT: entries[0] if entries else None, INTENT_RANKING_KEY: entries})
    DoubtMarker(THRESHOLDS, {}).process([message])
    return message


def output(message: Message) -> dict[str, Any]:
    return dict(message.as_dict(only_output_properties=True))


def test_doubt_stands_in_the_output_and_intent_and_ranking_stay_as_they_are() -> None:
    message = marked("tja", ("kosten", 0.4), ("opvang", 0.35))
    assert output(message)["doubt"] == {"kind": "between", "among": ["kosten", "opvang"]}
    assert message.get(INTENT)["name"] == "kosten"
    assert [entry["name"] for entry in message.get(INTENT_RANKING_KEY)] == ["kosten", "opvang"]


def test_without_doubt_there_is_no_such_field() -> None:
    assert "doubt" not in output(marked("tja", ("kosten", 0.9), ("opvang", 0.05)))


def test_a_message_that_the_classifier_left_alone_is_lost() -> None:
    assert output(marked("👍"))["doubt"] == {"kind": "lost", "among": []}


@pytest.mark.parametrize("payload", ["/kosten", '/kies_rol{"rol": "omstander"}'])
def test_a_button_is_never_in_doubt(payload: str) -> None:
    assert "doubt" not in output(marked(payload))


def test_the_settings_of_the_pipeline_are_thresholds_and_the_safety_layer_comes_after(root: Path) -> None:
    pipeline = yaml.safe_load((root / "config.yml").read_text(encoding="utf-8"))["pipeline"]
    names = [part["name"].rsplit(".", 1)[-1] for part in pipeline]
    settings = {name: value for name, value in pipeline[names.index("DoubtMarker")].items() if name != "name"}
    assert 0 < settings["lost_below"] < settings["sure_from"] <= 1
    assert set(settings) == set(DoubtMarker.get_default_config())
    assert names.index("LinearIntentClassifier") < names.index("DoubtMarker") < names.index("SafetyLayer")
    assert "FallbackClassifier" not in names


# -- the policy's pure parts

LISTEN = ActionExecuted("action_listen")


def said(intent: str) -> UserUttered:
    return UserUttered("woorden", {"name": intent})


def test_an_answer_is_expected_where_a_rule_or_story_goes_on_with_it() -> None:
    rule: list[Event] = [ActionExecuted("..."), ActionExecuted("utter_bot_of_mens"), LISTEN, said("bevestigen")]
    story = [said("kosten"), ActionExecuted("utter_kosten"), LISTEN, said("opvang"), ActionExecuted("utter_opvang")]
    assert expected_answers([rule, story]) == {("utter_bot_of_mens", "bevestigen"), ("utter_kosten", "opvang")}


def test_a_rule_that_begins_with_an_intent_expects_nothing() -> None:
    assert expected_answers([[ActionExecuted("..."), LISTEN, said("kosten"), ActionExecuted("utter_kosten")]]) == set()


def test_a_turn_is_cut_at_the_latest_message() -> None:
    question, slot = ActionExecuted("utter_kosten"), SlotSet("rol", "x")
    message, after, before = this_turn([said("kosten"), question, LISTEN, said("opvang"), slot])
    assert message == said("opvang")
    assert after == [slot]
    assert last_action(before) == "utter_kosten"


def test_before_the_first_message_there_is_no_turn() -> None:
    assert this_turn([LISTEN]) == (None, [LISTEN], [])
    assert last_action([LISTEN]) == ""


def test_the_ranking_of_a_message_can_be_written_as_json() -> None:
    assert json.loads(json.dumps(output(marked("tja", ("kosten", 0.4), ("opvang", 0.35)))["doubt"]))
