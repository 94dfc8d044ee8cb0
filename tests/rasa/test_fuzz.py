"""Any text at all: the tokenizer and the encoder are native code fed by strangers. `make fuzz` tries longer."""

import os
import unicodedata

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.encoder.sentence_encoder import MAX_TOKENS, E5Encoder
from components.language.ngrams import words_of
from components.language.text import MAX_CHARS, normalise
from components.language.windows import windows

EXAMPLES = int(os.environ.get("EERSTE_STAP_FUZZ_EXAMPLES", "100"))
HIDDEN = "\u200b\u200d\u200e\u200f\u2060\ufeff\u00ad"
WIDE = ["\0", "\ud83d", "\udc00", "\ufdfa", "\u202e", "😀", "👩‍👩‍👧‍👦", "e\u0301\u0302\u0303", "مرحبا", "ї", "ﬁ"]
HOSTILE = st.sampled_from([*WIDE, "a" * 300, "/restart", "{{x}}"])
TEXTS = st.one_of(
    st.text(st.characters(), max_size=300),
    st.lists(st.one_of(HOSTILE, st.text(max_size=20)), max_size=60).map("".join),
    st.builds(lambda part, times: part * times, st.text(min_size=1, max_size=12), st.integers(1, 400)),
)
FUZZ = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=EXAMPLES <= 100,  # the same in each run of the suite; `make fuzz` looks for new ones
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FUZZ
@given(TEXTS)
def test_any_text_is_read_within_its_tokens_and_gives_one_vector(encoder: E5Encoder, text: str) -> None:
    for given_text in (text, normalise(text)):
        assert len(encoder.tokens(given_text)) <= MAX_TOKENS
    vector = encoder.encode([text])[0]
    assert np.isfinite(vector).all()
    assert abs(float((vector**2).sum()) - 1) < 1e-3


@FUZZ
@given(TEXTS)
def test_any_text_becomes_regular_once_and_for_all(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert len(once) <= MAX_CHARS
    assert all(part.strip() for part in windows(once))
    words_of(once)


@FUZZ
@given(st.text(st.characters(categories=["L", "N", "P"]), min_size=1, max_size=80), st.sampled_from(HIDDEN))
def test_text_that_looks_the_same_is_the_same(text: str, hidden: str) -> None:
    composed = unicodedata.normalize("NFKC", text)
    assert normalise(hidden.join(composed)) == normalise(composed)
    assert normalise(unicodedata.normalize("NFD", composed)) == normalise(composed)
