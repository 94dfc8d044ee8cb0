"""`python -m bot` starts the front door."""

import sys

from aiohttp import web

from bot.app import create_app
from bot.errors import EersteStapError
from bot.observability.logs import set_up_logs
from bot.settings import read_settings


def main() -> int:
    set_up_logs()
    try:
        settings = read_settings()
        web.run_app(
            create_app(settings),
            host=settings.host,
            port=settings.port,
            access_log=None,  # it would write addresses and user agents
            print=None,
            handler_cancellation=False,
        )
    except EersteStapError as problem:
        print(problem, file=sys.stderr)
        return 1
    except OSError as problem:  # most of all: the port is taken
        print(f"EERSTE_STAP_HOST and EERSTE_STAP_PORT: can't listen there. {problem.strerror}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
