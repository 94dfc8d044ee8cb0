"""`python -m components.train`: train the model from config.yml, domain.yml and data/ into models/eerste-stap.tar.gz.

The same as `rasa train --fixed-model-name eerste-stap --out models`, with less noise.
"""

from __future__ import annotations

import argparse
import gc
import logging
import os
import sys
import warnings

MODEL_NAME, FOLDER = "eerste-stap", "models"


def main() -> int:
    """Train and return the exit code: 0 when there is a model."""
    parser = argparse.ArgumentParser(description="Train the model.")
    parser.add_argument("--out", default=FOLDER, help="folder of the model (default: %(default)s)")
    folder = parser.parse_args().out
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # Of Rasa's own libraries; nothing that we could mend.
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    import rasa
    from rasa.utils.common import configure_logging_and_warnings
    from rasa.utils.log_utils import configure_structlog

    # Forty thousand examples are copied and hashed over and over: looking for rubbish among them saves nothing.
    gc.disable()
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.WARNING)
    configure_logging_and_warnings(logging.WARNING)
    configure_structlog(logging.WARNING)
    logging.getLogger("rasa.engine.training.hooks").setLevel(logging.INFO)
    # Forced: Rasa's cache knows the source of a component, not of the modules behind it, and would keep an old model.
    result = rasa.train(
        "domain.yml", "config.yml", ["data"], output=folder, fixed_model_name=MODEL_NAME, force_training=True
    )
    return 0 if result.model else result.code or 1


if __name__ == "__main__":
    sys.exit(main())
