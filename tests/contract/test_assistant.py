"""What every assistant promises to the conversation: the scripted one, the client of Rasa, and a trained Rasa.

A trained Rasa takes part when EERSTE_STAP_TEST_RASA_URL (and EERSTE_STAP_TEST_RASA_TOKEN) say where it is; the suite of
the whole stack (tests/stack/test_contract.py) sees to that.
"""

import os
import uuid
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.assistant.port import Assistant, Turn
from bot.assistant.rasa import RasaAssistant
from bot.assistant.scripted import ScriptedAssistant
from bot.errors import AssistantUnavailableError
from tests.fakes.rasa_server import fake_rasa, hangs, like_the_script, raw
from tests.servers import free_port

RASA_URL = os.environ.get("EERSTE_STAP_TEST_RASA_URL", "")
RASA_TOKEN = os.environ.get("EERSTE_STAP_TEST_RASA_TOKEN", "")
ASSISTANTS = ["scripted", "client of a fake Rasa", *(["trained Rasa"] if RASA_URL else [])]


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture(params=ASSISTANTS)
async def assistant(request: pytest.FixtureRequest, http: aiohttp.ClientSession) -> AsyncIterator[Assistant]:
    match request.param:
        case "scripted":
            yield ScriptedAssistant()
        case "trained Rasa":
            yield RasaAssistant(http, RASA_URL, RASA_TOKEN, 10)
        case _:
            async with fake_rasa(like_the_script) as rasa:
                yield RasaAssistant(http, rasa.url, "t0ken", 10)


@pytest.fixture(params=["scripted", "nothing listens", "hangs", "500", "nothing to say"])
async def gone(request: pytest.FixtureRequest, http: aiohttp.ClientSession) -> AsyncIterator[Assistant]:
    """An assistant that can't answer."""
    behaviours = {"hangs": hangs, "500": raw("{}", status=500), "nothing to say": raw("[]")}
    if request.param == "scripted":
        scripted = ScriptedAssistant()
        scripted.available = False
        yield scripted
    elif request.param == "nothing listens":
        yield RasaAssistant(http, f"http://127.0.0.1:{free_port()}", "", 0.2)
    else:
        async with fake_rasa(behaviours[request.param]) as rasa:
            yield RasaAssistant(http, rasa.url, "", 0.2)


def new_conversation() -> str:
    return uuid.uuid4().hex


def is_sound(turn: Turn) -> bool:
    return all(
        content.text.strip() == content.text != ""
        and all(choice.title and choice.payload for choice in content.choices)
        for content in turn.contents
    )


@pytest.mark.parametrize(
    "utterance", ["hallo", "mijn man slaat mij", "?", "👍", "a" * 2_000, "'; drop table", "één\ntwee"]
)
async def test_it_answers_whatever_is_said_with_words(assistant: Assistant, utterance: str) -> None:
    turn = await assistant.answer(new_conversation(), utterance)
    assert turn.contents
    assert is_sound(turn)


async def test_an_ordinary_question_is_no_alarm_and_no_handover(assistant: Assistant) -> None:
    turn = await assistant.answer(new_conversation(), "mijn man slaat mij")
    assert (turn.handover, turn.alarm) == (None, "")


async def test_acute_danger_is_told_as_an_alarm_with_112_in_the_first_words(assistant: Assistant) -> None:
    turn = await assistant.answer(new_conversation(), "hij staat nu voor de deur met een mes")
    assert turn.alarm == "acuut_gevaar"
    assert "112" in turn.contents[0].text


@pytest.mark.parametrize("utterance", ["ik wil een mens spreken", "/mens_spreken"])
async def test_asking_for_a_human_hands_over_with_a_summary_of_known_lines(
    assistant: Assistant, utterance: str
) -> None:
    conversation_id = new_conversation()
    turn = await assistant.answer(conversation_id, utterance)
    for _ in range(3):  # a trained assistant may first ask what the operator needs to know
        if turn.handover is not None or not turn.contents or not turn.contents[-1].choices:
            break
        turn = await assistant.answer(conversation_id, turn.contents[-1].choices[0].payload)
    assert turn.handover is not None
    assert set(turn.handover) <= {"rol", "thema", "gevaar", "leeftijdsgroep"}
    assert all(isinstance(line, str) and line for line in turn.handover.values())


async def test_it_is_ready(assistant: Assistant) -> None:
    assert await assistant.is_ready()


async def test_one_that_is_gone_says_so_by_its_own_error(gone: Assistant) -> None:
    with pytest.raises(AssistantUnavailableError) as problem:
        await gone.answer(new_conversation(), "zwaluwnest")
    assert "zwaluwnest" not in str(problem.value)
    assert problem.value.__cause__ is None, "a cause could quote a person"


async def test_one_that_is_not_there_is_not_ready_and_raises_nothing(http: aiohttp.ClientSession) -> None:
    scripted = ScriptedAssistant()
    scripted.available = False
    assert not await scripted.is_ready()
    for url in (f"http://127.0.0.1:{free_port()}", "http://", "nonsense"):
        assert not await RasaAssistant(http, url, "", 1).is_ready()


async def test_the_token_goes_in_a_header_of_each_question_and_is_left_out_when_there_is_none(
    http: aiohttp.ClientSession,
) -> None:
    async with fake_rasa(like_the_script) as rasa:
        await RasaAssistant(http, rasa.url, "t0ken", 1).answer("a", "hallo")
        await RasaAssistant(http, rasa.url, "", 1).answer("a", "hallo")
    assert [headers.get("Authorization") for headers in rasa.headers] == ["Bearer t0ken", None]
    assert rasa.asked == [{"sender": "a", "message": "hallo"}] * 2
