"""What viewers did with titles, as four parallel columns; the unit of every recommendation protocol.

Graph with events  ->  from_graph  ->  Interactions  ->  splits
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.errors import DataError
from reelation.graph.build import Graph


@dataclass(frozen=True)
class Interactions:
    """One row an event; at most one a pair of viewer and title."""

    viewer: NDArray[np.int32]
    """[events] 0 to viewers - 1."""
    title: NDArray[np.int32]
    """[events] 0 to titles - 1."""
    stars: NDArray[np.float32]
    """[events] stars, in the source's own range; 1 for events without."""
    time: NDArray[np.int64]
    """[events] seconds since 1970; the least int64 where unknown."""
    viewers: int
    titles: int

    def __post_init__(self) -> None:
        """Check lengths and ranges."""
        for name in ("viewer", "title", "stars", "time"):
            if len(getattr(self, name)) != len(self.viewer):
                raise ValueError(f"{name} has {len(getattr(self, name))} rows, viewer has {len(self.viewer)}")
        for name, size in (("viewer", self.viewers), ("title", self.titles)):
            column = getattr(self, name)
            if len(column) and not 0 <= int(column.min()) <= int(column.max()) < size:
                raise ValueError(f"{name} runs {column.min()} to {column.max()}, expected 0 to {size - 1}")

    def __len__(self) -> int:
        return len(self.viewer)

    def only(self, rows: NDArray[Any]) -> Interactions:
        """The events at `rows` (indices or a mask); viewers and titles keep their numbers."""
        columns: dict[str, Any] = {name: getattr(self, name)[rows] for name in ("viewer", "title", "stars", "time")}
        return replace(self, **columns)

    def join(self, other: Interactions) -> Interactions:
        """Both one after the other."""
        columns: dict[str, Any] = {
            name: np.concatenate([getattr(self, name), getattr(other, name)])
            for name in ("viewer", "title", "stars", "time")
        }
        return replace(self, **columns)

    def matrix(self, *, stars: bool = False) -> sparse.csr_array:
        """[viewers, titles] float32: stars, or 1 for every event."""
        data = self.stars if stars else np.ones(len(self), np.float32)
        found = sparse.csr_array((data, (self.viewer, self.title)), shape=(self.viewers, self.titles))
        found.sum_duplicates()
        return found

    def pairs(self) -> NDArray[np.int64]:
        """[events] one number a pair of viewer and title, to compare sets of pairs with."""
        return self.viewer.astype(np.int64) * self.titles + self.title

    def popularity(self) -> NDArray[np.int64]:
        """[titles] number of events."""
        return np.bincount(self.title, minlength=self.titles)


def from_graph(graph: Graph, kind: str = "rating") -> Interactions:
    """The graph's events of one kind; viewers and titles are its rows.

    Raises:
        DataError: it has none.
    """
    relation = graph.relations.get(kind)
    if relation is None or relation.matrix.nnz == 0:
        raise DataError(f"There are no events of kind '{kind}' here; this needs a catalogue with viewing histories.")
    matrix = relation.matrix.tocoo()
    return Interactions(
        viewer=matrix.col.astype(np.int32),
        title=matrix.row.astype(np.int32),
        stars=matrix.data.astype(np.float32),
        time=np.asarray(relation.attributes["time"], np.int64),
        viewers=matrix.shape[1],
        titles=matrix.shape[0],
    )


def compact(events: Interactions) -> tuple[Interactions, NDArray[np.int64], NDArray[np.int64]]:
    """Number only the viewers and titles that have events.

    Returns:
        The events under the new numbers; viewers [new] their old numbers; titles [new] their old numbers.
    """
    viewers, viewer = np.unique(events.viewer, return_inverse=True)
    titles, title = np.unique(events.title, return_inverse=True)
    fresh = replace(
        events,
        viewer=viewer.astype(np.int32),
        title=title.astype(np.int32),
        viewers=len(viewers),
        titles=len(titles),
    )
    return fresh, viewers.astype(np.int64), titles.astype(np.int64)
