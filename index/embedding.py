"""Texts to vectors: the Embedder seam, and the models that ship."""

import io
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from corpus.errors import SettingError
from index.model_files import Model, load_model, load_tokenizer, read_checked, read_sum, run_each

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

Vectors = npt.NDArray[np.float32]  # shape (texts, dimension), rows of length 1

DEFAULT_EMBEDDER = "minilm"
_MODELS = Path(__file__).parent / "models"


class Embedder(Protocol):
    """Text to vector. Vectors are comparable only among embedders with the same name and fingerprint."""

    @property
    def name(self) -> str:
        """Short name, as in `--embedder`."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the vectors do; part of every embedding's cache key."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (len(texts), dimension)."""


def load_embedder(name: str) -> Embedder:
    """Return the shipped embedder of that name. Raises `SettingError` if there is none."""
    if name not in _EMBEDDERS:
        raise SettingError(f"embedder {name!r} is unknown; expected one of: {', '.join(sorted(_EMBEDDERS))}")
    return _EMBEDDERS[name]()


class MiniLM:
    """all-MiniLM-L6-v2: 384 dimensions, texts up to 256 word pieces (the rest is not seen).

    `folder` holds model.onnx, tokenizer.json and SHA256SUMS; they are checked and loaded at first use, which raises
    `ModelFileError` if one is missing or differs from its sum.
    """

    name = "minilm"
    _MAX_TOKENS = 256

    def __init__(self, folder: Path = _MODELS / "minilm") -> None:
        self._folder = folder

    @cached_property
    def fingerprint(self) -> str:
        """First 16 digits of the model's sha256."""
        return read_sum(self._folder, "model.onnx")[:16]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (len(texts), 384)."""
        encodings = self._tokenizer.encode_batch(list(texts))
        vectors = run_each(self._run, encodings, lambda encoding: len(encoding.ids))
        return np.array(vectors, np.float32).reshape(len(vectors), 384)

    def _run(self, encoding: "Encoding") -> Vectors:
        ids = np.array([encoding.ids], np.int64)
        vector: Vectors = self._model({"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
        return vector

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        tokenizer = load_tokenizer(self._folder)
        tokenizer.enable_truncation(self._MAX_TOKENS)
        return tokenizer

    @cached_property
    def _model(self) -> Model:
        return load_model(self._folder)


class Static:
    """A table of 256 numbers for each word piece; a text's vector is their mean, made of length 1. Order does not count.

    `folder` holds table.npz, tokenizer.json and SHA256SUMS; they are checked and loaded at first use, which raises
    `ModelFileError` if one is missing or differs from its sum.
    """

    name = "static"

    def __init__(self, folder: Path = _MODELS / "static") -> None:
        self._folder = folder

    @cached_property
    def fingerprint(self) -> str:
        """First 16 digits of the table's sha256."""
        return read_sum(self._folder, "table.npz")[:16]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, shape (len(texts), 256)."""
        encodings = self._tokenizer.encode_batch_fast(list(texts))  # each with a first and a last piece, so that none is empty
        vectors = np.empty((len(encodings), self._table.shape[1]), np.float32)
        for vector, encoding in zip(vectors, encodings, strict=True):  # what one text looks up stays in the processor's cache
            self._table[encoding.ids].sum(axis=0, out=vector)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        return load_tokenizer(self._folder)

    @cached_property
    def _table(self) -> Vectors:
        """Shape (word pieces, 256); kept as int8 with a scale for each row."""
        with np.load(io.BytesIO(read_checked(self._folder, "table.npz"))) as kept:
            table: Vectors = kept["values"].astype(np.float32) * kept["scales"]
        return table


_EMBEDDERS: dict[str, Callable[[], Embedder]] = {"minilm": MiniLM, "static": Static}
