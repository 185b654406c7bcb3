"""What of a title comes from which of several parents: facets by their parts of the score, and things by name.

Mixed, rows  ->  elements_of  ->  for each row and parent: share of the score, facets, people and tags it shares
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.create.blend.mixing import Mixed, facet_parts
from reelation.insights.evidence import Shared, shared_with_each
from reelation.insights.titles import Title
from reelation.search.exact import Measure, Scorer

Rows = NDArray[np.int64]

_COMMON = 0.2
"""Of all titles; what more of them have says nothing of one."""


@dataclass(frozen=True)
class Element:
    """What one parent has to do with a title."""

    parent: Title
    amount: float
    """By how much the parent counts; below 0 where it is taken away."""
    score: float
    """Its exact part of the score."""
    share: float
    """Of all that adds to the score, 0 to 1; of a parent that takes away, minus what it takes, in the same unit."""
    facets: dict[str, float]
    """Facet -> the part of the score that this parent gives it."""
    shared: tuple[Shared, ...]
    """People, tags and links that it shares with the title, rarest first; `Shared.share` is of the inner product."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "parent": self.parent.to_json(),
            "amount": round(self.amount, 6),
            "score": round(self.score, 6),
            "share": round(self.share, 6),
            "facets": {name: round(value, 6) for name, value in self.facets.items()},
            "shared": [one.to_json() for one in self.shared],
        }


def elements_of(
    atlas: Atlas, measure: Measure, found: Mixed, parents: tuple[tuple[Title, float], ...], rows: Rows
) -> list[tuple[Element, ...]]:
    """For each of `rows` what it has from each parent, in the order of `parents` (title and amount).

    Shares are of the sum of all positive parts, so that those of parents that add are 0 to 1.
    """
    lengths = None
    if measure.metric == "cosine":
        own = float(found.point.norms @ measure.weights)
        lengths = np.sqrt(np.asarray(atlas.norms[rows] @ measure.weights, np.float64) * own)
    split = facet_parts(Scorer(atlas, Measure(measure.weights, "dot")), found, rows, lengths)
    scores = split.sum(axis=2)
    whole = np.maximum(np.maximum(scores, 0).sum(axis=0), 1e-12)
    shared = [shared_with_each(atlas, part, rows, measure) for part in found.parts]
    return [
        tuple(
            Element(
                parent=title,
                amount=amount,
                score=float(scores[number, at]),
                share=float(scores[number, at] / whole[at]),
                facets=dict(zip(atlas.facet_names, split[number, at].tolist(), strict=True)),
                shared=shared[number][at],
            )
            for number, (title, amount) in enumerate(parents)
        )
        for at in range(len(rows))
    ]


def telling(element: Element, without: tuple[Element, ...], titles: int, most: int = 2) -> tuple[Shared, ...]:
    """The rarest things that a title shares with one parent and none of the others; common ones are left out.

    Args:
        element: of the parent.
        without: of the others.
        titles: of the atlas; what more than a fifth of them have says nothing.
        most: how many.
    """
    others = {one.node_id for other in without for one in other.shared}
    own = [one for one in element.shared if one.node_id not in others and one.type not in ("word", "certificate")]
    return tuple(one for one in own if one.titles <= _COMMON * titles and one.used)[:most]
