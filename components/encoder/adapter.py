"""What tuning on our own examples added to the encoder: a small file beside the data, laid over the package's weights.

Each matrix W gets a product of two thin matrices, W + A B (LoRA: Hu et al., 2021); biases and layer norms are replaced.
So the repository holds three megabytes instead of eighty-five, and the weights themselves stay the package's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from components.encoder.weights import Floats, ModelFile, Shape, matrices

ADAPTER = Path(__file__).parents[2] / "data" / "encoder" / "adapter.npz"


@dataclass(frozen=True)
class Adapter:
    """Changes of tensors, by their names in the model file."""

    products: Mapping[str, tuple[Floats, Floats]]
    """A (inputs, rank) and B (rank, outputs) of a matrix."""
    replaced: Mapping[str, Floats]
    """New values of a bias or norm."""

    def over(self, weights: Mapping[str, Floats], shape: Shape) -> dict[str, Floats]:
        """Return `weights` with the changes.

        Raises:
            ValueError: the adapter names a tensor that isn't there, or doesn't fit it.
        """
        changed = dict(weights)
        sizes = matrices(shape)
        for name, (left, right) in self.products.items():
            inputs, outputs = sizes.get(name.split(".")[1], (0, 0)) if name in weights else (0, 0)
            if left.shape[0] != inputs or right.shape[1] != outputs:
                raise ValueError(f"the adapter does not fit the encoder at {name}")
            changed[name] = weights[name].reshape(outputs, inputs) + (left @ right).T
        for name, values in self.replaced.items():
            if name not in weights or weights[name].shape != values.shape:
                raise ValueError(f"the adapter does not fit the encoder at {name}")
            changed[name] = values
        return changed

    def save(self, path: Path) -> None:
        """Write one .npz file in half precision, without pickle."""
        arrays = dict(self.replaced)
        for name, (left, right) in self.products.items():
            arrays |= {f"{name}.A": left, f"{name}.B": right}
        path.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(path, **{name: array.astype(np.float16) for name, array in arrays.items()})

    @classmethod
    def load(cls, path: Path) -> Adapter:
        """Read what `save` wrote.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: the file holds pickled objects.
        """
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name].astype(np.float32) for name in file.files}
        pairs = {name[:-2] for name in arrays if name.endswith(".A")}
        products = {name: (arrays.pop(f"{name}.A"), arrays.pop(f"{name}.B")) for name in sorted(pairs)}
        return cls(products, arrays)


def adapted(adapter: Adapter | None) -> dict[str, Floats]:
    """Return all weights of the package's encoder but the word vectors, with `adapter` over them."""
    file = ModelFile.of_package()
    weights = {name: file.tensor(name) for name in file.names if name != "emb.word"}
    return adapter.over(weights, file.shape) if adapter else weights
