"""What must hold for a person, with every part real."""

import os
import signal
import time
import urllib.error

import pytest

from tests.stack.local_run import LocalRun, Talk


def test_somebody_at_the_door_with_a_knife_gives_112_in_the_first_answer(run: LocalRun) -> None:
    assert "112" in Talk(run).texts("hij staat nu voor de deur met een mes")[0]


def test_who_asks_for_a_human_is_in_the_queue_within_a_second(run: LocalRun) -> None:
    talk = Talk(run)
    before = time.monotonic()
    answer = talk.say("ik wil een mens spreken")
    assert time.monotonic() - before < 1
    assert answer["state"] == "waiting"
    assert answer["queue_position"] >= 1


def test_nothing_that_people_say_stands_in_any_log(run: LocalRun) -> None:
    talk = Talk(run)
    for text in ("merkwoordzevenkleurig slaat mij", "mijn merkwoordzevenkleurig is 14", "/merkwoordzevenkleurig"):
        talk.say(text)
    assert "merkwoordzevenkleurig" not in run.log.read_text().lower()
    assert talk.token not in run.log.read_text()


def test_rasa_refuses_who_has_no_token(run: LocalRun) -> None:
    run.rasa_token, token = "another", run.rasa_token
    try:
        for path, body in (
            ("/model/parse", {"text": "hoi"}),
            ("/webhooks/rest/webhook", {"sender": "x", "message": "hoi"}),
        ):
            with pytest.raises(urllib.error.HTTPError) as refusal:
                run.rasa(path, body)
            assert refusal.value.code in (401, 403), path
    finally:
        run.rasa_token = token


def test_when_rasa_is_killed_the_emergency_answer_comes_within_two_seconds_and_a_human_can_be_asked_for(
    run: LocalRun,
) -> None:
    talk = Talk(run)
    talk.say("hallo")
    for pid in run.rasa_pids():
        os.kill(pid, signal.SIGSTOP)  # it hangs: worse than being gone
    try:
        before = time.monotonic()
        texts = talk.texts("hij komt eraan")
        assert time.monotonic() - before < 2
        assert "112" in texts[0]
        assert "0800-2000" in texts[0]
        assert talk.say("/mens_spreken")["state"] == "waiting"
    finally:
        for pid in run.rasa_pids():
            os.kill(pid, signal.SIGKILL)
    # It is started again by itself, and answers as before.
    assert run.wait_until_ready() > 0
    assert "112" in Talk(run).texts("hij staat nu voor de deur met een mes")[0]
