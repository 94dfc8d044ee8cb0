"""A visitor and an operator as programs: their methods read like docs/protocol.md."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import aiohttp
from multidict import CIMultiDictProxy

FRAME_SECONDS = 10  # a frame that has not come by then never comes; a test that passes never waits for it


def new_client_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True)
class Answer:
    """An answer over HTTP."""

    status: int
    headers: "CIMultiDictProxy[str]"
    text: str
    body: Any

    @property
    def code(self) -> str:
        """The code of the error that this is; empty when it is none."""
        return str(self.body["error"]["code"]) if isinstance(self.body, dict) and "error" in self.body else ""

    @property
    def said(self) -> list[tuple[str, str]]:
        """Who said what."""
        return [(message["from"], message["text"]) for message in self.body["messages"]]


async def ask(http: aiohttp.ClientSession, method: str, path: str, **arguments: Any) -> Answer:
    async with http.request(method, path, **arguments) as response:
        text = await response.text()
        body = await response.json() if response.content_type == "application/json" else None
        return Answer(response.status, response.headers, text, body)


@dataclass
class Line:
    """An open socket."""

    socket: aiohttp.ClientWebSocketResponse
    frames: list[dict[str, Any]] = field(default_factory=list)  # all that came, in order

    async def send(self, frame_type: str, **fields: Any) -> None:
        await self.socket.send_json({"type": frame_type, **fields})

    async def send_raw(self, text: str) -> None:
        await self.socket.send_str(text)

    async def say(self, text: str, **fields: Any) -> str:
        """Sends a message; its client_id."""
        client_id = fields.setdefault("client_id", new_client_id())
        await self.send("message", text=text, **fields)
        return str(client_id)

    async def next(self) -> dict[str, Any]:
        """The next frame, of whatever type."""
        async with asyncio.timeout(FRAME_SECONDS):
            frame: dict[str, Any] = await self.socket.receive_json()
        self.frames.append(frame)
        return frame

    async def until(self, frame_type: str, **fields: Any) -> dict[str, Any]:
        """The next frame of this type that has these fields; what comes before it is kept in `frames` only.

        `from` is a word of Python: write `speaker`.
        """
        if "speaker" in fields:
            fields["from"] = fields.pop("speaker")
        wanted = {"type": frame_type, **fields}
        try:
            while True:
                frame = await self.next()
                if all(frame.get(name) == value for name, value in wanted.items()):
                    return frame
        except (TimeoutError, TypeError) as problem:  # TypeError: the socket was closed
            raise AssertionError(f"no frame {wanted} ({problem!r}); came: {self.frames}") from None

    async def closed(self) -> int | None:
        """Reads to the end; the code that the socket was closed with."""
        async with asyncio.timeout(FRAME_SECONDS):
            async for message in self.socket:
                assert message.type is aiohttp.WSMsgType.TEXT, message
                self.frames.append(message.json())
        return self.socket.close_code

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [frame for frame in self.frames if frame["type"] == "message"]

    @property
    def errors(self) -> list[str]:
        return [frame["code"] for frame in self.frames if frame["type"] == "error"]


class Visitor:
    def __init__(self, http: aiohttp.ClientSession, conversation_id: str, token: str) -> None:
        self.http = http
        self.conversation_id = conversation_id
        self.token = token

    @classmethod
    async def arrives(cls, http: aiohttp.ClientSession) -> Self:
        opened = await ask(http, "POST", "/api/v1/conversations", json={})
        assert opened.status == 201, opened
        return cls(http, opened.body["id"], opened.body["token"])

    @property
    def path(self) -> str:
        return f"/api/v1/conversations/{self.conversation_id}"

    @property
    def authorization(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    # -- plain HTTP

    async def request(self, method: str, path: str, **arguments: Any) -> Answer:
        arguments["headers"] = {**self.authorization, **arguments.get("headers", {})}
        return await ask(self.http, method, self.path + path, **arguments)

    async def post(self, body: Any) -> Answer:
        return await self.request("POST", "/messages", json=body)

    async def say(self, text: str, **fields: Any) -> Answer:
        return await self.post({"text": text, **fields})

    async def choose(self, payload: str, title: str, **fields: Any) -> Answer:
        return await self.post({"type": "choice", "payload": payload, "title": title, **fields})

    async def messages(self, after: int | str = 0) -> Answer:
        return await self.request("GET", f"/messages?after={after}")

    async def end(self, reason: str = "visitor_ended") -> Answer:
        return await self.request("POST", "/end", json={"reason": reason})

    async def erase(self) -> Answer:
        return await self.request("DELETE", "")

    # -- socket

    @asynccontextmanager
    async def silent_line(self, **arguments: Any) -> AsyncIterator[Line]:
        """A socket on which nothing was said yet, not even hello."""
        async with self.http.ws_connect(self.path + "/ws", **arguments) as socket:
            yield Line(socket)

    @asynccontextmanager
    async def line(self, last_seq: int = 0) -> AsyncIterator[Line]:
        """A socket after hello and welcome."""
        async with self.silent_line() as line:
            await line.send("hello", token=self.token, last_seq=last_seq)
            assert (await line.next())["type"] == "welcome"
            yield line


class OperatorClient:
    """An operator who is logged in, over HTTP and an open console."""

    def __init__(self, http: aiohttp.ClientSession, username: str) -> None:
        self.http = http
        self.username = username

    @classmethod
    async def logs_in(cls, url: str, username: str, password: str) -> Self:
        # unsafe: aiohttp keeps no cookies of bare IP addresses otherwise
        http = aiohttp.ClientSession(url, cookie_jar=aiohttp.CookieJar(unsafe=True))
        operator = cls(http, username)
        answer = await operator.request("POST", "/login", json={"username": username, "password": password})
        assert answer.status == 200, answer
        return operator

    async def request(self, method: str, path: str, **arguments: Any) -> Answer:
        return await ask(self.http, method, "/console/api" + path, **arguments)

    async def log_out(self) -> Answer:
        return await self.request("POST", "/logout")

    async def queue(self) -> Any:
        return (await self.request("GET", "/queue")).body

    async def read(self, visitor: Visitor) -> Answer:
        return await self.request("GET", f"/conversations/{visitor.conversation_id}")

    async def claim(self, visitor: Visitor) -> Answer:
        return await self.request("POST", f"/conversations/{visitor.conversation_id}/claim")

    async def release(self, visitor: Visitor) -> Answer:
        return await self.request("POST", f"/conversations/{visitor.conversation_id}/release")

    async def close(self, visitor: Visitor) -> Answer:
        return await self.request("POST", f"/conversations/{visitor.conversation_id}/close")

    async def transfer(self, visitor: Visitor, to: str) -> Answer:
        return await self.request("POST", f"/conversations/{visitor.conversation_id}/transfer", json={"to": to})

    @asynccontextmanager
    async def console(self) -> AsyncIterator[Line]:
        """An open console, after welcome and the first look at the queue."""
        async with self.http.ws_connect("/console/api/ws") as socket:
            line = Line(socket)
            await line.until("queue")
            yield line
