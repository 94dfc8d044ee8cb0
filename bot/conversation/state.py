"""Who has the conversation, and what may happen to it: a pure table, no database, no clock."""

from enum import StrEnum
from typing import Final

from bot.errors import ConversationClosedError, NotNowError


class State(StrEnum):
    WITH_ASSISTANT = "with_assistant"
    WAITING = "waiting"
    WITH_OPERATOR = "with_operator"
    CLOSED = "closed"


class Event(StrEnum):
    HANDOVER_ASKED = "handover_asked"
    CLAIMED = "claimed"
    RELEASED = "released"
    TRANSFERRED = "transferred"
    CLOSED_BY_OPERATOR = "closed_by_operator"
    VISITOR_ENDED = "visitor_ended"
    QUICK_EXIT = "quick_exit"


class Speaker(StrEnum):
    VISITOR = "visitor"
    ASSISTANT = "assistant"
    OPERATOR = "operator"
    SYSTEM = "system"


_ENDS: Final = {Event.VISITOR_ENDED: State.CLOSED, Event.QUICK_EXIT: State.CLOSED}

TABLE: Final[dict[State, dict[Event, State]]] = {
    State.WITH_ASSISTANT: {Event.HANDOVER_ASKED: State.WAITING, **_ENDS},
    # Asking twice keeps the place in the queue.
    State.WAITING: {Event.HANDOVER_ASKED: State.WAITING, Event.CLAIMED: State.WITH_OPERATOR, **_ENDS},
    State.WITH_OPERATOR: {
        Event.RELEASED: State.WITH_ASSISTANT,
        Event.TRANSFERRED: State.WITH_OPERATOR,
        Event.CLOSED_BY_OPERATOR: State.CLOSED,
        **_ENDS,
    },
    State.CLOSED: {},
}

# One speaker at a time: once a human has the conversation the assistant is silent. The system only tells what changed.
SPEAKERS: Final[dict[State, frozenset[Speaker]]] = {
    State.WITH_ASSISTANT: frozenset({Speaker.VISITOR, Speaker.ASSISTANT, Speaker.SYSTEM}),
    State.WAITING: frozenset({Speaker.VISITOR, Speaker.ASSISTANT, Speaker.SYSTEM}),
    State.WITH_OPERATOR: frozenset({Speaker.VISITOR, Speaker.OPERATOR, Speaker.SYSTEM}),
    State.CLOSED: frozenset({Speaker.SYSTEM}),
}


def move(state: State, event: Event) -> State:
    """The state after `event`.

    Raises:
        ConversationClosedError: nothing happens to a closed conversation.
        NotNowError: the table has no such move.
    """
    try:
        return TABLE[state][event]
    except KeyError:
        raise (ConversationClosedError if state is State.CLOSED else NotNowError)() from None


def may_speak(state: State, speaker: Speaker) -> bool:
    return speaker in SPEAKERS[state]


def assistant_answers(state: State) -> bool:
    """While somebody waits for a human the assistant goes on answering: waiting must not mean being alone."""
    return may_speak(state, Speaker.ASSISTANT)
