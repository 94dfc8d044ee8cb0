"""The engine for tests; conversations/*.yml are lists of

    - name: <a sentence in Dutch>
      steps:
      - visitor: "what is typed, or the /payload of a button that the answer before it offered"
        answers: [the names of all responses to it, in order]
        slots: {name: value}      # optional: slots after it

They run here against Rasa alone and in tests/stack through the front door.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from components.encoder.adapter import ADAPTER, Adapter
from components.encoder.sentence_encoder import E5Encoder
from tests.rasa.dialogue import DialogueHalf
from tests.rasa.engine import MODEL, Engine, running_engine


@pytest.fixture(scope="session")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    assert MODEL.exists(), "there is no trained model: make train"
    with running_engine(tmp_path_factory.mktemp("engine")) as started:
        yield started


@pytest.fixture(scope="session")
def half(tmp_path_factory: pytest.TempPathFactory) -> DialogueHalf:
    """Rules and policies alone; some 27 seconds to train, so once."""
    return DialogueHalf(tmp_path_factory.mktemp("dialogue"))


@pytest.fixture(scope="session")
def encoder() -> E5Encoder:
    return E5Encoder(Adapter.load(ADAPTER), threads=1)


@pytest.fixture(scope="session")
def root() -> Path:
    return Path(__file__).resolve().parents[2]
