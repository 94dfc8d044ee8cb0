"""`python -m components.tuning`: teach the encoder our own borders, into data/encoder/adapter.npz.

Done rarely, by hand: about half an hour on two cores. `make train` then takes minutes and needs only the result. The
encoder learns to tell the intents and the dangers apart on mistyped examples; the heads it learns with are thrown away,
for the linear models of the pipeline learn on its vectors anew (docs/adr/0004).
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from components.encoder.adapter import ADAPTER, Adapter, adapted
from components.encoder.sentence_encoder import E5Encoder
from components.encoder.weights import Floats, ModelFile
from components.examples import Example, read_examples, read_near_misses
from components.language.text import normalise
from components.safety.verdict import LABEL_OF_INTENT, NO_DANGER
from components.tuning.noise import mistyped

BATCH: Final = 32
BUCKET: Final = 16 * BATCH
"""Texts that are sorted by length together: padding costs time, and wholly sorted texts would learn badly."""
RATE: Final = 2e-3
WARM_UP: Final = 0.06
"""Share of the steps in which the learning rate rises; then it falls to almost nothing."""
SMOOTHING: Final = 0.05
MOST_PER_INTENT: Final = 150
"""Intents with more examples count less each (the root of the share)."""
DANGER_WEIGHT: Final = 2.0
JOINED: Final = 0.15
"""How often an example of danger is put beside one without: a grave sentence in a story must stay grave."""
JOINED_CHARS: Final = 220
SEED: Final = 1
NO_INTENT: Final = ""
"""Of a near miss: it says what is no danger, and nothing of the intent."""

Ints: TypeAlias = npt.NDArray[np.int_]


def main() -> int:
    """Tune and write; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m components.tuning", description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=5, help="times that every example is read (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=RATE, help="highest learning rate (default: %(default)s)")
    parser.add_argument("--from", dest="earlier", type=Path, help="go on from this adapter instead of from nothing")
    parser.add_argument("--out", type=Path, default=ADAPTER, help="file to write (default: %(default)s)")
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    tune(options.epochs, options.rate, options.earlier, options.out)
    return 0


