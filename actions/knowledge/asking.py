"""What to say when the assistant is unsure what somebody means: pure functions on the turns of a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any, Literal

ACTION = "action_twijfel"
HUMAN = {"title": "Ik wil een mens spreken", "payload": "/mens_spreken"}
SOMETHING_ELSE = {"title": "Iets anders", "payload": "/onbegrip"}
"""The payload of 'you don't understand me': pressed later, out of place, it still gets a fitting answer."""
DANGERS = frozenset({"acuut_gevaar", "suicidale_gedachten", "ander_suicidaal"})
"""Asked about by a sentence of its own, never a choice among others."""
DANGER_LINES = ("utter_twijfel_gevaar", "utter_twijfel_gevaar_weer")
QUESTIONS = {
    "between": ("utter_twijfel", "utter_twijfel_weer", "utter_twijfel_mens"),
    "lost": ("utter_default", "utter_fallback_herhaald", "utter_twijfel_mens"),
}
"""What is said at the first, the second and the third doubt in a row; then the second and the third in turn."""
_ALL_QUESTIONS = frozenset(name for names in QUESTIONS.values() for name in names)
ELSE_ANSWERS = ("utter_twijfel_anders", "utter_twijfel_anders_weer", "utter_onbegrip", "utter_twijfel_mens")
"""After 'iets anders': the first that was not said since somebody was last understood."""
SOMETHING_ELSE_INTENTS = frozenset({"ontkennen", "onbegrip"})
REPLIES = {"bevestigen": "utter_bevestigen", "weet_niet": "utter_weet_niet"}
REPLIES_ON_DANGER = {"bevestigen": "utter_acuut_gevaar", "weet_niet": "utter_gevaar_blijft"}


@dataclass(frozen=True)
class Doubt:
    """As in the parse result: see components/intent/doubt.py."""

    kind: Literal["between", "lost"]
    among: tuple[str, ...] = ()


@dataclass(frozen=True)
class Turn:
    """A message, and what the assistant did and said after it."""

    intent: str
    doubt: Doubt | None
    actions: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    """Names of responses."""


@dataclass(frozen=True)
class Answer:
    """Responses to say in this order; `buttons` belong to the last. `then` is an action that says the rest by itself.

    A rule may go on from `then` ('Wil je een mens spreken?' - 'ja'), so questions with fixed buttons stand there.
    """

    say: tuple[str, ...] = ()
    buttons: tuple[Mapping[str, str], ...] = ()
    then: str = ""
    unsure: Doubt | None = None
    """To be counted; None when this is the answer to our own question."""


def turns_of(events: Sequence[Mapping[str, Any]]) -> list[Turn]:
    """Return the turns of a tracker's events, oldest first; the last is the one that is being answered."""
    turns: list[Turn] = []
    for event in events:
        if event["event"] == "user":
            parsed = event.get("parse_data") or {}
            turns.append(Turn((parsed.get("intent") or {}).get("name") or "", read_doubt(parsed.get("doubt"))))
        elif turns and event["event"] == "action" and event.get("name") not in (None, "action_listen"):
            turns[-1] = _with(turns[-1], action=event["name"])
        elif turns and event["event"] == "bot" and (name := (event.get("metadata") or {}).get("utter_action")):
            turns[-1] = _with(turns[-1], said=name)
    return turns


def _with(turn: Turn, action: str = "", said: str = "") -> Turn:
    return Turn(turn.intent, turn.doubt, (*turn.actions, *filter(None, [action])), (*turn.said, *filter(None, [said])))


def read_doubt(value: Any) -> Doubt | None:
    """Return the doubt of a parse result, None when there is none."""
    return Doubt(value["kind"], tuple(value["among"])) if value else None


def answer(turns: Sequence[Turn], titles: Mapping[str, str]) -> Answer:
    """Return what to say to the last of `turns`: a question when it is in doubt, or the answer to a reply to one.

    No sentence is said twice in a row, and none of a reply twice since somebody was last understood.
    """
    now, before = turns[-1], turns[:-1]
    run = list(takewhile(_not_understood, reversed(before)))  # newest first
    if run and run[0].actions[-1:] == (ACTION,) and (then := _reply(now.intent, run)):
        return Answer(then=then)
    asked = sum(any(name in _ALL_QUESTIONS for name in turn.said) for turn in run)
    return _question(now.doubt or Doubt("lost"), asked, before[-1].said if before else (), titles)


def _not_understood(turn: Turn) -> bool:
    return ACTION in turn.actions or turn.intent == "onbegrip"


def _reply(intent: str, run: Sequence[Turn]) -> str:
    """Return the answer to a reply to our question, empty when it is none."""
    if intent in SOMETHING_ELSE_INTENTS:
        said = {name for turn in run for name in turn.said}
        return next((name for name in ELSE_ANSWERS if name not in said), ELSE_ANSWERS[0])
    asked_danger = any(line in run[0].said for line in DANGER_LINES)
    return (REPLIES_ON_DANGER if asked_danger else REPLIES).get(intent, "")


def _question(doubt: Doubt, asked: int, just_said: Sequence[str], titles: Mapping[str, str]) -> Answer:
    choices = [
        {"title": titles[intent], "payload": f"/{intent}"}
        for intent in doubt.among
        if intent in titles and f"/{intent}" not in (HUMAN["payload"], SOMETHING_ELSE["payload"])
    ]
    questions = QUESTIONS[doubt.kind if choices else "lost"]
    place = asked if asked < len(questions) else 1 + (asked - 1) % 2
    question = next(name for name in (*questions[place:], *questions) if name not in just_said[-1:])
    if not choices or question == questions[-1]:
        return Answer(then=question, unsure=doubt)
    danger = [name for name in DANGER_LINES if name not in just_said] if DANGERS & set(doubt.among) else []
    buttons = (HUMAN, *choices, SOMETHING_ELSE) if asked else (*choices, SOMETHING_ELSE, HUMAN)
    return Answer((*danger[:1], question), buttons, unsure=doubt)
