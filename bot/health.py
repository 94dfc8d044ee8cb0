"""Alive: the process answers. Ready: every part is useful; what is not, is named."""

from aiohttp import web
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.keys import ASSISTANT, DATABASE


async def alive(request: web.Request) -> web.Response:
    return web.json_response({"status": "alive"})


async def ready(request: web.Request) -> web.Response:
    parts = {
        "database": await _database_answers(request.app),
        "assistant": await request.app[ASSISTANT].is_ready(),
    }
    missing = [name for name, is_useful in parts.items() if not is_useful]
    body = {"status": "ready" if not missing else "not_ready", "missing": missing}
    return web.json_response(body, status=503 if missing else 200)


async def _database_answers(app: web.Application) -> bool:
    try:
        async with app[DATABASE].read() as session:
            await session.execute(text("SELECT 1"))
    except (SQLAlchemyError, OSError):  # asyncpg lets a refused connection through as it is
        return False
    return True
