"""The real front door in a process of its own, with the scripted assistant: stopped and started as in real life."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from tests.servers import free_port

START_SECONDS = 60
LOOK_EVERY_SECONDS = 0.05

EXIT_URL = "https://weer.example/"
OPERATORS = {"anna": "een-lange-zin-voor-anna", "bram": "een-lange-zin-voor-bram"}


class BotServer:
    def __init__(self, data_dir: Path) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._log_path = data_dir / "log"
        self._environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("EERSTE_STAP_")},
            "EERSTE_STAP_ASSISTANT": "scripted",
            "EERSTE_STAP_DATA_DIR": str(data_dir),
            "EERSTE_STAP_PORT": str(self.port),
            "EERSTE_STAP_FIRST_OPERATOR": f"anna:{OPERATORS['anna']}",
            "EERSTE_STAP_EXIT_URL": EXIT_URL,
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log_path.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "bot"], env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the bot did not start:\n{self._log_path.read_text()}")
            time.sleep(LOOK_EVERY_SECONDS)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    def add_operator(self, name: str) -> None:
        subprocess.run(
            [sys.executable, "-m", "bot.accounts", "add", name],
            env=self._environment,
            input=f"{OPERATORS[name]}\n".encode(),
            stdout=subprocess.DEVNULL,
            check=True,
        )

    def call(self, method: str, path: str, token: str = "", body: dict[str, Any] | None = None) -> int:
        """The status that a program gets; for looking behind the page, and for cleaning up after it."""
        request = urllib.request.Request(f"{self.url}{path}", method=method)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        if body is not None:
            request.add_header("Content-Type", "application/json")
            request.data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            with refusal:
                return refusal.code

    def _answers(self) -> bool:
        try:
            return self.call("GET", "/healthz") == 200
        except OSError:
            return False
