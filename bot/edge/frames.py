"""From bytes of a stranger to a typed frame, and from what was said to a frame: shared by both sides of the counter."""

import json
from typing import Annotated, Any, Literal, TypeVar

from aiohttp import WSMessage, WSMsgType, web
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError

from bot.conversation.content import Said
from bot.errors import BinaryNotAllowedError, InvalidFrameError, InvalidJsonError, UnknownFrameError

# 2,000 characters are at most 24 kB as JSON escapes (a character outside the BMP is two escapes of 6 bytes).
MAX_FRAME_BYTES = 64 * 1024

ClientId = Annotated[str, StringConstraints(min_length=1, max_length=36, pattern=r"^[A-Za-z0-9-]+$")]
Frame = TypeVar("Frame", bound="FrameModel")


class FrameModel(BaseModel):
    # Unknown fields are let through: an older server must understand a newer page.
    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class TypingFrame(FrameModel):
    type: Literal["typing"]


class MessageFrame(FrameModel):
    type: Literal["message"] = "message"
    text: str
    client_id: ClientId | None = None


class ChoiceFrame(FrameModel):
    """A button: `payload` goes to the assistant, `title` is what the visitor saw and what is kept."""

    type: Literal["choice"]
    payload: str = Field(max_length=200)
    title: str = Field(min_length=1, max_length=200)
    client_id: ClientId | None = None


def json_of_socket(message: WSMessage) -> Any:
    """
    Raises:
        BinaryNotAllowedError, InvalidJsonError
    """
    if message.type is WSMsgType.BINARY:
        raise BinaryNotAllowedError
    return parse_json(message.data)


def parse_json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidJsonError from None


async def json_of_request(request: web.Request) -> Any:
    """
    Raises:
        InvalidJsonError: also when it is not UTF-8; a body over the limit gives 413 by aiohttp.
    """
    try:
        return parse_json((await request.read()).decode("utf-8"))
    except UnicodeDecodeError:
        raise InvalidJsonError from None


def read_frame(value: Any, adapter: TypeAdapter[Frame]) -> Frame:
    """
    Raises:
        UnknownFrameError, InvalidFrameError: with the client_id if one could be read, so the page knows which message.
    """
    try:
        return adapter.validate_python(value)
    except ValidationError as problems:
        client_id = value.get("client_id") if isinstance(value, dict) else None
        client_id = client_id if isinstance(client_id, str) and len(client_id) <= 36 else None
        kinds = {problem["type"] for problem in problems.errors(include_input=False, include_context=False)}
        unknown = kinds & {"union_tag_invalid", "union_tag_not_found"}
        raise (UnknownFrameError if unknown else InvalidFrameError)(client_id) from None


def message_frame(said: Said) -> dict[str, Any]:
    frame: dict[str, Any] = {
        "type": "message",
        "seq": said.seq,
        "from": said.speaker,
        "text": said.content.text,
        "choices": [{"title": choice.title, "payload": choice.payload} for choice in said.content.choices],
        "at": said.at.isoformat(timespec="seconds"),
    }
    if said.content.name:
        frame["name"] = said.content.name
    if said.client_id is not None:
        frame["client_id"] = said.client_id
    return frame
