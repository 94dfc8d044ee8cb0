"""What every request passes: errors become codes, answers carry the security headers, other sites are refused."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from bot.errors import CrossSiteError, RefusedError
from bot.keys import SETTINGS

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

log = structlog.get_logger(__name__)

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    # Nothing of a visit stays in the browser's cache; static files, which say nothing, may be kept.
    "Cache-Control": "no-store",
}


def error_response(code: str, message: str, status: int) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status)


@web.middleware
async def map_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        return await handler(request)
    except RefusedError as refusal:
        return error_response(refusal.code, refusal.message, refusal.status)
    except web.HTTPException as answer:
        if answer.status < 400:
            raise
        return error_response(answer.reason.lower().replace(" ", "_"), answer.reason, answer.status)
    except Exception as problem:  # noqa: BLE001  top of a request; its type is logged, its text can quote a person
        log.error("request_failed", route=_route(request), error=type(problem).__name__)
        return error_response("internal_error", "Something went wrong on our side.", 500)


@web.middleware
async def refuse_other_sites(request: web.Request, handler: Handler) -> web.StreamResponse:
    """CSRF: a browser says where a request comes from (Sec-Fetch-Site, else Origin), on sockets too; programs do not.

    Source: OWASP, Cross-Site Request Forgery Prevention, "Fetch Metadata" with Origin as fallback.
    """
    changes = request.method not in ("GET", "HEAD") or request.headers.get("Upgrade", "").lower() == "websocket"
    if changes and not _same_origin(request):
        raise CrossSiteError
    return await handler(request)


def _same_origin(request: web.Request) -> bool:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin.partition("://")[2] == request.host


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    if request.path.startswith("/static/"):  # the same for everybody; asked again each time, so never an old module
        response.headers.setdefault("Cache-Control", "no-cache")
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["Server"] = "Eerste Stap"  # aiohttp has put its own and Python's version there
    if request.app[SETTINGS].behind_tls:
        response.headers.setdefault("Strict-Transport-Security", "max-age=63072000; includeSubDomains")


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else "none"
