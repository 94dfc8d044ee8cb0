"""How a short answer is read after a question of the assistant: pure functions, and the component around them.

"14" is an age after "how old?" and a time after "how long ago?"; "net" is a time only when one was asked. What a
response asks stands with it in data/responses, as `asks` in its metadata.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from components.intent.classifier import PROBABILITIES, set_intents
from components.intent.doubt import DANGERS
from components.language.text import payload_intent, plain

Chances: TypeAlias = Mapping[str, float]
"""Intent -> probability."""
Asks: TypeAlias = Mapping[str, frozenset[str]]
"""Name of a response -> the kinds of question that it asks."""

QUESTION = "question"
"""Key in a message's metadata: the name of the response that it may be an answer to."""
RESPONSES = Path(__file__).parents[2] / "data" / "responses"
MAX_WORDS = 4
"""Of a short answer. Who says more says also what it is about."""
STILL_DANGER = "nog_gevaar"
"""What the danger card asks without a question mark. "Nee" alone may be "no, he is still here" there, so only who says
to be safe is read as an answer."""
SAFE = "geen_gevaar"
FITTING: Mapping[str, frozenset[str]] = {
    "ja_nee": frozenset({"bevestigen", "ontkennen", "weet_niet"}),
    "tijd": frozenset({"geef_tijd"}),
    "leeftijd": frozenset({"geef_leeftijd"}),
    "gemeente": frozenset({"geef_gemeente"}),
    "beroep": frozenset({"geef_beroep"}),
    STILL_DANGER: frozenset(),  # see `says_safe`
}
"""Which intents answer a kind of question."""
_COUNTED = ("tijd", "leeftijd")
"""Questions that a bare number answers, and their intents."""
_ANSWERS_IN_NUMBERS = ("geef_tijd", "geef_leeftijd")

_UNITS = "een|twee|drie|vier|vijf|zes|zeven|acht|negen"
_TENS = "twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig"
_TEENS = "tien|elf|twaalf|dertien|veertien|vijftien|zestien|zeventien|achttien|negentien"
_NUMBER = re.compile(rf"(?:\d{{1,3}}|{_TEENS}|(?:(?:{_UNITS})en)?(?:{_TENS})|{_UNITS})(?: ?(?:jaar|jr))?")
_MONTH = "januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december"
_DATE = re.compile(
    rf"(?:op |sinds |in )?(?:\d{{1,2}} (?:{_MONTH})(?: \d{{4}})?|(?:19|20)\d\d"
    r"|\d{1,2}[-/.]\d{1,2}(?:[-/.]\d{2,4})?)"
    r"(?: (?:om|rond) \d{1,2}(?:[:.]\d\d)?(?: uur)?)?"
)
_MOMENT = re.compile(
    r"(?:nog maar )?net|zo ?net|daarnet|zojuist|pas(?: geleden)?|vandaag|vannacht|van(?:morgen|ochtend|middag|avond)"
    r"|(?:eer)?gister(?:en|nacht|ochtend|middag|avond)?|(?:heel |al )?lang geleden"
    r"|(?:vorige|afgelopen|deze) (?:nacht|week|maand|zomer|winter)|(?:vorig|afgelopen|dit) (?:jaar|weekend)"
)

_SAFE = re.compile(
    r"\b(?:(?:ben|zijn|is|zit|zitten|voel)\b[\w ]{0,24}\b(?:veilig|in veiligheid|buiten gevaar|uit gevaar)"
    r"|(?:niet|niet meer|geen|uit) (?:in )?gevaar(?: meer)?|gevaar is (?:weg|voorbij|geweken)"
    r"|(?:opgepakt|aangehouden)\b[\w ]{0,24}\bveilig)\b"
)
_NOT_SAFE = re.compile(
    r"[?]|^(?:is|zijn|kan|mag|hoe|waar|waarom|wat|wie)\b|\bonveilig"
    r"|\b(?:niet|nooit|nergens|niet meer|nog niet|niet echt) (?:\w+ )?(?:veilig|in veiligheid|buiten gevaar|uit gevaar)"
    r"|\b(?:ben ik|zijn (?:we|wij|ze)|is (?:het|hij|zij|dit))\b[\w ]*\b(?:veilig|gevaar)"
    r"|\b(?:maar|alleen|straks|zolang|zodra|totdat|als|wanneer|komt|denk|hoop|bang|misschien|minder|amper|soms|wou|wil)\b"
    r"|\b(?:bloed\w*|gewond|weet niet|met (?:mijn|mn|ons|onze|de) (?:kind\w*|baby|zoon\w*|docht\w*))\b"
)
_MAX_WORDS_OF_SAFETY = 15


