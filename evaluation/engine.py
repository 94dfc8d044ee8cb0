"""The trained model without a server: text in, reading out."""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any

from components.server.without_tensorflow import spare_tensorflow
from evaluation.measures import Reading

MODEL = Path(__file__).parents[1] / "models" / "eerste-stap.tar.gz"


class Engine:
    """Reads texts with one model, on one core as the server does."""

    def __init__(self, model: Path = MODEL) -> None:
        """Load.

        Raises:
            FileNotFoundError: there is no model: `make train`.
        """
        if not model.exists():
            raise FileNotFoundError(f"there is no model at {model}: make train")
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        os.environ["RASA_TELEMETRY_ENABLED"] = "false"
        warnings.simplefilter("ignore", DeprecationWarning)
        if "rasa.engine.recipes.default_recipe" not in sys.modules:
            spare_tensorflow()  # saves 12 seconds; too late where Rasa is loaded already, as in a test
        from rasa.core.agent import Agent
        from rasa.utils.log_utils import configure_structlog

        configure_structlog(logging.WARNING)  # Rasa would print each text
        self._agent: Any = Agent.load(str(model))
        self._loop = asyncio.new_event_loop()
        self.read("hallo")  # the first text pays for what is loaded late

    def parse(self, text: str) -> dict[str, Any]:
        """Return the parse result of Rasa."""
        return dict(self._loop.run_until_complete(self._agent.parse_message(text)))

    def read(self, text: str) -> Reading:
        """Return what the assistant makes of `text`."""
        began = time.perf_counter()
        parsed = self.parse(text)
        took = (time.perf_counter() - began) * 1000
        ranking = tuple(entry["name"] for entry in parsed.get("intent_ranking") or [])
        return Reading(ranking, (parsed.get("safety") or {}).get("level", "none"), took)
