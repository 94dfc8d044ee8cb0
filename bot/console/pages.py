"""The console's page: the log-in form for who is not logged in, else the console."""

import aiohttp_jinja2
from aiohttp import web

from bot.console.api import operator_of
from bot.console.frames import operator_body
from bot.errors import LoginRequiredError


async def console_page(request: web.Request) -> web.Response:
    try:
        operator = await operator_of(request)
    except LoginRequiredError:
        return aiohttp_jinja2.render_template("console/login.html", request, {})
    return aiohttp_jinja2.render_template("console/console.html", request, {"operator": operator_body(operator)})


async def with_slash(request: web.Request) -> web.Response:
    raise web.HTTPPermanentRedirect("/console/")
