"""The encoder as an ONNX graph, run by onnxruntime: embedded tokens in, one vector per text out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime

from components.encoder.weights import Floats


class Network:
    """A graph that is ready to run."""

    def __init__(self, model: bytes | Path) -> None:
        """Load it.

        Args:
            model: the graph, serialised; from a file it takes a third of the memory while it loads.
        """
        options = onnxruntime.SessionOptions()
        # One core a call: who has more cores makes calls side by side, which wastes less than sharing one.
        options.intra_op_num_threads, options.inter_op_num_threads = 1, 1
        options.log_severity_level = 3
        # Memory is given back instead of kept for the longest text that ever came.
        options.enable_cpu_mem_arena = False
        source = str(model) if isinstance(model, Path) else model
        self._session = onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])

    def vectors(self, embedded: Floats, lengths: Sequence[int]) -> Floats:
        """Return (texts, dim) for `embedded` (texts, tokens, dim), of which text i has `lengths[i]` real tokens."""
        present = (np.arange(embedded.shape[1]) < np.asarray(lengths)[:, None]).astype(np.float32)
        found: Floats = self._session.run(["vectors"], {"embedded": embedded, "present": present})[0]
        return found
