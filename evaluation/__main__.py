"""`make eval`: how well strangers are understood, as a report in docs/evaluation/.

Another set in the same format is measured beside our own: `make eval EXTRA=/path/to/folder`.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

from evaluation.engine import MODEL, Engine
from evaluation.measures import Share
from evaluation.report import Result, markdown, picture
from evaluation.sets import EvaluationSet, project_sets, read_set

DOCS = Path(__file__).parents[1] / "docs" / "evaluation"
FIGURES = DOCS / "figures.json"
TARGETS = {
    "first": ">= 93 %",
    "first three": ">= 98 %",
    "first, other languages": ">= 88 %",
    "danger recognised": ">= 98 %",
    "false alarms, hard": "<= 8 %",
}
_EVERY_SECONDS = 5.0


def main() -> int:
    """Measure, print and write; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evaluation", description=__doc__.splitlines()[0])
    parser.add_argument("--model", type=Path, default=MODEL)
    parser.add_argument("--extra", type=Path, help="folder with another set")
    parser.add_argument("--record", action="store_true", help="keep the figures: later ones are held against them")
    options = parser.parse_args()
    engine = Engine(options.model)
    ours = {key: measured(engine, chosen) for key, chosen in project_sets().items()}
    results = list(ours.values())
    if options.extra and options.extra.is_dir():
        results.append(measured(engine, read_set(options.extra, f"Set {options.extra.name} of others")))
    text = "\n".join(markdown(result) for result in results)
    _say(text)
    DOCS.mkdir(parents=True, exist_ok=True)
    introduction = (
        "# Evaluation\n\nWritten by `make eval`. What the sets are: tests/rasa/evaluation/README.md. "
        "What the figures should be at least:\n\n| figure | target |\n|---|---|\n"
        + "".join(f"| {name} | {target} |\n" for name, target in TARGETS.items())
        + "\n![Which intents are taken for which](confusion.png)\n\n"
    )
    (DOCS / "report.md").write_text(introduction + text, encoding="utf-8")
    picture(ours["own"], DOCS / "confusion.png")
    if options.record:
        kept = {
            key: {name: [found.hits, found.of] for name, found in result.figures().items()}
            for key, result in ours.items()
        }
        FIGURES.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
        _say(f"Recorded in {FIGURES}.")
    _say(f"The report is in {DOCS / 'report.md'}.")
    return 0


def measured(engine: Engine, chosen: EvaluationSet) -> Result:
    """Read all texts of a set, telling on the way how far it is."""
    texts = chosen.texts
    readings, told = [], time.monotonic()
    for number, text in enumerate(texts, 1):
        readings.append(engine.read(text))
        if time.monotonic() - told > _EVERY_SECONDS:
            told = time.monotonic()
            _say(f"{chosen.name}: {number} of {len(texts)} texts")
    split = len(chosen.utterances)
    return Result(chosen, tuple(readings[:split]), tuple(readings[split:]))


def recorded() -> dict[tuple[str, str], Share]:
    """Return the figures that were kept, by the key of their set and their name.

    Raises:
        FileNotFoundError: none were: `make eval RECORD=1`.
    """
    kept = json.loads(FIGURES.read_text(encoding="utf-8"))
    return {(key, name): Share(*pair) for key, figures in kept.items() for name, pair in figures.items()}


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the terminal is its page


if __name__ == "__main__":
    sys.exit(main())
