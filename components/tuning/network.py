"""The encoder as a network that can learn (TensorFlow), with the same numbers as `components.encoder.network`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from components.encoder.adapter import Adapter
from components.encoder.weights import Floats, Shape, matrices

_FIRST_LAYER = 2
"""The layers below read letters and words, alike for every purpose: they stay as they are."""
_RANK = 16
_DROPOUT = 0.1
_REPLACED = ("aln.w", "aln.b", "oln.w", "oln.b", "q.b", "v.b", "ao.b", "fi.b", "fo.b")
_SCALE = 20.0
"""Vectors have length 1; multiplied by this their products with the heads become logits."""


class TrainableEncoder(tf.Module):
    """The encoder with thin matrices beside its own (LoRA), and one linear head for each thing that it must tell."""

    def __init__(self, weights: Mapping[str, Floats], shape: Shape, heads: Mapping[str, int], seed: int) -> None:
        """Begin with an adapter that changes nothing.

        Args:
            weights: as `components.encoder.adapter.adapted` gives them.
            shape: see `Shape`.
            heads: name of each head and how many labels it knows.
            seed: of the first values.
        """
        super().__init__()
        chance = np.random.default_rng(seed)
        self._shape = shape
        self._fixed = {name: tf.constant(values) for name, values in weights.items() if name.startswith("emb.")}
        self._matrices: dict[str, Any] = {}
        self.products: dict[str, tuple[Any, Any]] = {}
        self.replaced: dict[str, Any] = {}
        for layer in range(shape.layers):
            learns = layer >= _FIRST_LAYER
            for name, (inputs, outputs) in matrices(shape).items():
                full = f"l{layer}.{name}"
                self._matrices[full] = tf.constant(
                    np.ascontiguousarray(weights[f"{full}.w"].reshape(outputs, inputs).T)
                )
                if learns:
                    left = chance.normal(size=(inputs, _RANK)) / np.sqrt(inputs)
                    self.products[full] = (_variable(left), _variable(np.zeros((_RANK, outputs))))
            for name in (*_REPLACED, "k.b"):
                full = f"l{layer}.{name}"
                (self.replaced if learns and name in _REPLACED else self._fixed)[full] = (
                    _variable(weights[full]) if learns and name in _REPLACED else tf.constant(weights[full])
                )
        self.centre = tf.Variable(np.zeros(shape.dim, np.float32), trainable=False)
        self.heads = {
            name: (_variable(chance.normal(size=(shape.dim, labels)) * 0.02), _variable(np.zeros(labels)))
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
        return _SCALE * tf.matmul(unit, weights) + bias

    def adapter(self) -> Adapter:
        """Return what was learned, without the heads: the linear models take their place."""
        products = {f"{name}.w": (left.numpy(), right.numpy()) for name, (left, right) in self.products.items()}
        return Adapter(products, {name: values.numpy() for name, values in self.replaced.items()})

    def go_on_from(self, adapter: Adapter) -> None:
        """Take over an earlier adapter.

        Raises:
            KeyError: it changes other tensors than this network does.
            ValueError: it has other sizes.
        """
        for name, pair in self.products.items():
            for variable, values in zip(pair, adapter.products[f"{name}.w"], strict=True):
                variable.assign(values)
        for name, variable in self.replaced.items():
            variable.assign(adapter.replaced[name])

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
        product = tf.matmul(flow, self._matrices[name]) + self._tensor(f"{name}.b")
        if name in self.products:
            left, right = self.products[name]
            product += tf.matmul(tf.matmul(flow, left), right)
        return product

    def _normalised(self, flow: Any, name: str) -> Any:
        mean, variance = tf.nn.moments(flow, -1, keepdims=True)
        unit = (flow - mean) * tf.math.rsqrt(variance + self._shape.epsilon)
        return unit * self._tensor(f"{name}.w") + self._tensor(f"{name}.b")

    def _tensor(self, name: str) -> Any:
        return self.replaced[name] if name in self.replaced else self._fixed[name]

    def _dropped(self, flow: Any, learning: bool) -> Any:
        return tf.nn.dropout(flow, _DROPOUT) if learning else flow


def _variable(values: npt.ArrayLike) -> Any:
    return tf.Variable(np.asarray(values, np.float32))