def asked_in(folder: Path) -> dict[str, frozenset[str]]:
    """Return what each response of the files in `folder` asks; those that ask nothing of a known kind are left out.

    Raises:
        ValueError: a response asks a kind of question that does not exist.
    """
    asks = {}
    for file in sorted(folder.glob("*.yml")):
        for name, variations in yaml.safe_load(file.read_text("utf-8"))["responses"].items():
            kinds = frozenset(
                kind for variation in variations for kind in variation.get("metadata", {}).get("asks", ())
            )
            if not kinds <= FITTING.keys():
                raise ValueError(f"{name} asks {sorted(kinds - FITTING.keys())}, known are {sorted(FITTING)}")
            if kinds:
                asks[name] = kinds
    return asks


def in_context(text: str, chances: Chances, kinds: Collection[str], factor: float) -> dict[str, float]:
    """Return the probabilities of `text` as an answer to a question of these kinds; unchanged when it is none.

    The probability of a danger keeps its value whatever was asked: only what the others share is shared anew. A bare
    number says nothing by itself, so what the intents of numbers have together goes to the one that was asked. After
    the danger card, who says to be safe has answered it, whether with "yes, safe" or with "no, safe".

    Args:
        text: normalised, as the classifier read it.
        chances: of every intent.
        kinds: keys of `FITTING`.
        factor: how much likelier a fitting intent becomes before all are made to sum to what they did.
    """
    words = plain(text).strip(" .!,")
    if STILL_DANGER in kinds and says_safe(words):
        return _shared_anew(chances, {name: 0.0 for name in chances if name != SAFE})
    if not is_short(words):
        return dict(chances)
    counted = [kind for kind in _COUNTED if kind in kinds]
    if counted and _NUMBER.fullmatch(words):
        chances, kinds = _given_to(f"geef_{counted[0]}", chances), counted[:1]
    elif "tijd" in kinds and (_DATE.fullmatch(words) or _MOMENT.fullmatch(words)):
        kinds = ["tijd"]  # where yes or no would answer as well: this is neither
    fitting = {intent for kind in kinds for intent in FITTING.get(kind, ())}
    return _shared_anew(chances, dict.fromkeys(fitting, factor))


def is_short(words: str) -> bool:
    """Whether `words` are few enough to be an answer alone, or a bare number or date."""
    return len(words.split()) <= MAX_WORDS or bool(_NUMBER.fullmatch(words) or _DATE.fullmatch(words))


def says_safe(words: str) -> bool:
    """Whether somebody says, in so many words and without a 'but', to be safe now."""
    if len(words.split()) > _MAX_WORDS_OF_SAFETY:
        return False
    return bool(_SAFE.search(words) or words == "veilig") and not _NOT_SAFE.search(words)


def _given_to(asked: str, chances: Chances) -> dict[str, float]:
    together = sum(chances.get(name, 0.0) for name in _ANSWERS_IN_NUMBERS)
    zeroed = {name: 0.0 for name in _ANSWERS_IN_NUMBERS if name in chances}
    return {**chances, **zeroed, asked: together}


def _shared_anew(chances: Chances, factors: Mapping[str, float]) -> dict[str, float]:
    """Multiply by `factors` (1 for others), then scale all but the dangers so that their sum stays what it was."""
    others = {name: chance for name, chance in chances.items() if name not in DANGERS}
    weighed = {name: chance * factors.get(name, 1.0) for name, chance in others.items()}
    total = sum(weighed.values())
    if total <= 0.0:
        return dict(chances)
    scale = sum(others.values()) / total
    return {name: weighed[name] * scale if name in weighed else chance for name, chance in chances.items()}


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class QuestionContext(GraphComponent):
    """Reads short answers in the light of the question that the message's metadata names; else changes nothing.

    Stands right after the intent classifier, so that doubt is judged by what comes out. The safety layer comes later
    and looks at the words alone. What is asked is read from the files, like the rules of the doubt: no model holds it.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return the default: how much likelier an intent that fits the question becomes."""
        return {"factor": 8.0}

    def __init__(self, factor: float, asks: Asks) -> None:
        self._factor = factor
        self._asks = asks

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> QuestionContext:
        """Create the component for a graph (see Rasa's `GraphComponent`).

        Raises:
            ValueError: see `asked_in`.
        """
        return cls(float(config["factor"]), asked_in(RESPONSES))

    def process(self, messages: list[Message]) -> list[Message]:
        """Change intent and ranking of the messages that answer a question. A button's payload says it all itself."""
        for message in messages:
            kinds = self._asks.get(question_of(message))
            chances: Chances = message.get(PROBABILITIES) or {}
            text = message.get(TEXT) or ""
            if kinds and chances and payload_intent(text) is None:
                length = max(len(message.get(INTENT_RANKING_KEY) or ()), 1)
                set_intents(message, in_context(text, chances, kinds, self._factor), length)
        return messages


def question_of(message: Message) -> str:
    """Return the name of the response that `message` may be an answer to, empty when nobody knows."""
    metadata = message.get("metadata")
    question = metadata.get(QUESTION) if isinstance(metadata, dict) else None
    return question if isinstance(question, str) else ""
