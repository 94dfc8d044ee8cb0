"""Every address of the front door, on one page."""

from pathlib import Path

from aiohttp import web

from bot import health
from bot.console import api as console
from bot.console.pages import console_page, with_slash
from bot.console.socket import console_socket
from bot.visitor import api as visitor
from bot.visitor.pages import chat_page
from bot.visitor.socket import visitor_socket

STATIC = Path(__file__).parent / "static"


def add_routes(app: web.Application) -> None:
    app.add_routes(
        [
            web.get("/", chat_page),
            web.get("/healthz", health.alive),
            web.get("/readyz", health.ready),
            web.static("/static", STATIC),
            web.post("/api/v1/conversations", visitor.open_conversation),
            web.get("/api/v1/conversations/{id}/ws", visitor_socket),
            web.get("/api/v1/conversations/{id}/messages", visitor.get_messages),
            web.post("/api/v1/conversations/{id}/messages", visitor.post_message),
            web.post("/api/v1/conversations/{id}/end", visitor.end),
            web.delete("/api/v1/conversations/{id}", visitor.erase),
            web.get("/console", with_slash),
            web.get("/console/", console_page),
            web.post("/console/api/login", console.log_in),
            web.post("/console/api/logout", console.log_out),
            web.get("/console/api/queue", console.queue),
            web.get("/console/api/ws", console_socket),
            web.get("/console/api/conversations/{id}", console.conversation),
            web.post("/console/api/conversations/{id}/claim", console.claim),
            web.post("/console/api/conversations/{id}/release", console.release),
            web.post("/console/api/conversations/{id}/transfer", console.transfer),
            web.post("/console/api/conversations/{id}/close", console.close),
        ]
    )
