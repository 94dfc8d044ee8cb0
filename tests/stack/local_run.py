"""A whole local run for tests and benchmarks: what `make run` starts, on free ports, with a data folder of its own."""

import json
import os
import secrets
import signal
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.servers import free_port

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class LocalRun:
    """Start it with `with LocalRun(folder) as run:`; everything is stopped at the end."""

    folder: Path
    port: int = field(default_factory=free_port)
    rasa_port: int = field(default_factory=free_port)
    actions_port: int = field(default_factory=free_port)
    rasa_token: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    operator: str = "anna"
    password: str = "een zin die je onthoudt"
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "run.log"

    def __enter__(self) -> "LocalRun":
        environment = {
            **os.environ,
            "EERSTE_STAP_PORT": str(self.port),
            "EERSTE_STAP_RASA_PORT": str(self.rasa_port),
            "EERSTE_STAP_ACTIONS_PORT": str(self.actions_port),
            "EERSTE_STAP_RASA_TOKEN": self.rasa_token,
            "EERSTE_STAP_DATA_DIR": str(self.folder / "data"),
            "EERSTE_STAP_FIRST_OPERATOR": f"{self.operator}:{self.password}",
        }
        self.started_at = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [ROOT / "setup" / "run-local"],
                cwd=ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        assert self.process is not None
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)

    def wait_until_ready(self, seconds: float = 120) -> float:
        """Waits for /readyz and returns the seconds since the start."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self.process is not None
            if self.process.poll() is not None:
                raise RuntimeError(f"the run ended by itself:\n{self.log.read_text()[-3000:]}")
            try:
                if self.get("/readyz")["status"] == "ready":
                    return time.monotonic() - self.started_at
            except (urllib.error.URLError, ConnectionError):
                pass
            time.sleep(0.1)
        raise TimeoutError(f"not ready after {seconds} s:\n{self.log.read_text()[-3000:]}")

    def get(self, path: str, token: str = "") -> Any:
        return self._call("GET", self.url + path, token)

    def post(self, path: str, body: dict[str, Any], token: str = "") -> Any:
        return self._call("POST", self.url + path, token, body)

    def rasa(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Rasa's own programming interface, with its token."""
        url = f"http://127.0.0.1:{self.rasa_port}{path}{'&' if '?' in path else '?'}token={self.rasa_token}"
        return self._call("GET" if body is None else "POST", url, body=body)

    def rasa_pids(self) -> list[int]:
        """The processes of Rasa of this run."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes().split(b"\0")
                environment = (folder / "environ").read_bytes()
            except OSError:
                continue
            is_rasa = b"components.serve" in command and command[0].endswith(b"python")  # not the shell around it
            if is_rasa and f"EERSTE_STAP_RASA_PORT={self.rasa_port}\0".encode() in environment:
                found.append(int(folder.name))
        return found

    @staticmethod
    def _call(method: str, url: str, token: str = "", body: dict[str, Any] | None = None) -> Any:
        request = urllib.request.Request(
            url,
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json"},
            method=method,
        )
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=30) as response:
                return json.loads(response.read() or b"null")
        except urllib.error.HTTPError as problem:
            with problem:  # it holds the connection
                if problem.code == 503:  # /readyz says what is missing
                    return json.loads(problem.read())
            raise


class Talk:
    """One visitor, over the plain HTTP way."""

    def __init__(self, run: LocalRun) -> None:
        self._run = run
        opened = run.post("/api/v1/conversations", {})
        self.id, self.token = opened["id"], opened["token"]

    def say(self, text: str) -> dict[str, Any]:
        """Says `text`, or chooses it when it is a payload; returns the state and the answers."""
        body = {"type": "choice", "payload": text, "title": "keuze"} if text.startswith("/") else {"text": text}
        answer: dict[str, Any] = self._run.post(f"/api/v1/conversations/{self.id}/messages", body, self.token)
        return answer

    def texts(self, text: str) -> list[str]:
        return [message["text"] for message in self.say(text)["messages"]]

    def response_names(self) -> list[str]:
        """The names of all responses that Rasa gave in this conversation, in order."""
        tracker = self._run.rasa(f"/conversations/{self.id}/tracker?include_events=ALL")
        return [
            event["metadata"]["utter_action"]
            for event in tracker["events"]
            if event["event"] == "bot" and "utter_action" in event.get("metadata", {})
        ]

    def response_names_after(self, text: str) -> list[str]:
        self.say(text)
        return self.response_names()

    def slots(self) -> dict[str, Any]:
        slots: dict[str, Any] = self._run.rasa(f"/conversations/{self.id}/tracker")["slots"]
        return slots
