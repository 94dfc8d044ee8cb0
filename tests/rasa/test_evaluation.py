"""How well strangers are understood must not fall. The figures that were kept: docs/evaluation/figures.json."""

import pytest

from evaluation.__main__ import measured, recorded
from evaluation.engine import Engine
from evaluation.measures import Reading, Share, confusions, macro_f1, right
from evaluation.report import Result
from evaluation.sets import OWN, Utterance, project_sets, read_set

LOW_IS_GOOD = {"false alarms, hard", "false alarms, ordinary"}


@pytest.fixture(scope="module")
def results() -> dict[str, Result]:
    engine = Engine()
    return {key: measured(engine, chosen) for key, chosen in project_sets().items()}


@pytest.mark.parametrize(("key", "figure"), recorded())
def test_no_figure_falls_more_than_its_interval_below_the_recorded_one(
    results: dict[str, Result], key: str, figure: str
) -> None:
    kept, now = recorded()[key, figure], results[key].figures()[figure]
    low, high = kept.interval
    assert now.value <= high if figure in LOW_IS_GOOD else now.value >= low, f"{figure}: {now}, recorded {kept}"


def test_the_own_set_has_twelve_utterances_of_every_intent_and_three_hundred_messages_on_danger() -> None:
    own = read_set(OWN, "own")
    counts = {u.intent: sum(other.intent == u.intent for other in own.utterances) for u in own.utterances}
    assert len(counts) == 84
    assert min(counts.values()) >= 12
    assert len(own.messages) >= 300
    assert {u.style for u in own.utterances} == {
        "plain", "typo", "slang", "long", "nonnative", "formal", "dialect", "terse", "other"
    }  # fmt: skip


def test_the_fresh_set_has_utterances_of_every_intent_and_shares_none_with_our_own() -> None:
    own, fresh = project_sets()["own"], project_sets()["fresh"]
    assert {u.intent for u in fresh.utterances} == {u.intent for u in own.utterances}
    assert len(fresh.messages) >= 300
    assert set(own.texts).isdisjoint(fresh.texts)


def test_an_interval_is_that_of_wilson() -> None:
    low, high = Share(90, 100).interval
    assert (round(low, 3), round(high, 3)) == (0.826, 0.945)
    assert Share(0, 0).interval == (0.0, 1.0)


def _utterance(intent: str, *also: str) -> Utterance:
    return Utterance("...", intent, frozenset(also), "plain", "nl")


def test_an_intent_that_a_careful_labeller_accepts_is_right_too() -> None:
    reading = Reading(("huisverbod", "beschuldigd", "aangifte", "groet"), "none", 1.0)
    assert right(_utterance("beschuldigd", "huisverbod"), reading, 1)
    assert not right(_utterance("aangifte"), reading, 2)
    assert right(_utterance("aangifte"), reading, 3)
    assert not right(_utterance("groet"), reading, 3)


def test_macro_f1_counts_each_intent_alike_and_confusions_are_counted() -> None:
    utterances = [_utterance("a"), _utterance("a"), _utterance("b")]
    readings = [Reading(("a",), "none", 1.0), Reading(("b",), "none", 1.0), Reading(("b",), "none", 1.0)]
    assert macro_f1(utterances, readings) == pytest.approx((2 / 3 + 2 / 3) / 2)
    assert confusions(utterances, readings) == {("a", "b"): 1}
