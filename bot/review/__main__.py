"""`python -m bot.review [--days 30]`: prints for the editor where the assistant was unsure."""

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from bot.clock import utc_now
from bot.errors import EersteStapError
from bot.review.counts import Count, UnsureCounts
from bot.review.report import report
from bot.settings import read_settings
from bot.storage.database import open_database

CHOICES = Path(__file__).parents[2] / "data" / "choices.yml"


def read_titles(path: Path) -> Mapping[str, str]:
    """{intent: title} of data/choices.yml."""
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))["choices"]
    return {intent: str(entry["title"]) for intent, entry in entries.items()}


def dutch_zone() -> tzinfo:
    """Dutch time, or UTC on a machine without a table of time zones."""
    try:
        return ZoneInfo("Europe/Amsterdam")
    except ZoneInfoNotFoundError:
        return UTC


async def counted(days: int) -> Sequence[Count]:
    async with open_database(read_settings().database) as database:
        return await UnsureCounts(database, utc_now).last(days)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.review", description="Where the assistant was unsure.")
    parser.add_argument("--days", type=int, default=30, help="how far to look back (default: %(default)s)")
    days = parser.parse_args().days
    if days < 1:
        parser.error("--days: at least 1")
    try:
        counts = asyncio.run(counted(days))
    except (EersteStapError, ValueError) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(report(counts, read_titles(CHOICES), days, dutch_zone()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
