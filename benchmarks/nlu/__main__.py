"""`make bench-nlu`: accuracy, training time, latency, memory and size of each contender, one after another in one run.

Takes three quarters of an hour on two cores, most of it DIET's training and ours on all examples. Writes the table into
docs/benchmarks.md, between its marks, and the picture beside it. Compare within one run: machines are noisy.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from benchmarks.nlu.contenders import FEW, ROOT, contenders
from components.examples import read_examples
from evaluation.measures import Share

PAGE = ROOT / "docs" / "benchmarks.md"
PICTURE = ROOT / "docs" / "pictures" / "nlu.png"
BEGIN, END = "<!-- make bench-nlu: begin -->", "<!-- make bench-nlu: end -->"
SHOWN = "![Accuracy, danger and false alarms of each contender, with 95 % intervals](pictures/nlu.png)"
SHARES = ("first", "first three", "first, other languages", "danger recognised", "false alarms, hard")
_TELL_EVERY = 60.0
"""Seconds between two signs of life of a long training."""


def main() -> int:
    """Run, print, write; return the exit code."""
    known = contenders()
    parser = argparse.ArgumentParser(prog="python -m benchmarks.nlu", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--only", nargs="+", choices=known, default=list(known), help="leaves the page as it is")
    only = parser.parse_args().only
    rows: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as name:
        for key in only:
            if known[key].missing:
                _say(f"{known[key].name}: left out, {known[key].missing}")
                continue
            rows[known[key].name] = figures_of(key, Path(name))
    missing = [f"{one.name}: {one.missing}" for one in known.values() if one.missing]
    table = "\n".join(markdown(rows, missing))
    _say(table)
    if len(only) == len(known):
        page = PAGE.read_text(encoding="utf-8")
        before, after = page[: page.index(BEGIN)], page[page.index(END) :]
        PAGE.write_text(f"{before}{BEGIN}\n{table}\n\n{SHOWN}\n{after}", encoding="utf-8")
        picture(rows, PICTURE)
        _say(f"Written to {PAGE} and {PICTURE}.")
    return 0


def figures_of(key: str, folder: Path) -> dict[str, Any]:
    """Train and read, each in a fresh process, so that neither's memory counts for the other."""
    found: dict[str, Any] = {}
    for work in ("train", "read"):
        _say(f"{key}: {work} ...")
        command = [sys.executable, "-m", "benchmarks.nlu.contender", work, key, str(folder)]
        log = folder / f"{key}-{work}.log"
        with log.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env=_quiet())
            began = time.monotonic()
            told = began
            while process.poll() is None:
                time.sleep(0.2)
                if time.monotonic() - told > _TELL_EVERY:
                    told = time.monotonic()
                    _say(f"{key}: {work}, {(told - began) / 60:.0f} minutes")
        if process.returncode:
            raise RuntimeError(f"{key}: {work} failed:\n" + "\n".join(log.read_text("utf-8").splitlines()[-20:]))
        found |= json.loads((folder / f"{key}-{work}.json").read_text(encoding="utf-8"))
    return found


def _quiet() -> dict[str, str]:
    return {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "3", "TQDM_DISABLE": "1"}


def markdown(rows: dict[str, dict[str, Any]], missing: list[str]) -> list[str]:
    """Return the lines of the table: a row for each contender."""
    today = datetime.now(timezone.utc).date()
    lines = [f"{today}, {os.cpu_count()} cores; own evaluation set; training on all cores, reading on one."]
    lines += [f"Each learns from the same {FEW} examples an intent, chosen by chance; those with 'all examples' from"]
    lines += [f"{len(read_examples()):,}.", ""]
    lines += ["| | " + " | ".join(SHARES) + " | training | p50 / p95 | memory | model |"]
    lines += ["|---|" + "---|" * (len(SHARES) + 4)]
    for name, row in rows.items():
        shares = " | ".join(f"{100 * Share(*row[share]).value:.1f} %" for share in SHARES)
        lines.append(f"| {name} | {shares} | {row['seconds']:.0f} s | {row['p50']:.1f} / {row['p95']:.1f} ms | "
                     f"{row['megabytes']:.0f} MB | {row['megabytes on disk']:.0f} MB |")  # fmt: skip
    return [*lines, *(f"\nNot measured here: {line}." for line in missing)]


def picture(rows: dict[str, dict[str, Any]], path: Path) -> None:
    """Draw the shares as bars with their 95 % intervals, one group for each figure."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(10, 4.5))
    width = 0.8 / len(rows)
    for place, (name, row) in enumerate(rows.items()):
        shares = [Share(*row[share]) for share in SHARES]
        values = [100 * share.value for share in shares]
        around = [[100 * (s.value - s.interval[0]) for s in shares], [100 * (s.interval[1] - s.value) for s in shares]]
        at = [index + (place - (len(rows) - 1) / 2) * width for index in range(len(SHARES))]
        bars = axes.bar(at, values, width, yerr=around, capsize=2, label=name)
        axes.bar_label(bars, fmt="%.0f", fontsize=7, padding=2)
    axes.set_xticks(range(len(SHARES)), [*SHARES[:-1], "false alarms, hard\n(low is good)"], fontsize=9)
    axes.set_ylabel("% of the own evaluation set")
    axes.set_ylim(0, 112)
    axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.14), ncol=len(rows), frameon=False, fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
    figure.tight_layout()
    figure.savefig(path, dpi=110, metadata={"Software": None})
    plt.close(figure)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
