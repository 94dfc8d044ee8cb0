"""`python -m components.tuning`: teach the encoder our own borders, into data/encoder/adapter.npz.

Done rarely, by hand: one to three hours on two cores. `make train` then takes minutes and needs only the result. The
encoder learns to tell the intents and the dangers apart on examples as others might have typed them: mistyped, or with
everyday sentences around. The heads that it learns with are thrown away, for the linear models of the pipeline learn on
its vectors anew (docs/adr/0004).
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
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
from components.tuning.noise import mistyped, surrounded

BATCH: Final = 48
BUCKET: Final = 16 * BATCH
"""Texts that are sorted by length together: padding costs time, and wholly sorted texts would learn badly."""
RATE: Final = 1e-4
HEAD_RATE: Final = 5
"""Times the rate of the encoder: the heads begin with nothing but the mean of their examples."""
WARM_UP: Final = 0.06
"""Share of the steps in which the learning rate rises; then it falls to almost nothing."""
SMOOTHING: Final = 0.05
DANGER_WEIGHT: Final = 2.0
JOINED: Final = 0.15
"""How often an example of danger is put beside one without: a grave sentence in a story must stay grave."""
SURROUNDED: Final = 0.25
"""How often an example gets everyday sentences around it, as people put them around the core of a story."""
JOINED_CHARS: Final = 220
SURROUNDED_CHARS: Final = 25
"""Shorter ones stay alone: 'nee' within a story is no answer any more."""
SEED: Final = 1
NO_INTENT: Final = ""
"""Of a near miss: it says what is no danger, and nothing of the intent."""

EVERYDAY: Final = ADAPTER.with_name("everyday.txt")
"""Sentences that say nothing about any intent."""

Ints: TypeAlias = npt.NDArray[np.int_]
Bools: TypeAlias = npt.NDArray[np.bool_]


def main() -> int:
    """Tune and write; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m components.tuning", description=__doc__.splitlines()[0])
    parser.add_argument("--epochs", type=int, default=4, help="times that every example is read (default: %(default)s)")
    parser.add_argument("--rate", type=float, default=RATE, help="highest learning rate (default: %(default)s)")
    parser.add_argument("--from", dest="earlier", type=Path, help="go on from this adapter instead of from nothing")
    parser.add_argument("--out", type=Path, default=ADAPTER, help="file to write (default: %(default)s)")
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    examples = [*read_examples(), *(Example(NO_INTENT, text) for text in read_near_misses())]
    tune(examples, options.epochs, options.rate, options.earlier, options.out)
    return 0


