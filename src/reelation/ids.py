"""Ids and row numbers, and the one translator between them.

An id is a string with its source (`imdb:tt0114709`, `wikidata:Q171048`, `ml:1`). A row number exists
only beside the `Vocabulary` that made it, and every artefact saves its vocabulary.

    ["imdb:tt0078748", ...]  <->  Vocabulary  <->  rows 0 .. n-1

Strings are kept as one UTF-8 blob and its offsets, both memory-mapped, so that opening a million ids
costs nothing and a look-up reads only what it compares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import load_array, spans
from reelation.draws import Keys, hashed

Rows = NDArray[np.int64]


class Strings(Sequence[str]):
    """A read-only column of strings: a UTF-8 blob and the offsets into it."""

    def __init__(self, blob: NDArray[np.uint8], offsets: NDArray[np.int64]) -> None:
        """Keep both arrays as they are.

        Args:
            blob: [bytes] uint8, all strings one after the other.
            offsets: [strings + 1] int64, rising, from 0 to len(blob).

        Raises:
            ValueError: the offsets do not describe the blob.
        """
        if len(offsets) == 0 or offsets[0] != 0 or offsets[-1] != len(blob):
            raise ValueError(f"offsets do not span the blob of {len(blob)} bytes")
        self._blob = blob
        self._offsets = offsets

    @classmethod
    def of(cls, values: Iterable[str]) -> Strings:
        """Pack `values`."""
        encoded = [value.encode() for value in values]
        offsets = np.zeros(len(encoded) + 1, np.int64)
        np.cumsum([len(value) for value in encoded], out=offsets[1:])
        return cls(np.frombuffer(b"".join(encoded), np.uint8), offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __getitem__(self, row: int) -> str:  # type: ignore[override]
        return self.encoded(row).decode()

    def __iter__(self) -> Iterator[str]:
        blob = self._blob.tobytes()
        bounds = self._offsets.tolist()
        return (blob[a:b].decode() for a, b in pairwise(bounds))

    def between(self, start: int, stop: int) -> Iterator[str]:
        """The strings of rows `start` to `stop` - 1, quicker than one by one."""
        bounds = self._offsets[start : stop + 1].tolist()
        blob = self._blob[bounds[0] : bounds[-1]].tobytes()
        return (blob[a - bounds[0] : b - bounds[0]].decode() for a, b in pairwise(bounds))

    def take(self, rows: Rows) -> Strings:
        """The strings of some rows, in that order."""
        offsets = np.asarray(self._offsets)
        start, stop = offsets[rows], offsets[rows + 1]
        return Strings(
            np.asarray(self._blob)[spans(start, stop)], np.concatenate([[0], np.cumsum(stop - start)]).astype(np.int64)
        )

    @classmethod
    def joined(cls, columns: Sequence[Strings]) -> Strings:
        """Several columns one after the other."""
        lengths = [np.diff(column._offsets) for column in columns] or [np.zeros(0, np.int64)]
        blobs = [np.asarray(column._blob) for column in columns] or [np.zeros(0, np.uint8)]
        offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))]).astype(np.int64)
        return cls(np.concatenate(blobs), offsets)

    def keys(self) -> Keys:
        """[strings] a number each, the same for the same string; see `reelation.draws`."""
        return hashed(np.asarray(self._blob), np.asarray(self._offsets))

    def encoded(self, row: int) -> bytes:
        """The UTF-8 bytes of one string.

        Raises:
            IndexError: `row` is outside 0 .. len - 1.
        """
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        return self._blob[self._offsets[row] : self._offsets[row + 1]].tobytes()

    def span(self, text: str) -> tuple[int, int]:
        """Where `text` stands among strings sorted by their UTF-8 bytes: first row, and the row after the last."""
        wanted, low, high = text.encode(), 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self.encoded(middle) < wanted:
                low = middle + 1
            else:
                high = middle
        end = low
        while end < len(self) and self.encoded(end) == wanted:
            end += 1
        return low, end

    def save(self, folder: Path, name: str) -> None:
        """Write `name.text.npy` and `name.offsets.npy` into `folder`."""
        np.save(folder / f"{name}.text.npy", self._blob)
        np.save(folder / f"{name}.offsets.npy", self._offsets)

    @classmethod
    def open(cls, folder: Path, name: str) -> Strings:
        """Memory-map what `save` wrote."""
        blob, offsets = (load_array(folder / f"{name}.{part}.npy") for part in ("text", "offsets"))
        return cls(blob, offsets)


class Vocabulary:
    """Sorted distinct ids and their row numbers."""

    def __init__(self, ids: Strings) -> None:
        """Keep `ids`, which are distinct and sorted by their UTF-8 bytes; `of` sorts for you."""
        self.ids = ids

    @classmethod
    def of(cls, ids: Iterable[str]) -> Vocabulary:
        """Sort `ids` by their UTF-8 bytes and keep each once."""
        return cls(Strings.of(sorted(set(ids), key=str.encode)))

    @classmethod
    def of_sorted(cls, ids: Iterable[str]) -> Vocabulary:
        """Keep `ids`, which are distinct and sorted by their UTF-8 bytes already (as Polars sorts strings)."""
        return cls(Strings.of(ids))

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, key: str) -> bool:
        return self.find(key) is not None

    @cached_property
    def keys(self) -> Keys:
        """[ids] what to draw by; see `reelation.draws`."""
        return self.ids.keys()

    def find(self, key: str) -> int | None:
        """The row of `key`, or None."""
        first, end = self.ids.span(key)
        return first if end > first else None

    def row(self, key: str) -> int:
        """The row of `key`.

        Raises:
            KeyError: there is no such id.
        """
        row = self.find(key)
        if row is None:
            raise KeyError(key)
        return row

    def __getitem__(self, row: int) -> str:
        return self.ids[row]

    def save(self, folder: Path, name: str) -> None:
        """Write the ids into `folder` under `name`."""
        self.ids.save(folder, name)

    @classmethod
    def open(cls, folder: Path, name: str) -> Vocabulary:
        """Memory-map what `save` wrote."""
        return cls(Strings.open(folder, name))
