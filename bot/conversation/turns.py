"""The assistant's turns: one question at a time per conversation, in order, between two transactions.

Whatever happens to the assistant, the visitor gets an answer within `answer_timeout`: the emergency numbers and the
offer of a human. A message is never asked twice.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

from bot.assistant.port import Assistant, Turn, Unsure
from bot.bus.port import Bus, Kind, Signal, conversation_topic
from bot.conversation.content import Choice, Content, SafetyFinding
from bot.conversation.service import ConversationService
from bot.conversation.state import Speaker
from bot.conversation.utterance import HANDOVER_PAYLOAD, asks_for_human
from bot.errors import AssistantUnavailableError, TooManyMessagesError
from bot.texts import Texts

# Nobody types this many messages before the first is answered; a script does.
MAX_PENDING: Final = 20

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Question:
    utterance: str
    deadline: float  # monotonic seconds
    waited: bool  # behind another question of the same conversation
    answered: asyncio.Future[None]


@dataclass(slots=True)
class _Lane:
    """What one conversation still has to be answered."""

    reserved: int = 0
    questions: deque[_Question] = field(default_factory=deque)
    task: asyncio.Task[None] | None = None


class Turns:
    """
    Args:
        answer_timeout: seconds from a message to its answer, of the assistant or the emergency one.
        count_unsure: counts that the assistant asked instead of answering, without saying in which conversation.
        monotonic: seconds that never go back; passed in for tests.
    """

    def __init__(
        self,
        service: ConversationService,
        assistant: Assistant,
        bus: Bus,
        texts: Texts,
        answer_timeout: float,
        count_unsure: Callable[[Unsure], Awaitable[None]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._service = service
        self._assistant = assistant
        self._bus = bus
        self._texts = texts
        self._answer_timeout = answer_timeout
        self._count_unsure = count_unsure
        self._monotonic = monotonic
        self._lanes: dict[str, _Lane] = {}

    def reserve(self, conversation_id: str) -> None:
        """Keeps a place for one question, before its message is stored; ends with `ask` or `give_back`.

        Raises:
            TooManyMessagesError: too many wait already.
        """
        lane = self._lanes.setdefault(conversation_id, _Lane())
        if lane.reserved >= MAX_PENDING:
            raise TooManyMessagesError
        lane.reserved += 1

    def give_back(self, conversation_id: str) -> None:
        lane = self._lanes[conversation_id]
        lane.reserved -= 1
        self._forget_if_idle(conversation_id, lane)

    def ask(self, conversation_id: str, utterance: str) -> asyncio.Future[None]:
        """Puts the question in line. The future is done when its answer is stored, or was dropped for a human."""
        lane = self._lanes[conversation_id]
        answered: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        deadline = self._monotonic() + self._answer_timeout
        lane.questions.append(_Question(utterance, deadline, lane.task is not None, answered))
        if lane.task is None:
            lane.task = asyncio.create_task(self._work_off(conversation_id, lane))
        return answered

    async def close(self) -> None:
        """Stops asking; used when the process ends."""
        tasks = [lane.task for lane in self._lanes.values() if lane.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _work_off(self, conversation_id: str, lane: _Lane) -> None:
        in_hand: list[_Question] = []
        try:
            while lane.questions:
                unsure: Unsure | None = None
                in_hand = [lane.questions.popleft()]
                # Who waited in line may have got a human meanwhile; the first was stored a moment ago.
                if not in_hand[0].waited or await self._service.assistant_may_answer(conversation_id):
                    turn = await self._answer(conversation_id, lane, in_hand)
                    _log_danger(turn.safety)
                    if await self._service.assistant_says(conversation_id, turn):
                        unsure = turn.unsure
                for question in in_hand:
                    lane.reserved -= 1
                    if not question.answered.done():
                        question.answered.set_result(None)
                in_hand = []
                await self._count(unsure)
        except Exception as problem:  # noqa: BLE001  top of a task; its type is logged, its text can quote a person
            log.error("turn_failed", conversation=conversation_id, error=type(problem).__name__)
            for question in (*in_hand, *lane.questions):
                lane.reserved -= 1
                if not question.answered.done():
                    question.answered.set_result(None)
            lane.questions.clear()
        finally:
            lane.task = None
            self._forget_if_idle(conversation_id, lane)

    async def _count(self, unsure: Unsure | None) -> None:
        """After the answer, and never in its way: a count that is lost is no harm."""
        if unsure is None:
            return
        try:
            await self._count_unsure(unsure)
        except Exception as problem:  # noqa: BLE001  whatever it was, the conversation goes on
            log.warning("unsure_not_counted", error=type(problem).__name__)

    async def _answer(self, conversation_id: str, lane: _Lane, in_hand: list[_Question]) -> Turn:
        await self._bus.publish(
            conversation_topic(conversation_id), Signal(Kind.TYPING, conversation_id, speaker=Speaker.ASSISTANT)
        )
        question = in_hand[0]
        remaining = question.deadline - self._monotonic()
        try:
            async with asyncio.timeout(max(remaining, 0)):
                return await self._assistant.answer(conversation_id, question.utterance)
        except Exception as problem:  # noqa: BLE001  whatever it was, somebody waits for the emergency numbers
            log.warning("assistant_unavailable", conversation=conversation_id, reason=_reason(problem))
        # Who typed on while the assistant was silent gets one emergency answer, not one for each line.
        while lane.questions and lane.questions[0].deadline <= self._monotonic():
            in_hand.append(lane.questions.popleft())
        return await self._emergency_answer(conversation_id, [q.utterance for q in in_hand])

    async def _emergency_answer(self, conversation_id: str, utterances: list[str]) -> Turn:
        asks = any(asks_for_human(utterance) for utterance in utterances)
        text = self._texts.emergency_and_handover if asks else self._texts.emergency
        # Never the same sentence twice in a row.
        if await self._service.last_assistant_text(conversation_id) == text:
            text = self._texts.emergency_again
        if asks:
            return Turn((Content(text),), handover={})
        return Turn((Content(text, (Choice(self._texts.human_choice, HANDOVER_PAYLOAD),)),))

    def _forget_if_idle(self, conversation_id: str, lane: _Lane) -> None:
        if lane.reserved <= 0 and lane.task is None:
            self._lanes.pop(conversation_id, None)


def _log_danger(safety: SafetyFinding | None) -> None:
    """How often and by what danger is seen; not in which conversation, and none of the words."""
    if safety is not None:
        by, score, words = list(safety.by), round(safety.score, 2), len(safety.words)
        log.info("danger_seen", danger=safety.level, by=by, score=score, words=words)


def _reason(problem: Exception) -> str:
    """What may stand in a log: our own reason, else the kind of error alone, for its text can quote a person."""
    return str(problem) if isinstance(problem, AssistantUnavailableError) else type(problem).__name__
