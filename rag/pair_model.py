"""Run a shipped model that reads two texts beside each other: the reader, the checker."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

from index.model_files import Model, load_model, load_tokenizer

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

CLS, SEP = 101, 102  # BERT's marks: beginning, and end of a part


class Window(Protocol):
    """The tokens of two texts, as a model reads them."""

    @property
    def ids(self) -> list[int]:
        """Of the word pieces and marks."""

    @property
    def types(self) -> list[int]:
        """0 for a token of the first text, 1 for one of the second."""


class PairModel:
    """A model that gives each token of a window some scores.

    `folder` holds model.onnx, tokenizer.json and SHA256SUMS; they are checked and loaded at first use, which raises
    `ModelFileError` if one is missing or differs from its sum.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def encode(self, texts: Sequence[str]) -> list["Encoding"]:
        """Return the word pieces of each text, without marks."""
        return self._tokenizer.encode_batch(list(texts), add_special_tokens=False)

    def score(self, window: Window) -> npt.NDArray[np.float32]:
        """Return the scores, shape (tokens, scores)."""
        ids = np.array([window.ids], np.int64)
        types = np.array([window.types], np.int64)
        scores: npt.NDArray[np.float32] = self._model({"input_ids": ids, "token_type_ids": types, "attention_mask": np.ones_like(ids)})[0]
        return scores

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        return load_tokenizer(self._folder)

    @cached_property
    def _model(self) -> Model:
        return load_model(self._folder)
