"""`python -m benchmarks.nlu.contender train|read KEY FOLDER`: one contender in its own process, figures as JSON."""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import yaml

from benchmarks.nlu.contenders import Contender, contenders, examples_of
from evaluation.sets import OWN, read_set

MODEL = "contender"


def main() -> None:
    """Do one of the two and write `FOLDER/KEY-train.json` or `FOLDER/KEY-read.json`."""
    work, key, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    figures = {"train": trained, "read": read}[work](contenders()[key], folder / key)
    (folder / f"{key}-{work}.json").write_text(json.dumps(figures), encoding="utf-8")


def trained(contender: Contender, folder: Path) -> dict[str, Any]:
    """Train with all cores."""
    from rasa.model_training import train_nlu

    folder.mkdir(parents=True)
    config = folder / "config.yml"
    content = {"recipe": "default.v1", "language": "nl", "assistant_id": MODEL, "pipeline": contender.pipeline}
    config.write_text(yaml.safe_dump(content), encoding="utf-8")
    learned = examples_of(contender, folder / "examples")
    began = time.monotonic()
    path = train_nlu(str(config), str(learned), str(folder), fixed_model_name=MODEL)
    return {"seconds": time.monotonic() - began, "megabytes on disk": Path(path).stat().st_size / 1e6}


def read(contender: Contender, folder: Path) -> dict[str, Any]:
    """Read the own evaluation set with the trained model, on one core."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if contender.needs_tensorflow:
        import rasa.engine.recipes.default_recipe  # noqa: F401 - before the engine does without TensorFlow
    from evaluation.engine import Engine
    from evaluation.report import Result

    engine, own = Engine(folder / f"{MODEL}.tar.gz"), read_set(OWN, "own")
    readings = [engine.read(text) for text in own.texts]
    split = len(own.utterances)
    figures = Result(own, tuple(readings[:split]), tuple(readings[split:])).figures()
    times = statistics.quantiles([reading.milliseconds for reading in readings], n=100, method="inclusive")
    return {
        **{name: [share.hits, share.of] for name, share in figures.items()},
        "p50": times[49],
        "p95": times[94],
        "megabytes": _resident(),
    }


def _resident() -> float:
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


if __name__ == "__main__":
    main()
