"""`python -m actions`: the action server of Eerste Stap.

The same as `python -m rasa_sdk --actions actions`, but that one listens on all addresses of the machine and logs whole
requests when an action fails; this one listens where EERSTE_STAP_ACTIONS_HOST says (127.0.0.1) and logs no words.
"""

from __future__ import annotations

import logging.config
import os
from pathlib import Path

import yaml
from rasa_sdk.endpoint import create_app

LOGGING = Path(__file__).parent.parent / "rasa-logging.yml"


def main() -> None:
    """Serve until stopped."""
    logging.config.dictConfig(yaml.safe_load(LOGGING.read_text(encoding="utf-8")))
    host = os.environ.get("EERSTE_STAP_ACTIONS_HOST", "127.0.0.1")
    port = int(os.environ.get("EERSTE_STAP_ACTIONS_PORT", "5055"))
    create_app("actions", cors_origins=[]).run(host, port, workers=1, access_log=False)


if __name__ == "__main__":
    main()
