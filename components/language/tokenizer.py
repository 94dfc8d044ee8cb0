"""Dutch words: a Rasa tokenizer over spaCy, of which only the rule-based tokenizer is used."""

from __future__ import annotations

from typing import Any

import spacy
import spacy.util
from rasa.engine.graph import ExecutionContext
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from spacy.language import Language

from components.language.text import normalise, shortened

MAX_WORDS = 160
"""Words of a message that are turned into tokens; 95 % of real messages have at most 45. Bounds the time of a parse."""
MAX_WORD_CHARS = 40
"""Longer "words" are keyboard rolls or addresses; spaCy's patterns are slow on them."""
MAX_TOKENS = 2 * MAX_WORDS
MAX_NEW_STRINGS = 20_000
"""spaCy keeps every word that it ever saw. After so many new ones the pipeline is made anew: bounded memory, and no
word of a visitor stays longer than needed."""


def load_dutch(model: str) -> Language:
    """Return a Dutch pipeline without statistical parts: `model` where it is installed, else the blank one.

    Its tokenizer is spaCy's own rule-based one in both cases: a packaged model brings a copy of the tokenizer of
    the spaCy it was made with, and tokens, with them intents, must not depend on whether a model is there.
    """
    blank = spacy.blank("nl")
    if not spacy.util.is_package(model):
        return blank
    names = spacy.util.load_config(spacy.util.get_package_path(model) / "config.cfg").get("components", {})
    pipeline = spacy.load(model, exclude=list(names))
    pipeline.tokenizer = blank.tokenizer
    return pipeline


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class DutchTokenizer(Tokenizer):
    """First to touch a text: makes it regular (`components.language.text`), then cuts it into Dutch tokens."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """Return Rasa's settings for tokenizers and `model`: the spaCy package to use where it is installed."""
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
            "model": "nl_core_news_sm",
        }

    def __init__(self, config: dict[str, Any]) -> None:
        super().__init__(config)
        self._model: str = config["model"]
        self._load()

    def _load(self) -> None:
        self._pipeline = load_dutch(self._model)
        self._known_strings = len(self._pipeline.tokenizer.vocab.strings)

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> DutchTokenizer:
        """Create the component for a graph (see Rasa's `GraphComponent`)."""
        return cls(config)

    def process(self, messages: list[Message]) -> list[Message]:
        """Set the normalised text and the tokens of each message."""
        for message in messages:
            _normalise_message(message)
        if len(self._pipeline.tokenizer.vocab.strings) > self._known_strings + MAX_NEW_STRINGS:
            self._load()
        return super().process(messages)

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Give the training examples the same normalised text; no part of the pipeline learns from tokens."""
        for example in training_data.training_examples:
            _normalise_message(example)
        return training_data

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        """Return the tokens of `attribute`; an empty text gives one token, because Rasa's featurizers expect one."""
        text: str = message.get(attribute)
        document = self._pipeline.tokenizer(shortened(text, MAX_WORDS, MAX_WORD_CHARS))
        words = [token.text for token in document if not token.is_space]
        if len(words) > MAX_TOKENS:
            words = words[:MAX_WORDS] + words[-MAX_WORDS:]
        return _with_offsets(words, text) or [Token(text, 0)]


def _normalise_message(message: Message) -> None:
    text = message.get(TEXT)
    if text:
        message.set(TEXT, normalise(text) or " ", add_to_output=True)


def _with_offsets(words: list[str], text: str) -> list[Token]:
    """Return `words` as tokens at their places in `text`; a word that was cut out of order gets the last place."""
    tokens, position = [], 0
    for word in words:
        found = text.find(word, position)
        start = found if found >= 0 else position
        tokens.append(Token(word, start))
        position = start + len(word) if found >= 0 else position
    return tokens
