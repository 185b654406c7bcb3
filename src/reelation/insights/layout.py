"""Where titles stand on the map: two numbers each, and the names of groups at several zooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.insights.grouping import Grouping
from reelation.insights.plane import Label, labels, layout_part
from reelation.insights.titles import Titles
from reelation.messages import Messages, messages

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class Layout:
    """Positions of all titles, in the atlas's order, and labels of groups."""

    titles: Titles
    positions: NDArray[np.float32]
    """[titles, 2] x and y; the map is about 1 wide, y upwards."""
    renown: NDArray[np.float32]
    """[titles] how well known, 0 to 1."""
    labels: tuple[tuple[Label, ...], ...]
    """By level of groups, coarsest first; those of one level do not lie on each other. () without groups."""
    method: str
    """"pacmap", "umap" or "pca"."""

    def __len__(self) -> int:
        return len(self.positions)

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        places = zip(self.titles, self.positions.tolist(), strict=True)
        return {
            "method": self.method,
            "titles": [{"title_id": title.title_id, "x": round(x, 5), "y": round(y, 5)} for title, (x, y) in places],
            "labels": [[label.to_json() for label in level] for level in self.labels],
        }

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame: title_id, name, year, kind, x, y, renown."""
        import polars as pl

        return (
            self.titles.to_frame()
            .select("title_id", "name", "year", "kind")
            .with_columns(
                x=pl.Series(self.positions[:, 0]), y=pl.Series(self.positions[:, 1]), renown=pl.Series(self.renown)
            )
        )


def layout(atlas: Atlas, *, say: Messages | None = None) -> Layout:
    """The layout of `atlas`, with labels in the language of `say`, or the person's own.

    Raises:
        AtlasError: the atlas has no layout.
    """
    part = layout_part(atlas)
    positions = np.array(part.array("position"))
    found = Grouping.of(atlas, say or messages())
    levels = range(1, found.levels + 1) if found else ()
    return Layout(
        titles=Titles(atlas),
        positions=positions,
        renown=np.array(part.array("renown")),
        labels=tuple(labels(positions, found, level) for level in levels) if found else (),
        method=str(part.about["method"]),
    )
