"""The trained Rasa passes the contract that the scripted assistant and the fake of Rasa pass."""

import os
import subprocess
import sys

from tests.stack.local_run import ROOT, LocalRun


def test_the_trained_rasa_keeps_what_every_assistant_promises(run: LocalRun) -> None:
    environment = {
        **os.environ,
        "EERSTE_STAP_TEST_RASA_URL": f"http://127.0.0.1:{run.rasa_port}",
        "EERSTE_STAP_TEST_RASA_TOKEN": run.rasa_token,
    }
    command = [sys.executable, "-m", "pytest", "-q", "-k", "trained", "tests/contract/test_assistant.py"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "skipped" not in done.stdout
