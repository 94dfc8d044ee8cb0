"""The real clock. Everything else is given a clock, so that tests can set it."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    return datetime.now(UTC)
