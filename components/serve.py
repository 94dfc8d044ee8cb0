"""`python -m components.serve`: Rasa's server for Eerste Stap.

The same as `rasa run --enable-api --auth-token ... --logging-config-file rasa-logging.yml`, but the token comes from
the environment (a command line is there for everybody on the machine to read) and TensorFlow is not loaded.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import MutableMapping
from pathlib import Path

from components.server.without_tensorflow import spare_tensorflow

MODEL = "models/eerste-stap.tar.gz"
RESPONSE_TIMEOUT_SECONDS = 10  # Rasa's default is an hour
LOGGING = "rasa-logging.yml"


def read_token(environment: MutableMapping[str, str]) -> str:
    """Return the token of EERSTE_STAP_RASA_TOKEN, or of the file that EERSTE_STAP_RASA_TOKEN_FILE names.

    Raises:
        ValueError: there is none; without a token everybody on the machine could read conversations.
    """
    file = environment.get("EERSTE_STAP_RASA_TOKEN_FILE")
    token = Path(file).read_text(encoding="utf-8").strip() if file else environment.get("EERSTE_STAP_RASA_TOKEN", "")
    if not token:
        raise ValueError("EERSTE_STAP_RASA_TOKEN is not set. Example: EERSTE_STAP_RASA_TOKEN=$(openssl rand -hex 32)")
    return token


def prepare(environment: MutableMapping[str, str]) -> str:
    """Fill in what endpoints.yml, credentials.yml and the libraries read from the environment; return the token."""
    token = read_token(environment)
    actions_port = environment.get("EERSTE_STAP_ACTIONS_PORT", "5055")
    environment["EERSTE_STAP_RASA_TOKEN"] = token
    environment.setdefault("EERSTE_STAP_ACTIONS_URL", f"http://127.0.0.1:{actions_port}/webhook")
    environment["RASA_TELEMETRY_ENABLED"] = "false"
    # One thread for the encoder: two wait for each other some hundred times a text, and when another process wants a
    # core each wait is a turn of the scheduler. Measured on 2 cores: 21 instead of 30 ms when idle, 1.7 s when busy.
    environment.setdefault("OMP_NUM_THREADS", "1")
    environment.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    return token


def main() -> int:
    """Serve until stopped; return the exit code."""
    try:
        token = prepare(os.environ)
    except (ValueError, OSError) as problem:
        print(problem, file=sys.stderr)  # noqa: T201 - the terminal is its page
        return 2
    warnings.simplefilter("ignore", DeprecationWarning)
    spare_tensorflow()
    import rasa
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    configure_logging_and_warnings(logging_config_file=LOGGING)
    configure_structlog()
    rasa.run(
        model=os.environ.get("EERSTE_STAP_MODEL", MODEL),
        endpoints="endpoints.yml",
        credentials="credentials.yml",
        interface=os.environ.get("EERSTE_STAP_RASA_HOST", "127.0.0.1"),
        port=int(os.environ.get("EERSTE_STAP_RASA_PORT", "5005")),
        enable_api=True,
        auth_token=token,
        cors=[],
        response_timeout=RESPONSE_TIMEOUT_SECONDS,
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
