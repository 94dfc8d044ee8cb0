"""Logs: one JSON line an event, with ids and counts. Never words people typed, addresses, user agents or tokens.

aiohttp's access log is off for that reason: it would write the address and user agent of each request.
"""

import logging
import sys

import structlog


def set_up_logs() -> None:
    logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="%(name)s %(levelname)s %(message)s")
    # aiohttp logs unhandled errors with a traceback, whose last line can quote data; our middleware logs them by type.
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stdout),
        cache_logger_on_first_use=False,
    )
