"""No word that somebody typed gets into a log."""

import json
import logging
import sys
import urllib.error
import urllib.request
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from components.server.private_logs import PrivateFormatter, private_record
from tests.rasa.engine import Engine, running_engine

MARKER = "kwartelmarmelade"


@pytest.fixture
def private_log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    factory = logging.getLogRecordFactory()
    PrivateFormatter()
    yield caplog
    logging.setLogRecordFactory(factory)
    logging.captureWarnings(False)


def test_messages_arguments_and_errors_are_emptied_whatever_the_handler(private_log: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("some.library")
    logger.error(f"could not parse {MARKER}")  # noqa: G004 - as Rasa does
    logger.error("could not parse %s", MARKER)
    try:
        raise ValueError(MARKER)
    except ValueError:
        logger.exception("failed on %s", MARKER, stack_info=True)
    assert MARKER not in private_log.text
    assert "ValueError at test_private_logs.py" in private_log.text


def test_the_name_of_an_event_stays(private_log: pytest.LogCaptureFixture) -> None:
    structlog.configure(
        processors=[structlog.processors.JSONRenderer()], logger_factory=structlog.stdlib.LoggerFactory()
    )
    structlog.get_logger().error("rest.message.received.failure", text=MARKER)
    structlog.reset_defaults()
    assert "rest.message.received.failure" in private_log.text
    assert MARKER not in private_log.text


def test_warnings_are_logged_without_their_text(private_log: pytest.LogCaptureFixture) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn(f"could not parse {MARKER}", stacklevel=1)
    assert MARKER not in private_log.text


def test_an_event_that_looks_like_words_is_no_event() -> None:
    record = private_record("a", logging.INFO, __file__, 1, f"{MARKER} is geheim", None, sys.exc_info())
    assert MARKER not in record.getMessage()


def test_no_word_of_a_visitor_is_in_the_log_of_a_run_where_everything_goes_wrong(tmp_path: Path) -> None:
    """Ordinary talk, broken requests, a dead action server, commands, wrong tokens: the marker is in all of them."""
    with running_engine(tmp_path, with_actions=False, LOG_LEVEL="DEBUG") as engine:
        talk = engine.talk()
        talk.sender = MARKER
        for text in (
            f"mijn vriend {MARKER} slaat mij",
            f"hij staat nu voor de deur met een mes {MARKER}",
            f"in Utrecht {MARKER}",  # the action server is not there
            "Utrecht",
            f"/{MARKER}",
            f'/mens_spreken{{"{MARKER}": 1}}',
            f'/kies_rol{{"{MARKER}": "x"}}',
            f'/kies_rol{{"rol": "{MARKER}"}}',
            f"/restart {MARKER}",
        ):
            talk.say(text)
            engine.parse(text)
        engine.ask("/webhooks/rest/webhook", raw=f'{{"message": {MARKER}'.encode())
        engine.ask("/webhooks/rest/webhook", {"sender": MARKER, "message": {"a": MARKER}})
        engine.ask("/webhooks/rest/webhook", [MARKER])
        engine.ask("/webhooks/rest/webhook", {"message": MARKER}, token=MARKER)
        engine.ask("/model/parse", raw=MARKER.encode())
        engine.ask(f"/conversations/{MARKER}/tracker")
        engine.ask(f"/conversations/{MARKER}/tracker/events", {"event": MARKER})
        engine.ask(f"/{MARKER}")
    log = engine.log.read_text(encoding="utf-8")
    assert "Rasa server is up and running" in log
    assert "rasa/core" in log
    assert '"event": "safety.danger.seen", "danger": "acute"' in log
    assert MARKER not in log
    assert engine.token not in log


def test_no_word_is_in_the_log_when_an_action_crashes(tmp_path: Path) -> None:
    with running_engine(tmp_path) as engine:
        actions = f"http://127.0.0.1:{engine.actions_port}/webhook"
        tracker = {
            "sender_id": MARKER,
            "latest_message": {"text": MARKER, "entities": MARKER},
            "slots": {},
            "events": [],
        }
        call = {
            "next_action": "action_regio",
            "sender_id": MARKER,
            "tracker": tracker,
            "domain": {},
            "version": "3.6.21",
        }
        for body in (json.dumps(call), json.dumps({**call, "next_action": MARKER}), MARKER, json.dumps([MARKER])):
            request = urllib.request.Request(actions, body.encode(), {"Content-Type": "application/json"})
            with pytest.raises(urllib.error.HTTPError):
                urllib.request.urlopen(request, timeout=10)
    log = engine.log.read_text(encoding="utf-8")
    assert "AttributeError at actions/region.py" in log or "rasa_sdk" in log
    assert MARKER not in log


def test_the_action_server_listens_on_this_machine_only(engine: Engine) -> None:
    listening = [
        line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines()[1:] if line.split()[3] == "0A"
    ]
    assert f"0100007F:{engine.actions_port:04X}" in listening
    assert f"00000000:{engine.actions_port:04X}" not in listening
    assert f"0100007F:{engine.port:04X}" in listening
