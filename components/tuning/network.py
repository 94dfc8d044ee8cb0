"""The encoder as a network that can learn (TensorFlow), with the same numbers as `components.encoder.network`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from components.encoder.weights import Floats, Shape, is_matrix, matrices

_DROPOUT = 0.1
_SCALE = 20.0
"""Vectors have length 1; multiplied by this their products with the heads become logits."""
_PROCESSOR: Final = Path("/proc/cpuinfo")


def half_precision() -> bool:
    """Return whether this processor multiplies numbers of sixteen bits (bfloat16) by itself: three times as fast."""
    return _PROCESSOR.exists() and "avx512_bf16" in _PROCESSOR.read_text(encoding="ascii")


class TrainableEncoder(tf.Module):
    """The encoder, of which all layers learn, and one linear head for each thing that it must tell apart."""

    def __init__(
        self, weights: Mapping[str, Floats], shape: Shape, heads: Mapping[str, int], half: bool = False
    ) -> None:
        """Begin as the encoder that `weights` make.

        Args:
            weights: as `components.encoder.adapter.adapted` gives them.
            shape: see `Shape`.
            heads: name of each head and how many labels it knows.
            half: multiply numbers of sixteen bits; fast where `half_precision`, very slow elsewhere.
        """
        super().__init__()
        self._shape = shape
        self._factors = tf.bfloat16 if half else tf.float32
        sizes = matrices(shape)
        self._embedding = {name: tf.constant(values) for name, values in weights.items() if name.startswith("emb.")}
        self.layers: dict[str, Any] = {}
        """Every tensor of the layers by its name; matrices as (inputs, outputs)."""
        for name, values in weights.items():
            if name in self._embedding:
                continue
            inputs, outputs = sizes[name.split(".")[1]] if is_matrix(name) else (0, 0)
            self.layers[name] = _variable(values.reshape(outputs, inputs).T if inputs else values)
        self.centre = tf.Variable(np.zeros(shape.dim, np.float32), trainable=False)
        self.heads = {
            name: (_variable(np.zeros((shape.dim, labels))), _variable(np.zeros(labels)))
            for name, labels in heads.items()
        }

    def vectors(self, embedded: Any, lengths: Any, learning: bool) -> Any:
        """Return (texts, dim): the mean over the tokens, not centred; arguments as for `Network.vectors`."""
        present = tf.sequence_mask(lengths, tf.shape(embedded)[1], tf.float32)
        mask = (1 - present)[:, None, None, :] * -1e9
        flow = self._dropped(self._normalised(embedded, "emb.ln"), learning)
        for layer in range(self._shape.layers):
            flow = self._layer(flow, mask, f"l{layer}", learning)
        return tf.reduce_sum(flow * present[..., None], 1) / tf.reduce_sum(present, 1, keepdims=True)

    def logits(self, vectors: Any, head: str) -> Any:
        """Return (texts, labels of the head) for what `vectors` gives."""
        unit = tf.math.l2_normalize(vectors - self.centre, -1)
        weights, bias = self.heads[head]
        return _SCALE * (tf.matmul(unit, weights) + bias)

    def learned(self) -> dict[str, Floats]:
        """Return the tensors of the layers as the model file has them, without the heads."""
        return {
            name: np.ascontiguousarray(values.numpy().T if is_matrix(name) else values.numpy()).reshape(-1)
            for name, values in self.layers.items()
        }

    def _layer(self, flow: Any, mask: Any, layer: str, learning: bool) -> Any:
        texts, tokens, size = tf.shape(flow)[0], tf.shape(flow)[1], self._shape.dim // self._shape.heads

        def heads(name: str) -> Any:
            flat = self._linear(flow, f"{layer}.{name}")
            return tf.transpose(tf.reshape(flat, (texts, tokens, self._shape.heads, size)), (0, 2, 1, 3))

        scores = tf.matmul(heads("q"), heads("k"), transpose_b=True) / np.sqrt(size).astype(np.float32)
        seen = tf.matmul(tf.nn.softmax(scores + mask), heads("v"))
        joined = tf.reshape(tf.transpose(seen, (0, 2, 1, 3)), (texts, tokens, self._shape.dim))
        flow = self._normalised(flow + self._dropped(self._linear(joined, f"{layer}.ao"), learning), f"{layer}.aln")
        inner = self._linear(tf.nn.gelu(self._linear(flow, f"{layer}.fi")), f"{layer}.fo")
        return self._normalised(flow + self._dropped(inner, learning), f"{layer}.oln")

    def _linear(self, flow: Any, name: str) -> Any:
        texts, tokens, weights = tf.shape(flow)[0], tf.shape(flow)[1], self.layers[f"{name}.w"]
        flat = tf.cast(tf.reshape(flow, (-1, weights.shape[0])), self._factors)
        product = tf.cast(tf.matmul(flat, tf.cast(weights, self._factors)), tf.float32)
        return tf.reshape(product + self.layers[f"{name}.b"], (texts, tokens, weights.shape[1]))

    def _normalised(self, flow: Any, name: str) -> Any:
        moved = flow - tf.reduce_mean(flow, -1, keepdims=True)
        unit = moved * tf.math.rsqrt(tf.reduce_mean(tf.square(moved), -1, keepdims=True) + self._shape.epsilon)
        tensors = self.layers if f"{name}.w" in self.layers else self._embedding
        return unit * tensors[f"{name}.w"] + tensors[f"{name}.b"]

    def _dropped(self, flow: Any, learning: bool) -> Any:
        """Drop the same places in all tokens of a text: drawing for each token takes a fifth of all time."""
        if not learning:
            return flow
        return tf.nn.dropout(flow, _DROPOUT, noise_shape=(tf.shape(flow)[0], 1, self._shape.dim))


def _variable(values: npt.ArrayLike) -> Any:
    return tf.Variable(np.asarray(values, np.float32))
