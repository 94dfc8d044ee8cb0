"""`make fuzz`: text that grows towards code it has not reached yet (atheris, on libFuzzer), for a minute.

Every input goes through all that meets a stranger's words before a model does: making regular, windows, tokens of both
kinds, rules, dates, the last question; every eighth through the encoder too, which is slow beside the rest. An input
breaks the run when something raises, when a promise does not hold, or when it takes longer than a message may.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path

import atheris
import numpy as np

with atheris.instrument_imports(include=["components"]):
    from components.encoder.adapter import ADAPTER, Adapter
    from components.encoder.sentence_encoder import MAX_TOKENS, E5Encoder
    from components.entities.moment_extractor import MAX_MOMENTS
    from components.entities.moments import find_moments
    from components.examples import read_examples
    from components.intent.question_context import FITTING, in_context
    from components.language.ngrams import words_of
    from components.language.text import MAX_CHARS, normalise, payload_intent, shortened, without_command
    from components.language.tokenizer import MAX_WORD_CHARS, MAX_WORDS, load_dutch
    from components.language.windows import windows
    from components.safety.rules import RULES, SafetyRules

MAX_SECONDS = 0.25
"""Of one message, in the issue that asked for this; the fastest of `ATTEMPTS` counts, for the machine may be busy."""
ATTEMPTS = 5
EVERY_NTH_ENCODED = 8
SEEDS = 200
CORPUS = Path(__file__).parents[2] / "var" / "fuzz"
NOW = datetime(2026, 1, 1, tzinfo=timezone.utc)
CHANCES = {"geef_tijd": 0.4, "geef_leeftijd": 0.3, "bevestigen": 0.2, "acuut_gevaar": 0.1}

RULES_OF_DANGER = SafetyRules.read(RULES)
DUTCH = load_dutch("nl_core_news_sm")
ENCODER = E5Encoder(Adapter.load(ADAPTER), threads=1)


def read(text: str, encoded: bool) -> None:
    """Do with `text` what the engine does, and check what its modules promise."""
    once = normalise(text)
    if normalise(once) != once or len(once) > MAX_CHARS:
        raise AssertionError("a regular text changed when it was made regular again")
    payload_intent(once)
    words = without_command(once, ["groet"])
    parts = windows(words)
    for part in (words, *parts):
        if len(ENCODER.tokens(part)) > MAX_TOKENS:
            raise AssertionError("more tokens than are allowed")
        words_of(part)
    DUTCH.tokenizer(shortened(words, MAX_WORDS, MAX_WORD_CHARS))
    RULES_OF_DANGER.find(words)
    list(islice(find_moments(words, NOW), MAX_MOMENTS))
    found = in_context(words, CHANCES, FITTING, 8.0)
    if abs(sum(found.values()) - 1) > 1e-6 or found["acuut_gevaar"] != CHANCES["acuut_gevaar"]:
        raise AssertionError("the chances no longer sum to one, or danger was changed")
    if encoded and not np.isfinite(ENCODER.encode([words])).all():
        raise AssertionError("a vector with a number that is none")


def one_input(data: bytes) -> None:
    """Read one input, again while it is too slow, and raise when it stays so."""
    text = data.decode("utf-8", "surrogateescape")
    encoded = len(data) % EVERY_NTH_ENCODED == 0
    for _ in range(ATTEMPTS):
        began = time.perf_counter()
        read(text, encoded)
        if time.perf_counter() - began <= MAX_SECONDS:
            return
    raise AssertionError(f"reading took more than {MAX_SECONDS} s")


def main() -> None:
    """Fuzz; what was found stays in `CORPUS`, and the next run goes on from there."""
    CORPUS.mkdir(parents=True, exist_ok=True)
    for number, example in enumerate(random.Random(1).sample(read_examples(), SEEDS)):
        (CORPUS / f"seed{number}").write_bytes(example.text.encode())
    atheris.Setup([*sys.argv, f"-max_len={4 * MAX_CHARS}", "-len_control=0", str(CORPUS)], one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
