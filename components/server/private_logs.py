"""Logs of the engine without a word that somebody typed.

Rasa puts texts, senders and whole events in its messages, and tracebacks quote more. So every log record, of whatever
library, is emptied when it is made, before any handler sees it: what stays is where it came from, the name of the
event, and the type of an error. Only a few start-up messages of fixed wording are kept, and events of our own that can
hold nothing but numbers and words of a fixed list (`SafeEvent`).
"""

from __future__ import annotations

import json
import logging
import re
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

_EVENT_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_PACKAGES = re.compile(r".*(?:site-packages|lib/python3\.\d+)/")
_FIXED_WORDING = (
    "rasa/core/run.py",
    "rasa/core/processor.py:_load_model",
    "rasa_sdk/endpoint.py:run",
    "rasa_sdk/executor.py:register",
)
_SAFE_WORDS = frozenset({"acute", "suicidal", "rule", "classifier"})


@dataclass(frozen=True)
class SafeEvent:
    """An event to log as it is: `logger.info(SafeEvent(...))`. One line of JSON, in which no text has a place.

    Raises:
        ValueError: a word that is not on the list, or something that is no number; its text does not quote it.
    """

    name: str
    words: Mapping[str, str | Sequence[str]] = field(default_factory=dict)
    numbers: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        given = [word for value in self.words.values() for word in ([value] if isinstance(value, str) else value)]
        if not _EVENT_NAME.fullmatch(self.name) or not _SAFE_WORDS.issuperset(given):
            raise ValueError("an event may hold words of the list only")
        if not all(isinstance(number, int | float) for number in self.numbers.values()):
            raise ValueError("an event may hold numbers only")

    def __str__(self) -> str:
        return json.dumps({"event": self.name, **self.words, **self.numbers})


class PrivateFormatter(logging.Formatter):
    """The formatter of rasa-logging.yml; making one turns privacy on for the whole process.

    It hangs on the record factory and not on the handler: Rasa, coloredlogs and sanic add handlers of their own.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        logging.setLogRecordFactory(private_record)
        logging.captureWarnings(True)  # Rasa's warnings quote what they could not parse


def private_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """Make a log record that holds no message, arguments, traceback or stack of its caller."""
    record = logging.LogRecord(*args, **kwargs)
    place = _place(record.pathname)
    if isinstance(record.msg, SafeEvent):
        record.msg, record.args = str(record.msg), ()
    elif not any(f"{place}:{record.funcName}".startswith(known) for known in _FIXED_WORDING):
        record.msg = " ".join(filter(None, (_event_name(record.msg), f"at {place}:{record.lineno}")))
        record.args = ()
    if record.exc_info:
        record.msg = f"{record.msg} {_error(record.exc_info)}"
    record.exc_info = record.exc_text = record.stack_info = None
    return record


def _place(path: str) -> str:
    return _PACKAGES.sub("", path) if _PACKAGES.match(path) else Path(path).name


def _event_name(message: object) -> str:
    """Return the name of a structlog event such as `rest.message.received.failure`, rendered as JSON or not."""
    text = str(message)
    if text.startswith("{"):
        try:
            text = str(json.loads(text).get("event", ""))
        except ValueError:
            return ""
    return text if _EVENT_NAME.fullmatch(text) else ""


def _error(exc_info: Any) -> str:
    """Return type and place of an error, nothing of what it says."""
    kind, _, trace = exc_info if isinstance(exc_info, tuple) else (type(exc_info), None, exc_info.__traceback__)
    if kind is None:
        return ""
    frames = traceback.extract_tb(trace)
    return f"({kind.__name__} at {_place(frames[-1].filename)}:{frames[-1].lineno})" if frames else f"({kind.__name__})"