def tune(examples: Sequence[Example], epochs: int, rate: float, earlier: Path | None, out: Path) -> list[float]:
    """Learn from `examples` and return the mean loss of each epoch.

    The adapter is written after each epoch, so that a broken run loses little.

    Args:
        examples: at least one of each danger and one without; those that fit no intent have `NO_INTENT`.
        epochs: times that each is read.
        rate: highest learning rate.
        earlier: an adapter to go on from.
        out: file to write.

    Raises:
        FileNotFoundError: there is no adapter `earlier`.
    """
    import tensorflow as tf

    from components.tuning.network import TrainableEncoder, half_precision

    chance = random.Random(SEED)
    tf.random.set_seed(SEED)
    everyday = EVERYDAY.read_text(encoding="utf-8").splitlines()
    intents, danger = _labels(examples)
    named = np.array([example.intent != NO_INTENT for example in examples])
    importance = np.where(named, _importance(intents, named), 0).astype(np.float32)
    weight = np.where(danger > 0, DANGER_WEIGHT, 1).astype(np.float32)
    start = Adapter.load(earlier) if earlier else None
    reader, untuned = E5Encoder(start), adapted(None)
    heads = {"intent": intents.max() + 1, "danger": danger.max() + 1}
    network = TrainableEncoder(adapted(start), ModelFile.of_package().shape, heads, half_precision())
    _give_first_guess(network, reader, examples, {"intent": np.where(named, intents, -1), "danger": danger})
    rates = {part: tf.Variable(rate) for part in ("encoder", "heads")}
    optimizers = {part: tf.keras.optimizers.legacy.Adam(rates[part], beta_2=0.98, epsilon=1e-6) for part in rates}
    learning = {"encoder": list(network.layers.values()), "heads": [v for pair in network.heads.values() for v in pair]}

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
        variables = [*learning["encoder"], *learning["heads"]]
        gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, variables), 1.0)
        split = len(learning["encoder"])
        optimizers["encoder"].apply_gradients(zip(gradients[:split], learning["encoder"]))  # noqa: B905 - within a tf.function zip knows no strict
        optimizers["heads"].apply_gradients(zip(gradients[split:], learning["heads"]))  # noqa: B905
        return loss

    def _mean(losses: Any, weights: Any) -> Any:
        return tf.reduce_sum(losses * weights) / (tf.reduce_sum(weights) + 1e-6)

    total, done, began = epochs * -(-len(examples) // BATCH), 0, time.monotonic()
    means = []
    for epoch in range(epochs):
        texts, alone = _heard(examples, danger, everyday, chance)
        ids = [reader.tokens(normalise(text)) for text in texts]
        losses = []
        for rows in _batches([len(one) for one in ids], chance):
            done += 1
            now = rate * min(1, done / (WARM_UP * total)) * max(0.02, 1 - done / total)
            rates["encoder"].assign(now)
            rates["heads"].assign(HEAD_RATE * now)
            embedded, lengths = reader.embedded([ids[row] for row in rows])
            losses.append(
                float(step(embedded, np.array(lengths, np.int32), intents[rows], importance[rows] * alone[rows],
                           danger[rows], weight[rows]))
            )  # fmt: skip
            if done % 50 == 0:
                minutes = (time.monotonic() - began) / 60
                _say(f"step {done} of {total}, loss {np.mean(losses[-50:]):.2f}, {minutes:.0f} of about "
                     f"{minutes * total / done:.0f} minutes")  # fmt: skip
        Adapter.between(untuned, network.learned()).save(out)
        means.append(float(np.mean(losses)))
        _say(f"epoch {epoch + 1} of {epochs}: loss {means[-1]:.2f}; written to {out}")
    return means


def _labels(examples: Sequence[Example]) -> tuple[Ints, Ints]:
    """Return the number of each example's intent and of its danger; no danger is 0."""
    names = sorted({example.intent for example in examples} - {NO_INTENT})
    dangers = [NO_DANGER, *LABEL_OF_INTENT.values()]
    intents = np.array([names.index(example.intent or names[0]) for example in examples])
    return intents, np.array([dangers.index(LABEL_OF_INTENT.get(example.intent, NO_DANGER)) for example in examples])


def _importance(intents: Ints, named: Bools) -> Floats:
    """Return how much each example counts: those of an intent with more than the middle one count less (the root)."""
    counts = np.bincount(intents[named])
    shares: Floats = np.sqrt(np.minimum(1, np.median(counts) / counts))[intents]
    return shares


def _give_first_guess(network: Any, reader: E5Encoder, examples: Sequence[Example], labels: Mapping[str, Ints]) -> None:
    """Centre the vectors, and let each label of each head begin at the mean of its examples: saves an epoch.

    Args:
        labels: for each head the label of each example, -1 for none.
    """
    vectors = reader.encode([normalise(example.text) for example in examples], unit=False)
    centre = vectors.mean(axis=0)
    network.centre.assign(centre)
    moved = vectors - centre
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    for head, known in labels.items():
        means = np.stack([moved[known == label].mean(axis=0) for label in range(known.max() + 1)])
        network.heads[head][0].assign((means / np.linalg.norm(means, axis=1, keepdims=True)).T)


def _heard(
    examples: Sequence[Example], danger: Ints, everyday: Sequence[str], chance: random.Random
) -> tuple[list[str], Floats]:
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
            elif danger[index] == 0 and draw < JOINED / 3:
                text, alone[index] = f"{other}. {text}", 0
            elif len(text) > SURROUNDED_CHARS and chance.random() < SURROUNDED:
                text = surrounded(text, everyday, chance)
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
