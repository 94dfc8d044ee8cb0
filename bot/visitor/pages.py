"""The chat page. Opening it stores nothing: a conversation begins with the visitor's first message."""

import aiohttp_jinja2
from aiohttp import web

from bot.keys import SETTINGS


@aiohttp_jinja2.template("visitor/chat.html")
async def chat_page(request: web.Request) -> dict[str, str]:
    settings = request.app[SETTINGS]
    return {"title": settings.page_title, "exit_url": settings.exit_url}
