"""A title as answers show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import KINDS
from reelation.search.fame import fame_of

if TYPE_CHECKING:
    import polars as pl

_MOST_KEPT = 4096
"""Titles of an atlas that are kept, about three megabytes."""


@dataclass(frozen=True)
class Title:
    """One title of the atlas."""

    title_id: str
    name: str
    year: int | None
    kind: str
    original_name: str | None = None
    end_year: int | None = None
    runtime_min: float | None = None
    external_ids: dict[str, str] = field(default_factory=dict)
    """Other services' ids by service: {"imdb": "tt0078748", "wikidata": "Q103569"}."""

    def __str__(self) -> str:
        return f"{self.name} ({self.year})" if self.year else self.name

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "title_id": self.title_id,
            "name": self.name,
            "original_name": self.original_name,
            "year": self.year,
            "end_year": self.end_year,
            "kind": self.kind,
            "runtime_min": self.runtime_min,
            "external_ids": self.external_ids,
        }


def title_at(atlas: Atlas, row: int) -> Title:
    """The title in `row`; those asked for last are kept, since one answer names many of them several times."""
    kept: dict[int, Title] = atlas.kept.setdefault("titles", {})
    found = kept.get(row)
    if found is None:
        if len(kept) >= _MOST_KEPT:
            kept.clear()
        found = kept[row] = _title(atlas, row)
    return found


def _title(atlas: Atlas, row: int) -> Title:
    runtime = float(atlas.runtime[row])
    pairs = (pair.partition("=") for pair in atlas.externals[row].split())
    return Title(
        title_id=atlas.titles[row],
        name=atlas.names[row],
        year=int(atlas.year[row]) or None,
        kind=KINDS[atlas.kind[row]],
        original_name=atlas.originals[row] or None,
        end_year=int(atlas.end_year[row]) or None,
        runtime_min=None if np.isnan(runtime) else round(runtime, 1),
        external_ids={service: key for service, _, key in pairs},
    )


def some_titles(atlas: Atlas, count: int = 1, *, min_popularity: float = 0.0, seed: int | None = None) -> list[Title]:
    """Some titles by chance, each once; fewer where fewer are so well known.

    Args:
        atlas: whose titles.
        count: how many, 1 or more.
        min_popularity: 0 to 1: only titles that are better known than this share of all.
        seed: the same titles each time; drawn where None.
    """
    fame = fame_of(atlas) if min_popularity else None
    rows = np.arange(len(atlas)) if fame is None else np.flatnonzero(np.asarray(fame) >= min_popularity)
    drawn = np.random.default_rng(seed).choice(rows, min(count, len(rows)), replace=False)
    return [title_at(atlas, row) for row in drawn.tolist()]


class Titles(Sequence[Title]):
    """All titles of an atlas, each made when it is asked for."""

    def __init__(self, atlas: Atlas) -> None:
        self._atlas = atlas

    def __len__(self) -> int:
        return len(self._atlas)

    def __getitem__(self, row: int) -> Title:  # type: ignore[override]
        if not -len(self) <= row < len(self):
            raise IndexError(f"title {row} of {len(self)}")
        return title_at(self._atlas, row % len(self))

    def __iter__(self) -> Iterator[Title]:
        return (title_at(self._atlas, row) for row in range(len(self)))

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame: title_id, name, original_name, year, end_year, kind, runtime_min."""
        import polars as pl

        atlas = self._atlas
        years = [pl.Series(name, np.array(getattr(atlas, name))).replace(0, None) for name in ("year", "end_year")]
        return pl.DataFrame(
            {
                "title_id": list(atlas.titles.ids),
                "name": list(atlas.names),
                "original_name": [name or None for name in atlas.originals],
                "year": years[0],
                "end_year": years[1],
                "kind": [KINDS[kind] for kind in atlas.kind.tolist()],
                "runtime_min": pl.Series(np.array(atlas.runtime)).fill_nan(None),
            }
        )

    def __repr__(self) -> str:
        return f"<{len(self)} titles>"

    def _repr_html_(self) -> str:
        return str(self.to_frame()._repr_html_())
