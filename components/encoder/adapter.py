"""What tuning on our own examples added to the encoder: a file beside the data, laid over the package's weights.

The differences of the matrices are kept in four bits, as the package keeps the matrices themselves; biases and layer
norms are replaced. So the repository holds twelve megabytes instead of eighty-five, and the package keeps its weights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from components.encoder.weights import Floats, ModelFile, is_matrix, packed, unpacked

ADAPTER = Path(__file__).parents[2] / "data" / "encoder" / "adapter.npz"
_DIFFERENCE = ".difference"


@dataclass(frozen=True)
class Adapter:
    """Changes of tensors, by their names in the model file, each with the shape (numbers,)."""

    added: Mapping[str, Floats]
    """What is added to a matrix."""
    replaced: Mapping[str, Floats]
    """New values of a bias or norm."""

    @classmethod
    def between(cls, before: Mapping[str, Floats], after: Mapping[str, Floats]) -> Adapter:
        """Return what makes `after` of `before`."""
        return cls(
            {name: values - before[name] for name, values in after.items() if is_matrix(name)},
            {name: values for name, values in after.items() if not is_matrix(name)},
        )

    def over(self, weights: Mapping[str, Floats]) -> dict[str, Floats]:
        """Return `weights` with the changes.

        Raises:
            ValueError: the adapter names a tensor that isn't there, or doesn't fit it.
        """
        for name, values in (*self.added.items(), *self.replaced.items()):
            if name not in weights or weights[name].shape != values.shape:
                raise ValueError(f"the adapter does not fit the encoder at {name}")
        return {**weights, **self.replaced, **{name: weights[name] + values for name, values in self.added.items()}}

    def save(self, path: Path) -> None:
        """Write one .npz file, differences in four bits and the rest in half precision, without pickle."""
        arrays = {name: values.astype(np.float16) for name, values in self.replaced.items()}
        path.parent.mkdir(parents=True, exist_ok=True)
        differences = {name + _DIFFERENCE: packed(values) for name, values in self.added.items()}
        np.savez_compressed(path, **arrays, **differences)

    @classmethod
    def load(cls, path: Path) -> Adapter:
        """Read what `save` wrote.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: the file holds pickled objects.
        """
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        return cls(
            {name.removesuffix(_DIFFERENCE): unpacked(blocks).reshape(-1)
             for name, blocks in arrays.items() if name.endswith(_DIFFERENCE)},
            {name: values.astype(np.float32) for name, values in arrays.items() if not name.endswith(_DIFFERENCE)},
        )  # fmt: skip


def adapted(adapter: Adapter | None) -> dict[str, Floats]:
    """Return all weights of the package's encoder but the word vectors, with `adapter` over them."""
    file = ModelFile.of_package()
    weights = {name: file.tensor(name) for name in file.names if name != "emb.word"}
    return adapter.over(weights) if adapter else weights
