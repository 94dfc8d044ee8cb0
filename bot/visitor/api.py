"""The visitor's way over plain HTTP: for pages without scripts, for tests, and to open a conversation."""

import asyncio
from functools import partial

from aiohttp import web

from bot.conversation.access import access_as_visitor
from bot.conversation.service import Access
from bot.conversation.state import Event
from bot.edge.frames import json_of_request, read_frame
from bot.errors import InvalidFrameError
from bot.keys import SERVICE, TURNS
from bot.visitor.frames import END, SAY, view_body
from bot.visitor.saying import say


def bearer_token(request: web.Request) -> str:
    """The token, from the header only: in an address it would end up in histories and logs."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def _access(request: web.Request, *, for_change: bool = False) -> Access:
    return partial(
        access_as_visitor,
        conversation_id=request.match_info["id"],
        token=bearer_token(request),
        for_change=for_change,
    )


async def open_conversation(request: web.Request) -> web.Response:
    opened = await request.app[SERVICE].open()
    body = {"id": opened.conversation_id, "token": opened.token, "last_seq": 0}
    return web.json_response(body, status=201)


async def post_message(request: web.Request) -> web.Response:
    value = await json_of_request(request)
    if isinstance(value, dict):
        value.setdefault("type", "message")
    frame = read_frame(value, SAY)
    service = request.app[SERVICE]
    heard, answered = await say(service, request.app[TURNS], request.match_info["id"], bearer_token(request), frame)
    if answered is not None:
        await asyncio.shield(answered)  # the answer is stored also when this client goes away
    return web.json_response(view_body(await service.look(_access(request), heard.said.seq)))


async def get_messages(request: web.Request) -> web.Response:
    after = request.query.get("after", "0")
    if not after.isascii() or not after.isdigit() or len(after) > 9:
        raise InvalidFrameError
    return web.json_response(view_body(await request.app[SERVICE].look(_access(request), int(after))))


async def end(request: web.Request) -> web.Response:
    """Ends the conversation; a quick exit comes here too, sent by a page that is already gone."""
    body = read_frame(await json_of_request(request), END)
    row = await request.app[SERVICE].move(_access(request, for_change=True), Event(body.reason))
    return web.json_response({"state": row.state})


async def erase(request: web.Request) -> web.Response:
    await request.app[SERVICE].erase(request.match_info["id"], bearer_token(request))
    return web.Response(status=204)
