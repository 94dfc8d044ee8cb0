"""The channel around the engine: what it hands to the model, what it adds to an answer, what it logs."""

import asyncio
import json
import logging
import threading
import urllib.request
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from rasa.core.channels.channel import UserMessage, register
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sanic import Sanic

from components.server.live_turn import as_event, danger_in, last_response
from components.server.private_logs import SafeEvent, private_record
from components.server.rest_channel import TokenRestInput
from components.server.tracker_store import BoundedTrackerStore
from tests.servers import free_port

MARKER = "kwartelmarmelade"
DANGER = {"level": "acute", "by": ["rule", "classifier"], "words": [MARKER, "mes"], "score": 0.93456}
NONE = {"level": "none", "by": [], "words": [], "score": 0.01}


def said(name: str) -> BotUttered:
    return BotUttered("tekst", metadata={"utter_action": name})


def heard(message_id: str, safety: dict[str, Any] | None = None) -> UserUttered:
    return UserUttered("woorden", parse_data={"safety": safety} if safety else {}, message_id=message_id)


# -- reading a turn


def test_the_last_response_is_the_last_that_has_a_name() -> None:
    assert last_response([said("utter_groet"), heard("1"), said("utter_kosten"), BotUttered("los"), heard("2")]) == (
        "utter_kosten"
    )
    assert last_response([heard("1"), BotUttered("los")]) == ""


def test_danger_is_read_from_the_message_that_is_answered_and_from_no_other() -> None:
    events: list[Event] = [heard("1", DANGER), said("utter_acuut_gevaar"), heard("2", NONE), heard("3")]
    assert [danger_in(events, name) for name in ("1", "2", "3", "4")] == [DANGER, None, None, None]


# -- the log


def test_the_event_of_a_danger_holds_numbers_and_known_words_alone() -> None:
    assert json.loads(str(as_event({**DANGER, "by": ["rule", MARKER]}))) == {
        "event": "safety.danger.seen", "danger": "acute", "by": ["rule"], "score": 0.93, "words": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    "parts",
    [
        {"words": {"danger": MARKER}},
        {"words": {"by": ["rule", MARKER]}},
        {"numbers": {"score": MARKER}},
        {"name": f"{MARKER} nu"},
    ],
)
def test_an_event_with_a_word_of_somebody_can_not_be_made(parts: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="only") as refused:
        SafeEvent(**{"name": "safety.danger.seen", **parts})
    assert MARKER not in str(refused.value)


def test_an_event_of_our_own_passes_the_private_logs_as_it_is() -> None:
    record = private_record("a", logging.INFO, __file__, 1, as_event(DANGER), (), None)
    assert json.loads(record.getMessage())["score"] == 0.93
    assert MARKER not in record.getMessage()


# -- the channel, with a real server and an engine that says what a test wants


class Engine:
    """Answers every message with `response`, and sees `safety` in it."""

    def __init__(self, store: Any, port: int) -> None:
        self.store, self.port = store, port
        self.tracker_store = FailSafeTrackerStore(store)
        self.response, self.safety = "utter_kosten", NONE
        self.metadata: list[Any] = []

    async def handle_message(self, message: UserMessage) -> None:
        self.metadata.append(message.metadata)
        kept = await self.tracker_store.retrieve(message.sender_id)
        tracker = kept or DialogueStateTracker(message.sender_id, [])
        tracker.update(heard(message.message_id, self.safety))
        tracker.update(said(self.response))
        await self.tracker_store.save(tracker)
        await message.output_channel.send_text_message(message.sender_id, "tekst")

    def hears(self, **body: Any) -> Any:
        """Send a body to the channel; return the answer."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/webhooks/rest/webhook?token=t0ken",
            json.dumps({"sender": "a", "message": "hallo", **body}).encode(),
            {"Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[Sanic, int]]:
    """One server for all: Sanic can be started once in a process."""
    port, loop, app = free_port(), asyncio.new_event_loop(), Sanic("channel", configure_logging=False)
    register([TokenRestInput("t0ken")], app, "/webhooks/")

    async def start() -> Any:
        server = await app.create_server("127.0.0.1", port, return_asyncio_server=True, access_log=False)
        assert server is not None
        await server.startup()
        await server.before_start()
        return server

    server = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield app, port
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def engine_double(served: tuple[Sanic, int]) -> Engine:
    app, port = served
    app.ctx.agent = engine = Engine(BoundedTrackerStore(Domain.empty()), port)
    return engine


def test_an_answer_to_danger_ends_with_what_was_seen_and_another_does_not(
    engine_double: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "components.server.rest_channel"):
        calm = engine_double.hears()
        engine_double.safety = DANGER
        alarmed = engine_double.hears()
    assert calm == [{"recipient_id": "a", "text": "tekst"}]
    assert alarmed == [{"recipient_id": "a", "text": "tekst"}, {"recipient_id": "a", "custom": {"safety": DANGER}}]
    assert [record.getMessage() for record in caplog.records if "danger" in record.getMessage()] == [
        '{"event": "safety.danger.seen", "danger": "acute", "by": ["rule", "classifier"], "score": 0.93, "words": 2}'
    ]
    assert MARKER not in caplog.text


def test_the_model_is_told_the_last_question_and_nothing_that_the_caller_says_of_it(engine_double: Engine) -> None:
    engine_double.hears(metadata={"question": "utter_acuut_gevaar"})
    engine_double.hears(metadata={"question": "utter_acuut_gevaar", "x": MARKER})
    engine_double.response = "utter_bot_of_mens"
    engine_double.hears(sender="b")
    engine_double.hears(sender="b", metadata=[MARKER])
    engine_double.hears(sender={"a": 1})
    told = [None, {"question": "utter_kosten"}, None, {"question": "utter_bot_of_mens"}, None]
    assert engine_double.metadata == told


def test_looking_at_a_live_tracker_copies_and_changes_nothing(engine_double: Engine) -> None:
    engine_double.hears()
    kept = engine_double.store.live("a")
    before = list(kept.events)
    engine_double.tracker_store.retrieve = None  # it would make a copy
    assert told_question(engine_double) == {"question": "utter_kosten"}
    assert engine_double.store.live("a") is kept
    assert list(kept.events) == before


def test_with_another_store_the_channel_answers_without_explaining(
    engine_double: Engine, served: tuple[Sanic, int]
) -> None:
    app, port = served
    app.ctx.agent = other = Engine(InMemoryTrackerStore(Domain.empty()), port)
    other.safety = DANGER
    assert other.hears() == [{"recipient_id": "a", "text": "tekst"}]


def told_question(engine: Engine) -> Any:
    request = SimpleNamespace(json={"sender": "a"}, app=SimpleNamespace(ctx=SimpleNamespace(agent=engine)))
    return TokenRestInput("t").get_metadata(request)
