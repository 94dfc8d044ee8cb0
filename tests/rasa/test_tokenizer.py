"""Dutch tokens, with and without a packaged spaCy model."""

from pathlib import Path
from typing import Any

import pytest
import spacy
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message

from components.language.tokenizer import MAX_TOKENS, DutchTokenizer

SENTENCES = [
    "Hij slaat m'n zus, nu al 3 jaar.",
    "kben bang!!! wat moet ik doen?",
    "'s avonds ga ik naar 's-Hertogenbosch, d.w.z. met de trein",
    "e-mail: iemand@voorbeeld.nl of bel 112",
    "helpаidez-moi 😀 yardım",
]


def tokens(tokenizer: DutchTokenizer, text: str) -> list[str]:
    message = Message({TEXT: text})
    tokenizer.process([message])
    return [token.text for token in message.get("text_tokens")]


def tokenizer(model: str = "nl_core_news_sm") -> DutchTokenizer:
    return DutchTokenizer({**DutchTokenizer.get_default_config(), "model": model})


@pytest.fixture
def with_packaged_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DutchTokenizer:
    """A stand-in for nl_core_news_sm: a saved Dutch pipeline whose own tokenizer cuts at every letter e."""
    import re

    odd = spacy.blank("nl")
    odd.tokenizer.infix_finditer = re.compile("e").finditer
    odd.add_pipe("sentencizer")
    odd.to_disk(tmp_path)
    load = spacy.load
    monkeypatch.setattr("components.language.tokenizer.spacy.util.is_package", lambda name: True)
    monkeypatch.setattr("components.language.tokenizer.spacy.util.get_package_path", lambda name: tmp_path)
    monkeypatch.setattr("components.language.tokenizer.spacy.load", lambda name, **options: load(tmp_path, **options))
    return tokenizer("stand_in")


@pytest.mark.parametrize("sentence", SENTENCES)
def test_tokens_are_the_same_with_and_without_a_packaged_model(
    with_packaged_model: DutchTokenizer, monkeypatch: pytest.MonkeyPatch, sentence: str
) -> None:
    monkeypatch.undo()
    assert tokens(with_packaged_model, sentence) == tokens(tokenizer("not_installed"), sentence)


def test_a_packaged_model_brings_none_of_its_statistical_parts(with_packaged_model: DutchTokenizer) -> None:
    assert with_packaged_model._pipeline.pipe_names == []


def test_every_token_stands_where_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    message = Message({TEXT: "Hij  slaat\u200b mij, en mij, steeds"})
    tokenizer().process([message])
    text: Any = message.get(TEXT)
    assert all(text[t.start : t.end] == t.text for t in message.get("text_tokens"))


def test_a_message_never_has_more_tokens_than_are_worth_the_time() -> None:
    assert len(tokens(tokenizer(), "'-.,;:" * 300)) <= MAX_TOKENS


def test_words_of_visitors_do_not_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.language.tokenizer.MAX_NEW_STRINGS", 20)
    ours = tokenizer()
    for number in range(100):
        tokens(ours, f"geheimwoord{number} nogeen{number}")
    assert len(ours._pipeline.vocab.strings) <= ours._known_strings + 30
    assert "geheimwoord1" not in ours._pipeline.vocab.strings
