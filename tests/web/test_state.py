"""The state table: who has the conversation, what may happen to it, who may speak."""

import pytest

from bot.conversation.state import SPEAKERS, TABLE, Event, Speaker, State, assistant_answers, may_speak, move
from bot.errors import ConversationClosedError, NotNowError

# Written out a second time on purpose: a change of the table has to be meant.
ALLOWED = {
    (State.WITH_ASSISTANT, Event.HANDOVER_ASKED): State.WAITING,
    (State.WITH_ASSISTANT, Event.VISITOR_ENDED): State.CLOSED,
    (State.WITH_ASSISTANT, Event.QUICK_EXIT): State.CLOSED,
    (State.WAITING, Event.HANDOVER_ASKED): State.WAITING,
    (State.WAITING, Event.CLAIMED): State.WITH_OPERATOR,
    (State.WAITING, Event.VISITOR_ENDED): State.CLOSED,
    (State.WAITING, Event.QUICK_EXIT): State.CLOSED,
    (State.WITH_OPERATOR, Event.RELEASED): State.WITH_ASSISTANT,
    (State.WITH_OPERATOR, Event.TRANSFERRED): State.WITH_OPERATOR,
    (State.WITH_OPERATOR, Event.CLOSED_BY_OPERATOR): State.CLOSED,
    (State.WITH_OPERATOR, Event.VISITOR_ENDED): State.CLOSED,
    (State.WITH_OPERATOR, Event.QUICK_EXIT): State.CLOSED,
}


@pytest.mark.parametrize("event", Event)
@pytest.mark.parametrize("state", State)
def test_each_event_in_each_state_moves_as_meant_or_is_refused_by_name(state: State, event: Event) -> None:
    if (state, event) in ALLOWED:
        assert move(state, event) is ALLOWED[state, event]
    else:
        with pytest.raises(ConversationClosedError if state is State.CLOSED else NotNowError):
            move(state, event)


def test_the_table_knows_every_state_and_no_event_is_useless() -> None:
    assert set(TABLE) == set(SPEAKERS) == set(State)
    assert {event for moves in TABLE.values() for event in moves} == set(Event)


def test_the_visitor_can_leave_from_every_state_that_is_not_the_end() -> None:
    for state in set(State) - {State.CLOSED}:
        assert move(state, Event.VISITOR_ENDED) is move(state, Event.QUICK_EXIT) is State.CLOSED


@pytest.mark.parametrize("state", State)
def test_assistant_and_operator_never_speak_in_the_same_state(state: State) -> None:
    assert not (may_speak(state, Speaker.ASSISTANT) and may_speak(state, Speaker.OPERATOR))
    assert assistant_answers(state) is (state in (State.WITH_ASSISTANT, State.WAITING))
    assert may_speak(state, Speaker.VISITOR) is (state is not State.CLOSED)
