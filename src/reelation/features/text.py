"""Texts of a catalogue as vectors, by an encoder of `reelation.encoders` and a cache by content.

catalogue's texts  ->  encode_texts  ->  [titles, width] float32, zero rows where there is no text
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reelation import settings
from reelation.arrays import load_array
from reelation.catalogue.store import Catalogue
from reelation.encoders import TextEncoder, encode_whole
from reelation.progress import progress
from reelation.rows import unit_rows

Floats = NDArray[np.float32]

_BATCH = 64


def encode_texts(
    catalogue: Catalogue,
    encoder: TextEncoder,
    display_sources: bool = False,
    only: Sequence[str] | None = None,
) -> Floats:
    """One vector a title: the mean over its texts that may be trained on, unit length.

    Args:
        catalogue: whose texts to read.
        encoder: used for texts that the cache does not have.
        display_sources: also read texts of sources that are left out of training.
        only: ids of the titles whose texts are read; the others' rows are zero. All where None.

    Returns:
        [titles, width] float32 in the catalogue's order of titles.
    """
    allowed = [source.name for source in catalogue.sources if source.trainable or display_sources]
    titles = catalogue.scan("titles").select("title_id").with_row_index("row")
    texts = catalogue.scan("texts").filter(pl.col("source").is_in(allowed)).select("title_id", "text")
    if only is not None:
        texts = texts.filter(pl.col("title_id").is_in(list(only)))
    found = texts.join(titles, on="title_id").select("row", "text").sort("row", "text").collect()
    count = int(titles.select(pl.len()).collect().item())
    sums = np.zeros((count, encoder.width), np.float32)
    np.add.at(sums, found["row"].to_numpy(), Cache(encoder).vectors(found["text"].to_list()))
    return unit_rows(sums)


class TextMap(NamedTuple):
    """From an encoder's vectors to compact ones: centred, then projected, unit length."""

    mean: Floats
    """[columns]."""
    directions: Floats
    """[columns, width]."""

    def __call__(self, vectors: Floats) -> Floats:
        """[texts, columns] -> [texts, width] float32; zero rows stay zero."""
        there = np.asarray(vectors.any(axis=1), bool)
        found = np.zeros((len(vectors), self.directions.shape[1]), np.float32)
        found[there] = (vectors[there] - self.mean) @ self.directions
        return unit_rows(found)


def text_map(vectors: Floats, width: int = 128) -> TextMap:
    """What tells texts apart: the `width` directions in which they differ most around their mean.

    Sentence vectors share a large common part, which says only that there is a text.

    Args:
        vectors: [titles, columns], zero rows where there is no text.
        width: columns of the result; fewer where there are fewer columns, none where there are no texts.

    Source: Mu & Viswanath 2018 (arXiv:1702.01417) on the common part; principal components after it.
    """
    there = np.asarray(vectors.any(axis=1), bool)
    if not there.any():
        return TextMap(np.zeros(vectors.shape[1], np.float32), np.zeros((vectors.shape[1], 0), np.float32))
    mean = vectors[there].mean(axis=0)
    centred = vectors[there] - mean
    _, directions = np.linalg.eigh(centred.T.astype(np.float64) @ centred)
    best = directions[:, ::-1][:, :width]
    best = best * np.where(best[np.abs(best).argmax(axis=0), np.arange(best.shape[1])] < 0, -1, 1)
    return TextMap(mean.astype(np.float32), best.astype(np.float32))


def compact(vectors: Floats, width: int = 128) -> Floats:
    """Vectors of texts by their own `text_map`: [titles, width] float32, zero rows where there is no text."""
    return text_map(vectors, width)(vectors)


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
                vectors = encode_whole(self._encoder, [text for _, text in batch])
                self._keep([key for key, _ in batch], vectors)
                known |= dict(zip([key for key, _ in batch], vectors, strict=True))
                bar.advance(len(batch))
        if not keys:
            return np.zeros((0, self._encoder.width), np.float32)
        return np.stack([known[key] for key in keys])

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
