"""What operators do over HTTP: log in and out, see the queue, take, give back, pass on and close a conversation."""

from functools import partial

from aiohttp import web

from bot.accounts.service import OperatorView
from bot.console.frames import LOGIN, TRANSFER, conversation_body, operator_body, queue_body
from bot.conversation.access import access_as_operator
from bot.edge.frames import json_of_request, read_frame
from bot.keys import ACCOUNTS, DESK, SERVICE, SETTINGS


def cookie_name(app: web.Application) -> str:
    """Behind TLS the `__Host-` prefix makes browsers refuse the cookie from anybody but this very host."""
    return "__Host-eerste-stap" if app[SETTINGS].behind_tls else "eerste-stap"


def session_token(request: web.Request) -> str:
    return request.cookies.get(cookie_name(request.app), "")


async def operator_of(request: web.Request) -> OperatorView:
    """
    Raises:
        LoginRequiredError
    """
    return await request.app[ACCOUNTS].by_session(session_token(request))


async def log_in(request: web.Request) -> web.Response:
    body = read_frame(await json_of_request(request), LOGIN)
    operator, token = await request.app[ACCOUNTS].log_in(body.username, body.password)
    response = web.json_response({"operator": operator_body(operator)})
    response.set_cookie(
        cookie_name(request.app), token, path="/", httponly=True, samesite="Strict",
        secure=request.app[SETTINGS].behind_tls,
    )  # fmt: skip
    return response


async def log_out(request: web.Request) -> web.Response:
    await request.app[ACCOUNTS].log_out(session_token(request))
    response = web.json_response({})
    # Secure here too: else a browser ignores it for a `__Host-` cookie, and the old one stays.
    response.del_cookie(
        cookie_name(request.app), path="/", httponly=True, samesite="Strict", secure=request.app[SETTINGS].behind_tls
    )
    return response


async def queue(request: web.Request) -> web.Response:
    operator = await operator_of(request)
    desk, accounts = request.app[DESK], request.app[ACCOUNTS]
    return web.json_response(queue_body(await desk.queue(), await desk.mine(operator.id), await accounts.everybody()))


async def conversation(request: web.Request) -> web.Response:
    return await _own_conversation(request, await operator_of(request))


async def claim(request: web.Request) -> web.Response:
    operator = await operator_of(request)
    await request.app[DESK].claim(request.match_info["id"], operator)
    return await _own_conversation(request, operator)


async def release(request: web.Request) -> web.Response:
    await request.app[DESK].release(request.match_info["id"], await operator_of(request))
    return web.json_response({"state": "with_assistant"})


async def close(request: web.Request) -> web.Response:
    await request.app[DESK].close(request.match_info["id"], await operator_of(request))
    return web.json_response({"state": "closed"})


async def transfer(request: web.Request) -> web.Response:
    operator = await operator_of(request)
    body = read_frame(await json_of_request(request), TRANSFER)
    await request.app[DESK].transfer(request.match_info["id"], operator, body.to)
    return web.json_response({"state": "with_operator"})


async def _own_conversation(request: web.Request, operator: OperatorView) -> web.Response:
    access = partial(access_as_operator, conversation_id=request.match_info["id"], operator_id=operator.id)
    return web.json_response(conversation_body(await request.app[SERVICE].look(access)))
