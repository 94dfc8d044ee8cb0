"""A trained engine for tests: Rasa and the action server on free ports, as `make run` starts them."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "models" / "eerste-stap.tar.gz"
START_SECONDS = 90


@dataclass(frozen=True)
class Answer:
    status: int
    body: Any


@dataclass
class Engine:
    """Rasa's addresses, asked with or without the token."""

    port: int
    token: str
    log: Path
    process: subprocess.Popen[bytes]
    actions_port: int

    def ask(self, path: str, body: Any = None, token: str | None = None, raw: bytes | None = None) -> Answer:
        given = self.token if token is None else token
        url = f"http://127.0.0.1:{self.port}{path}" + (f"{'&' if '?' in path else '?'}token={given}" if given else "")
        data = raw if raw is not None else None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return Answer(response.status, json.loads(response.read() or b"null"))
        except urllib.error.HTTPError as problem:
            return Answer(problem.code, json.loads(problem.read() or b"null"))

    def parse(self, text: str) -> dict[str, Any]:
        answer = self.ask("/model/parse", {"text": text})
        assert answer.status == 200, answer
        return dict(answer.body)

    def talk(self) -> Talk:
        return Talk(self, f"test-{secrets.token_hex(8)}")


@dataclass
class Talk:
    """One conversation."""

    engine: Engine
    sender: str

    def say(self, text: str) -> list[dict[str, Any]]:
        answer = self.engine.ask("/webhooks/rest/webhook", {"sender": self.sender, "message": text})
        assert answer.status == 200, answer
        return list(answer.body)

    def tracker(self) -> dict[str, Any]:
        return dict(self.engine.ask(f"/conversations/{self.sender}/tracker?include_events=ALL").body)

    def response_names(self) -> list[str]:
        return [
            event["metadata"]["utter_action"]
            for event in self.tracker()["events"]
            if event["event"] == "bot" and "utter_action" in (event.get("metadata") or {})
        ]


@contextmanager
def running_engine(folder: Path, with_actions: bool = True, **environment: str) -> Iterator[Engine]:
    """Start Rasa (and the actions), wait until a model is loaded, stop both at the end."""
    port, actions_port, token = free_port(), free_port(), secrets.token_urlsafe(16)
    settings = {
        **os.environ,
        "EERSTE_STAP_RASA_PORT": str(port),
        "EERSTE_STAP_ACTIONS_PORT": str(actions_port),
        "EERSTE_STAP_RASA_TOKEN": token,
        **environment,
    }
    commands = [["-m", "components.serve"]]
    if with_actions:
        commands.append(["-m", "actions"])
    processes: list[subprocess.Popen[bytes]] = []
    with (folder / "engine.log").open("wb") as log:
        for command in commands:
            processes.append(
                subprocess.Popen(
                    [sys.executable, *command], cwd=ROOT, env=settings, stdout=log, stderr=subprocess.STDOUT
                )
            )
        engine = Engine(port, token, folder / "engine.log", processes[0], actions_port)
        try:
            _wait_until(lambda: engine.ask("/status").status == 200, engine)
            if with_actions:
                _wait_until(lambda: _is_open(actions_port), engine)
            yield engine
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(20)


def _is_open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait_until(ready: Any, engine: Engine) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if engine.process.poll() is not None:
            raise RuntimeError(f"Rasa stopped by itself:\n{engine.log.read_text()[-3000:]}")
        try:
            if ready():
                return
        except (urllib.error.URLError, ConnectionError):
            pass
        time.sleep(0.1)
    raise TimeoutError(f"Rasa was not ready after {START_SECONDS} s:\n{engine.log.read_text()[-3000:]}")