def tune(epochs: int, rate: float, earlier: Path | None, out: Path) -> None:
    """Learn from data/nlu/ and write the adapter after each epoch, so that a broken run loses little.

    Raises:
        FileNotFoundError: there are no examples, or there is no adapter `earlier`.
    """
    import tensorflow as tf

    from components.tuning.network import TrainableEncoder

    chance = random.Random(SEED)
    tf.random.set_seed(SEED)
    examples = [*read_examples(), *(Example(NO_INTENT, text) for text in read_near_misses())]
    intents, danger = _labels(examples)
    importance = np.sqrt(np.minimum(1, MOST_PER_INTENT / np.bincount(intents)))[intents].astype(np.float32)
    importance[[example.intent == NO_INTENT for example in examples]] = 0
    weight = np.where(danger > 0, DANGER_WEIGHT, 1).astype(np.float32)
    start = Adapter.load(earlier) if earlier else None
    reader = E5Encoder(start)
    network = TrainableEncoder(
        adapted(None), ModelFile.of_package().shape, {"intent": intents.max() + 1, "danger": danger.max() + 1}, SEED
    )
    if start:
        network.go_on_from(start)
    _give_first_guess(network, reader, examples, intents)
    rate_now = tf.Variable(rate)
    optimizer = tf.keras.optimizers.legacy.Adam(rate_now)
    variables = list(network.trainable_variables)

    @tf.function(reduce_retracing=True)
    def step(embedded: Any, lengths: Any, intent: Any, how_much: Any, level: Any, grave: Any) -> Any:
        with tf.GradientTape() as tape:
            vectors = network.vectors(embedded, lengths, learning=True)
            logits = network.logits(vectors, "intent")
            known = tf.one_hot(intent, tf.shape(logits)[1]) * (1 - SMOOTHING) + SMOOTHING / tf.cast(
                tf.shape(logits)[1], tf.float32
            )
            of_intent = _mean(tf.nn.softmax_cross_entropy_with_logits(known, logits), how_much)
            of_danger = _mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(level, network.logits(vectors, "danger")), grave
            )
            loss = of_intent + of_danger
        gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, variables), 1.0)
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
        return loss

    def _mean(losses: Any, weights: Any) -> Any:
        return tf.reduce_sum(losses * weights) / (tf.reduce_sum(weights) + 1e-6)

    total, done, began = epochs * -(-len(examples) // BATCH), 0, time.monotonic()
    for epoch in range(epochs):
        texts, alone = _heard(examples, danger, chance)
        ids = [reader.tokens(normalise(text)) for text in texts]
        losses = []
        for rows in _batches([len(one) for one in ids], chance):
            done += 1
            rate_now.assign(rate * min(1, done / (WARM_UP * total)) * max(0.02, 1 - done / total))
            embedded, lengths = reader.embedded([ids[row] for row in rows])
            losses.append(
                float(step(embedded, np.array(lengths, np.int32), intents[rows], importance[rows] * alone[rows],
                           danger[rows], weight[rows]))
            )  # fmt: skip
            if done % 50 == 0:
                minutes = (time.monotonic() - began) / 60
                _say(f"step {done} of {total}, loss {np.mean(losses[-50:]):.2f}, {minutes:.0f} of about "
                     f"{minutes * total / done:.0f} minutes")  # fmt: skip
        network.adapter().save(out)
        _say(f"epoch {epoch + 1} of {epochs}: loss {np.mean(losses):.2f}; written to {out}")


def _labels(examples: Sequence[Example]) -> tuple[Ints, Ints]:
    """Return the number of each example's intent and of its danger; no danger is 0."""
    names = sorted({example.intent for example in examples} - {NO_INTENT})
    dangers = [NO_DANGER, *LABEL_OF_INTENT.values()]
    intents = np.array([names.index(example.intent or names[0]) for example in examples])
    return intents, np.array([dangers.index(LABEL_OF_INTENT.get(example.intent, NO_DANGER)) for example in examples])


def _give_first_guess(network: Any, reader: E5Encoder, examples: Sequence[Example], intents: Ints) -> None:
    """Centre the vectors, and let each intent begin at the mean of its examples: saves an epoch."""
    vectors = reader.encode([normalise(example.text) for example in examples], unit=False)
    centre = vectors.mean(axis=0)
    network.centre.assign(centre)
    moved = vectors - centre
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    means = np.stack([moved[intents == intent].mean(axis=0) for intent in range(intents.max() + 1)])
    network.heads["intent"][0].assign((means / np.linalg.norm(means, axis=1, keepdims=True)).T)


def _heard(examples: Sequence[Example], danger: Ints, chance: random.Random) -> tuple[list[str], Floats]:
    """Return the examples as they are read this time, and 0 for those that no longer have one clear intent, else 1."""
    harmless = np.flatnonzero(danger == 0).tolist()
    texts, alone = [], np.ones(len(examples), np.float32)
    for index, example in enumerate(examples):
        text = mistyped(example.text, chance)
        draw = chance.random()
        other = mistyped(examples[chance.choice(harmless)].text, chance)
        if max(len(text), len(other)) < JOINED_CHARS:
            if danger[index] > 0 and draw < JOINED:
                text = f"{other}. {text}" if chance.random() < 0.6 else f"{text}. {other}"
            elif danger[index] == 0 and draw < JOINED / 2:
                text, alone[index] = f"{other}. {text}", 0
        texts.append(text)
    return texts, alone


def _batches(lengths: Sequence[int], chance: random.Random) -> Iterator[list[int]]:
    """Yield all rows in a random order, in batches of about the same length."""
    order = list(range(len(lengths)))
    chance.shuffle(order)
    found = []
    for start in range(0, len(order), BUCKET):
        bucket = sorted(order[start : start + BUCKET], key=lengths.__getitem__)
        found += [bucket[at : at + BATCH] for at in range(0, len(bucket), BATCH)]
    chance.shuffle(found)
    yield from found


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the terminal is its page


if __name__ == "__main__":
    sys.exit(main())
