"""The network with its matrices in eight bits: a quarter of the memory, half the time; made when a model is trained.

A text keeps its meaning: vectors have a cosine of 0.99 with the exact ones, and neither intents nor dangers were read
worse (docs/adr/0005). The numbers that flow through are rounded by what is in the batch, so vectors of one text differ
as little between batches; a message is always read alone.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory


def quantised(model: bytes) -> bytes:
    """Return the serialised network with the weights of its matrix products as whole numbers of eight bits.

    Unsigned ones: with signed ones a processor without VNNI lets sums overflow, and would read otherwise than others.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic  # brings onnx along, which the server does without

    with TemporaryDirectory() as name:
        exact, rounded = Path(name) / "exact.onnx", Path(name) / "rounded.onnx"
        exact.write_bytes(model)
        quantize_dynamic(
            exact, rounded, op_types_to_quantize=["MatMul"], per_channel=True, weight_type=QuantType.QUInt8
        )
        return rounded.read_bytes()
