"""The trained engine as the front door meets it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from components.serve import prepare, read_token
from tests.rasa.engine import Engine, running_engine

MAX_RESIDENT_MB = 750


@pytest.mark.parametrize("token", ["", "wrong"])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/webhooks/rest/webhook", {"sender": "a", "message": "hallo"}),
        ("/webhooks/rest/", None),
        ("/model/parse", {"text": "hallo"}),
        ("/conversations/a/tracker", None),
        ("/status", None),
    ],
)
def test_without_the_token_nobody_talks_or_reads_along(engine: Engine, path: str, body: object, token: str) -> None:
    assert engine.ask(path, body, token=token).status == 401


def test_the_token_may_come_as_a_bearer_token(engine: Engine) -> None:
    import urllib.request

    request = urllib.request.Request(
        f"http://127.0.0.1:{engine.port}/webhooks/rest/webhook",
        b'{"sender": "bearer", "message": "hallo"}',
        {"Authorization": f"Bearer {engine.token}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as response:
        assert response.status == 200


def test_without_a_token_in_the_settings_the_engine_does_not_start(root: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EERSTE_STAP_")}
    run = subprocess.run(
        [sys.executable, "-m", "components.serve"],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert run.returncode == 2
    assert "EERSTE_STAP_RASA_TOKEN is not set" in run.stderr


def test_the_token_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("geheim\n")
    assert read_token({"EERSTE_STAP_RASA_TOKEN_FILE": str(tmp_path / "token")}) == "geheim"


def test_the_action_server_is_looked_for_where_the_settings_say() -> None:
    settings = {"EERSTE_STAP_RASA_TOKEN": "t", "EERSTE_STAP_ACTIONS_PORT": "7"}
    prepare(settings)
    assert settings["EERSTE_STAP_ACTIONS_URL"] == "http://127.0.0.1:7/webhook"


def test_the_token_is_not_on_the_command_line(engine: Engine) -> None:
    command = Path(f"/proc/{engine.process.pid}/cmdline").read_bytes()
    assert engine.token.encode() not in command


def test_tensorflow_is_not_loaded_and_memory_stays_small(engine: Engine) -> None:
    assert "tensorflow" not in Path(f"/proc/{engine.process.pid}/maps").read_text()
    status = Path(f"/proc/{engine.process.pid}/status").read_text()
    resident_kb = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
    assert resident_kb / 1024 <= MAX_RESIDENT_MB


def test_a_parse_tells_what_the_safety_layer_saw(engine: Engine) -> None:
    parsed = engine.parse("hij staat nu voor de deur met een mes")
    assert parsed["intent"]["name"] == "acuut_gevaar"
    assert parsed["safety"]["level"] == "acute"
    assert "rule" in parsed["safety"]["by"]
    assert 0 <= parsed["safety"]["score"] <= 1
    assert len(parsed["intent_ranking"]) >= 10


def test_the_answer_to_danger_ends_with_what_the_parse_says_of_it(engine: Engine) -> None:
    text = "hij staat nu voor de deur met een mes"
    talk = engine.talk()
    assert talk.say(text)[-1]["custom"] == {"safety": engine.parse(text)["safety"]}
    assert not [answer for answer in talk.say("/ontkennen") if "safety" in answer.get("custom", {})]


def test_a_parse_outside_a_conversation_has_no_question_before_it(engine: Engine) -> None:
    assert engine.parse("14")["intent"]["name"] == "geef_leeftijd"
    talk = engine.talk()
    talk.say("/slachtoffer_seksueel_geweld")
    talk.say("14")
    latest = talk.tracker()["latest_message"]
    assert latest["metadata"]["question"] == "utter_slachtoffer_seksueel_geweld"
    assert latest["intent"]["name"] == "geef_tijd"
    assert len(latest["intent_ranking"]) >= 10


def test_a_moment_has_its_date_beside_the_words(engine: Engine) -> None:
    (moment,) = [e for e in engine.parse("het was 3 dagen geleden")["entities"] if e["entity"] == "tijd"]
    assert moment["value"] == "3 dagen geleden"
    assert len(moment["date"]) == len("2026-11-19")


@pytest.mark.parametrize(
    ("text", "entity", "value"),
    [
        ("ik woon in Bergen op Zoom", "gemeente", "Bergen op Zoom"),
        ("bij ons in Best", "gemeente", "Best"),
        ("ik ben 17 jaar", "leeftijd", "17"),
        ("ik werk als wijkagent", "beroep", "wijkagent"),
        ("wat is de derde stap", "meldcode_stap", "3"),
    ],
)
def test_entities_are_found_without_a_neural_tagger(engine: Engine, text: str, entity: str, value: str) -> None:
    assert value in [e["value"] for e in engine.parse(text)["entities"] if e["entity"] == entity]


@pytest.mark.parametrize("text", ["de buren schreeuwen", "dat is het beste", "12 jaar geleden", "in stappen"])
def test_common_words_are_no_places_ages_or_steps(engine: Engine, text: str) -> None:
    names = {e["entity"] for e in engine.parse(text)["entities"]}
    assert names.isdisjoint({"gemeente", "leeftijd", "meldcode_stap"})


def test_without_the_action_server_a_place_still_gets_the_national_number(tmp_path: Path) -> None:
    with running_engine(tmp_path, with_actions=False) as engine:
        talk = engine.talk()
        answers = talk.say("ik woon in Vlissingen")
        assert talk.response_names() == ["utter_regio_onbekend"]
        assert "0800-2000" in answers[0]["text"]
