"""Whatever strangers send, the engine answers, in time, and obeys no command of its own."""

import json
import time

import pytest

from components.encoder.sentence_encoder import MAX_TOKENS, E5Encoder
from components.language.text import MAX_CHARS, normalise
from tests.rasa.engine import Engine

MAX_SECONDS = 0.25
ATTEMPTS = 5  # the fastest counts: the machine may be busy with something else
HOSTILE = {
    "NUL": "help\0me\0" * 20,
    "lone surrogates": "hij slaat \ud83d mij \udc00" * 50,
    "2,000 characters without a space": "abcdefghij" * 200,
    "one character 2,000 times": "a" * 2_000,
    "only spaces": " " * 2_000,
    "nothing": "",
    "a chain of emoji": "😀👩‍👩‍👧‍👦🏳️‍🌈" * 200,
    "different emoji": "".join(chr(0x1F300 + i % 700) for i in range(2_000)),
    "right to left with marks": "\u202e\u200fمرحبا\u200b" * 150,
    "characters that NFKC blows up": "\ufdfa" * 2_000,
    "letters with many accents": "a" + "\u0301" * 1_999,
    "quotes and points": "'\"-.,;:!?" * 220,
    "points and letters": "a.b," * 500,
    "an address": "http://" + "a." * 900 + "nl/?x=" + "%20" * 50,
    "many words": "hij slaat mij en ik weet niet meer wat ik moet doen " * 38,
    "a story of dates": "3 dagen geleden gisteren 12 oktober 2025 " * 48,
    "control characters": "".join(chr(i) for i in range(32)) * 60,
    "private and unassigned characters": "\ue000\U000e0001\U0010ffff" * 600,
    "Chinese": "你好吗我需要帮助" * 250,
    "markup": "<script>alert(1)</script>{{slot}}{rol}[x](y)" * 40,
    "regular expressions": "(a+)+$" * 300,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_is_parsed_in_time(engine: Engine, text: str) -> None:
    seconds = []
    for _ in range(ATTEMPTS):
        started = time.perf_counter()
        answer = engine.ask("/model/parse", raw=json.dumps({"text": text}).encode())
        seconds.append(time.perf_counter() - started)
    assert answer.status == 200
    assert "safety" in answer.body
    assert min(seconds) <= MAX_SECONDS


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_hostile_text_gets_an_answer(engine: Engine, text: str) -> None:
    assert engine.talk().say(text)


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_the_encoder_takes_any_text_and_never_more_than_its_tokens(encoder: E5Encoder, text: str) -> None:
    vectors = encoder.encode([text])
    assert vectors.shape == (1, encoder.dim)
    assert abs(float((vectors**2).sum()) - 1) < 1e-3
    assert len(encoder.tokens(text)) <= MAX_TOKENS


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_normalised_text_is_short_and_stays_the_same_when_normalised_again(text: str) -> None:
    once = normalise(text)
    assert len(once) <= MAX_CHARS
    assert normalise(once) == once


@pytest.mark.parametrize(
    "command",
    [
        "/restart",
        "/session_start",
        "/back",
        "/out_of_scope",
        "/nlu_fallback",
        "/unknown",
        '/unknown{"a": "b"}',
        "/unknown{",
        "/mens_spreken{",
        "//restart",
        " /restart",
        "\u200b/restart",
        "/restart@1.0",
        "/EXTERNAL: x",
        "/kies_rol[0]",
        '/kies_rol{"rol": {"a": 1}}',
    ],
)
def test_no_system_action_follows_from_a_typed_command(engine: Engine, command: str) -> None:
    talk = engine.talk()
    talk.say("mijn vriend slaat mij")
    before = talk.tracker()["slots"]["thema"]
    assert talk.say(command), "the visitor got nothing to read"
    actions = {event["name"] for event in talk.tracker()["events"] if event["event"] == "action"}
    assert actions.isdisjoint({"action_restart", "action_back", "action_default_fallback"})
    assert [e["event"] for e in talk.tracker()["events"]].count("session_started") == 1
    assert talk.tracker()["slots"]["thema"] == before


def test_a_button_still_works(engine: Engine) -> None:
    parsed = engine.parse('/kies_rol{"rol": "omstander"}')
    assert parsed["intent"]["name"] == "kies_rol"
    assert parsed["entities"][0]["value"] == "omstander"
