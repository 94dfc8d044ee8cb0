"""The network of multilingual-e5-small as an ONNX graph; made once, when a model is trained."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

from components.encoder.weights import Floats, Shape, matrices

_OPSET, _IR = 17, 8  # what the pinned onnxruntime reads
_HIDDEN = -1e9
"""Added to the attention on padding."""


def graph(weights: Mapping[str, Floats], shape: Shape) -> onnx.ModelProto:
    """Return the network of BERT (Devlin et al., 2019) with mean pooling, as e5 has it.

    Its inputs: `embedded` (texts, tokens, dim), the sums of word, position and type vectors, and `present` (texts,
    tokens), 1 for a token and 0 for padding. Its output: `vectors` (texts, dim), the mean over the tokens.

    Args:
        weights: all tensors of the model file but the word vectors; matrices have the shape (outputs, inputs).
        shape: see `Shape`.
    """
    build = _Builder()
    return build.model(weights, shape)


class _Builder:
    """Collects nodes; each method adds some and returns the name of what they give."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def model(self, weights: Mapping[str, Floats], shape: Shape) -> onnx.ModelProto:
        size = shape.dim // shape.heads
        self._const("heads", np.array([0, 0, shape.heads, size], np.int64))
        self._const("joined", np.array([0, 0, shape.dim], np.int64))
        for name, value in (("scale", 1 / np.sqrt(size)), ("one", 1), ("half", 0.5), ("root", 2**-0.5)):
            self._const(name, np.array(value, np.float32))
        self._const("hidden", np.array(_HIDDEN, np.float32))
        self._const("over_heads", np.array([1, 2], np.int64))
        self._const("last", np.array([2], np.int64))
        self._const("tokens", np.array([1], np.int64))
        absent = self._node("Mul", self._node("Sub", "one", "present"), "hidden")
        mask = self._node("Unsqueeze", absent, "over_heads")
        flow = self._normalised("embedded", weights, "emb.ln", shape)
        for layer in range(shape.layers):
            flow = self._layer(flow, mask, weights, f"l{layer}", shape)
        weight = self._node("Unsqueeze", "present", "last")
        total = self._node("ReduceSum", self._node("Mul", flow, weight), "tokens", keepdims=0)
        self._node("Div", total, self._node("ReduceSum", "present", "tokens", keepdims=1), name="vectors")
        value = helper.make_tensor_value_info
        described = helper.make_graph(
            self._nodes,
            "encoder",
            [
                value("embedded", TensorProto.FLOAT, ["texts", "tokens", shape.dim]),
                value("present", TensorProto.FLOAT, ["texts", "tokens"]),
            ],
            [value("vectors", TensorProto.FLOAT, ["texts", shape.dim])],
            self._constants,
        )
        model = helper.make_model(described, opset_imports=[helper.make_opsetid("", _OPSET)])
        model.ir_version = _IR
        return model

    def _layer(self, flow: str, mask: str, weights: Mapping[str, Floats], layer: str, shape: Shape) -> str:
        sizes = matrices(shape)
        order = {"q": [0, 2, 1, 3], "k": [0, 2, 3, 1], "v": [0, 2, 1, 3]}
        heads = {
            name: self._node(
                "Transpose",
                self._node("Reshape", self._linear(flow, weights, f"{layer}.{name}", *sizes[name]), "heads"),
                perm=axes,
            )
            for name, axes in order.items()
        }
        scores = self._node("Mul", self._node("MatMul", heads["q"], heads["k"]), "scale")
        attention = self._node("Softmax", self._node("Add", scores, mask), axis=-1)
        seen = self._node("Transpose", self._node("MatMul", attention, heads["v"]), perm=[0, 2, 1, 3])
        out = self._linear(self._node("Reshape", seen, "joined"), weights, f"{layer}.ao", *sizes["ao"])
        flow = self._normalised(self._node("Add", flow, out), weights, f"{layer}.aln", shape)
        inner = self._gelu(self._linear(flow, weights, f"{layer}.fi", *sizes["fi"]))
        out = self._linear(inner, weights, f"{layer}.fo", *sizes["fo"])
        return self._normalised(self._node("Add", flow, out), weights, f"{layer}.oln", shape)

    def _linear(self, flow: str, weights: Mapping[str, Floats], name: str, inputs: int, outputs: int) -> str:
        matrix = self._const(f"{name}.w", weights[f"{name}.w"].reshape(outputs, inputs).T)
        product = self._node("MatMul", flow, matrix)
        return self._node("Add", product, self._const(f"{name}.b", weights[f"{name}.b"]))

    def _gelu(self, flow: str) -> str:
        bell = self._node("Add", self._node("Erf", self._node("Mul", flow, "root")), "one")
        return self._node("Mul", self._node("Mul", flow, bell), "half")

    def _normalised(self, flow: str, weights: Mapping[str, Floats], name: str, shape: Shape) -> str:
        scale, bias = (self._const(f"{name}.{part}", weights[f"{name}.{part}"]) for part in "wb")
        return self._node("LayerNormalization", flow, scale, bias, axis=-1, epsilon=float(shape.epsilon))

    def _const(self, name: str, value: npt.NDArray[Any]) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def _node(self, kind: str, *inputs: str, name: str = "", **attributes: Any) -> str:
        out = name or f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [out], **attributes))
        return out
