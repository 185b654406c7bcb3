"""Which titles may appear in an answer: kind, years, genre, country, language, runtime."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import KINDS
from reelation.errors import UsageError
from reelation.folding import fold

_MOST_KEPT = 64
"""Filters of an atlas whose titles are kept for the next answer."""


@dataclass(frozen=True)
class Filters:
    """Conditions that a title must meet, all of them; one left empty lets everything pass."""

    kinds: tuple[str, ...] = ()
    """Any of these kinds."""
    since: int | None = None
    """First calendar year."""
    until: int | None = None
    """Last calendar year."""
    genres: tuple[str, ...] = ()
    """All of these genres, whatever their case."""
    countries: tuple[str, ...] = ()
    """Any of these countries."""
    languages: tuple[str, ...] = ()
    """Any of these languages."""
    min_runtime: float | None = None
    """Minutes."""
    max_runtime: float | None = None
    """Minutes."""

    def allowed(self, atlas: Atlas) -> NDArray[np.bool_] | None:
        """[titles] True where a title passes, not to be written to; None where nothing is asked.

        Unknown years and runtimes do not pass.

        Raises:
            UsageError: a kind or tag that this atlas does not have.
        """
        if self == Filters():
            return None
        masks: dict[Filters, NDArray[np.bool_]] = atlas.kept.setdefault("filters", {})
        if self not in masks:
            passing = self._passing(atlas)
            passing.flags.writeable = False
            while len(masks) >= _MOST_KEPT:
                masks.pop(next(iter(masks)), None)
            masks[self] = passing
            return passing
        return masks[self]

    def _passing(self, atlas: Atlas) -> NDArray[np.bool_]:
        passing = np.ones(len(atlas), bool)
        if self.kinds:
            if unknown := [kind for kind in self.kinds if kind not in KINDS]:
                raise UsageError(f"no kind {', '.join(unknown)}; there are {', '.join(KINDS)}")
            passing &= np.isin(atlas.kind, [KINDS.index(kind) for kind in self.kinds])
        if self.since is not None or self.until is not None:
            low, high = self.since or 1, self.until if self.until is not None else 9999
            passing &= (atlas.year >= low) & (atlas.year <= high)
        if self.min_runtime is not None or self.max_runtime is not None:
            longest = self.max_runtime if self.max_runtime is not None else np.inf
            passing &= (atlas.runtime >= (self.min_runtime or 0)) & (atlas.runtime <= longest)
        for genre in self.genres:
            passing &= _tagged(atlas, "genre", (genre,))
        for facet, values in (("country", self.countries), ("language", self.languages)):
            if values:
                passing &= _tagged(atlas, facet, values)
        return passing


def _tagged(atlas: Atlas, facet: str, values: tuple[str, ...]) -> NDArray[np.bool_]:
    """[titles] True where a title has any of `values` as a tag of `facet`."""
    if facet not in atlas.manifest.node_types:
        raise UsageError(f"this atlas knows no {facet}, so it cannot filter by it")
    nodes = np.flatnonzero(atlas.node_type == atlas.manifest.node_types.index(facet)).tolist()
    by_name = {fold(atlas.node_names[node]): node for node in nodes}
    tagged = np.zeros(len(atlas), bool)
    for value in values:
        node = by_name.get(fold(value))
        if node is None:
            from rapidfuzz import process

            close = [name for name, *_ in process.extract(fold(value), list(by_name), limit=3, score_cutoff=60)]
            hint = f"; close: {', '.join(atlas.node_names[by_name[name]] for name in close)}" if close else ""
            raise UsageError(f"no {facet} '{value}' in this atlas{hint}")
        tagged[atlas.posting_title[atlas.titles_of(node)]] = True
    return tagged
