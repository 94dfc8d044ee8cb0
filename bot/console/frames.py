"""The frames and bodies of the operator's side. All of them: docs/protocol.md."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter

from bot.accounts.service import OperatorView
from bot.conversation.content import Said
from bot.conversation.service import View
from bot.edge.frames import ClientId, FrameModel, message_frame
from bot.handover.desk import Entry

# The reason for the risk, in words for the console.
REASONS = {
    "acuut_gevaar": "acuut gevaar",
    "suicidale_gedachten": "gedachten aan zelfdoding",
    "ander_suicidaal": "zorgen om zelfdoding van een ander",
    "": "",
}


# No control characters: PostgreSQL can't even look for a NUL.
Username = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f\x7f]+$")]


class LoginBody(FrameModel):
    username: Username
    password: str = Field(min_length=1, max_length=1_000)
    totp: str | None = Field(None, max_length=10)


class TransferBody(FrameModel):
    to: Username


class OperatorMessageFrame(FrameModel):
    type: Literal["message"]
    conversation: str = Field(max_length=40)
    text: str
    client_id: ClientId | None = None


class OperatorTypingFrame(FrameModel):
    type: Literal["typing"]
    conversation: str = Field(max_length=40)


LOGIN: TypeAdapter[LoginBody] = TypeAdapter(LoginBody)
TRANSFER: TypeAdapter[TransferBody] = TypeAdapter(TransferBody)
OPERATOR_FRAME: TypeAdapter[OperatorMessageFrame | OperatorTypingFrame] = TypeAdapter(
    Annotated[OperatorMessageFrame | OperatorTypingFrame, Field(discriminator="type")]
)


def operator_body(operator: OperatorView) -> dict[str, Any]:
    return {"username": operator.username, "name": operator.username, "display_name": operator.display_name}


def entry_body(entry: Entry) -> dict[str, Any]:
    body: dict[str, Any] = {
        "conversation": entry.conversation_id,
        "label": entry.label,
        "state": entry.state,
        "since": entry.since.isoformat(timespec="seconds"),
        "acute": entry.alarm == "acuut_gevaar",
        "reason": REASONS[entry.alarm],
        "summary": entry.summary,
    }
    if entry.position is not None:
        body["position"] = entry.position
    return body


def queue_body(waiting: list[Entry], mine: list[Entry], operators: list[OperatorView]) -> dict[str, Any]:
    return {
        "waiting": [entry_body(entry) for entry in waiting],
        "mine": [entry_body(entry) for entry in mine],
        "operators": [{"username": o.username, "display_name": o.display_name, "online": o.online} for o in operators],
    }


def operator_message_frame(said: Said) -> dict[str, Any]:
    """The visitor's frame, and what the safety layer saw: an operator reads why the assistant answered as it did."""
    frame, safety = message_frame(said), said.content.safety
    if safety is not None:
        words = {"by": list(safety.by), "words": list(safety.words)}
        frame["safety"] = {"level": safety.level, **words, "score": round(safety.score, 2)}
    return frame


def conversation_body(view: View) -> dict[str, Any]:
    return {
        "conversation": view.conversation_id,
        "label": view.label,
        "state": view.state,
        "acute": view.alarm == "acuut_gevaar",
        "reason": REASONS[view.alarm],
        "ended_by": view.ended_by,
        "summary": view.summary,
        "messages": [operator_message_frame(said) for said in view.messages],
    }
