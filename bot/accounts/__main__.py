"""`python -m bot.accounts add NAME`: adds an operator; the password is asked for, or read from standard input."""

import argparse
import asyncio
import getpass
import sys

from bot.accounts.service import Accounts
from bot.bus.memory import MemoryBus
from bot.clock import utc_now
from bot.errors import EersteStapError
from bot.settings import read_settings
from bot.storage.database import open_database


async def add(username: str, display_name: str, password: str) -> None:
    async with open_database(read_settings().database) as database:
        await Accounts(database, MemoryBus(), utc_now).add(username, display_name, password)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bot.accounts", description="Operators of the console.")
    commands = parser.add_subparsers(required=True)
    adding = commands.add_parser("add", help="add an operator")
    adding.add_argument("username", help="name to log in with")
    adding.add_argument("--display-name", help="what visitors read; default: the name with a capital")
    given = parser.parse_args()
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        asyncio.run(add(given.username, given.display_name or given.username.capitalize(), password))
    except (EersteStapError, ValueError) as problem:
        print(problem, file=sys.stderr)
        return 1
    print(f"{given.username} can log in now.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
