"""The frames of a visitor's socket, and the same bodies over plain HTTP. All of them: docs/protocol.md."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter

from bot.conversation.service import View
from bot.edge.frames import ChoiceFrame, FrameModel, MessageFrame, TypingFrame, message_frame


class HelloFrame(FrameModel):
    type: Literal["hello"]
    token: str = Field(max_length=200)
    last_seq: int = Field(0, ge=0, le=2**31 - 1)


class EndFrame(FrameModel):
    type: Literal["end"]


class EndBody(FrameModel):
    """How the visitor ended: the operator may need to know whether somebody left in a hurry."""

    reason: Literal["visitor_ended", "quick_exit"] = "visitor_ended"


SayFrame = MessageFrame | ChoiceFrame
HELLO: TypeAdapter[HelloFrame] = TypeAdapter(HelloFrame)
SAY: TypeAdapter[SayFrame] = TypeAdapter(Annotated[SayFrame, Field(discriminator="type")])
END: TypeAdapter[EndBody] = TypeAdapter(EndBody)
VISITOR_FRAME: TypeAdapter[SayFrame | TypingFrame | EndFrame] = TypeAdapter(
    Annotated[SayFrame | TypingFrame | EndFrame, Field(discriminator="type")]
)


def state_fields(view: View) -> dict[str, Any]:
    """The state as the visitor sees it; the place in the queue only while waiting."""
    fields: dict[str, Any] = {"state": view.state}
    if view.queue_position is not None:
        fields["queue_position"] = view.queue_position
    return fields


def view_body(view: View) -> dict[str, Any]:
    """The answer of the plain HTTP way: the state, and the messages asked for."""
    return {**state_fields(view), "messages": [message_frame(said) for said in view.messages]}
