"""Which genres (or keywords, languages …) a title has, by everything else about it; which given ones look wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from reelation.atlas.store import Atlas
from reelation.insights.listing import Listing
from reelation.insights.titles import Title, title_at
from reelation.messages import Messages, messages
from reelation.search.tagging import Tagged, Tagger, Told

if TYPE_CHECKING:
    import polars as pl

_SHOWN = 5
"""Pieces of evidence a tag, at the most, for and against together."""
_FAINT = 0.05
"""Log-odds; what says less is not named in a sentence."""


@dataclass(frozen=True)
class Evidence:
    """Something of the title that speaks for a tag, or against it."""

    source: str
    """A node id ("person:imdb:nm0000631"), or "year", "runtime", "text"."""
    name: str
    type: str
    """The node's type, or "year", "runtime", "text"."""
    part: float
    """Log-odds that it adds; exact."""

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {"source": self.source, "name": self.name, "type": self.type, "part": round(self.part, 5)}


@dataclass(frozen=True)
class TagGuess:
    """How likely a tag is."""

    tag: str
    node_id: str
    probability: float
    """0 to 1, calibrated."""
    usual: float
    """Share of all titles that have it."""
    given: bool | None
    """Whether the title has it now; None for a new title."""
    base: float
    """Log-odds of a title of which nothing is known."""
    evidence: tuple[Evidence, ...]
    """What says most, loudest first."""
    rest: float
    """Log-odds that everything else adds; base + evidence + rest are the log-odds of `probability`."""
    reason: str

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "tag": self.tag,
            "node_id": self.node_id,
            "probability": round(self.probability, 5),
            "usual": round(self.usual, 5),
            "given": self.given,
            "base": round(self.base, 5),
            "evidence": [one.to_json() for one in self.evidence],
            "rest": round(self.rest, 5),
            "reason": self.reason,
        }


@dataclass(frozen=True)
class Classified(Listing[TagGuess]):
    """All tags of a facet that the atlas can tell, likeliest first."""

    title: Title
    facet: str
    items: tuple[TagGuess, ...]
    figures: dict[str, float]
    """How well this facet is told of titles that were left out; see docs/reference/json.md."""
    notes: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "title": self.title.to_json(),
            "facet": self.facet,
            "tags": [one.to_json() for one in self.items],
            "figures": self.figures,
            "notes": list(self.notes),
        }

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame: tag, probability, usual, given, reason."""
        import polars as pl

        names = ("tag", "probability", "usual", "given", "reason")
        return pl.DataFrame([{name: getattr(one, name) for name in names} for one in self.items])


@dataclass(frozen=True)
class Doubt:
    """A tag of a title that looks wrong, or one that looks missing."""

    title: Title
    tag: str
    given: bool
    """True: it is there and looks wrong. False: it is missing."""
    probability: float

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "title": self.title.to_json(),
            "tag": self.tag,
            "given": self.given,
            "probability": round(self.probability, 5),
        }


@dataclass(frozen=True)
class Doubts(Listing[Doubt]):
    """Tags that look wrong, then tags that look missing, most certain first each."""

    facet: str
    items: tuple[Doubt, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {"facet": self.facet, "doubts": [one.to_json() for one in self.items]}

    def to_frame(self) -> pl.DataFrame:
        """A Polars frame: title_id, name, year, tag, given, probability."""
        import polars as pl

        rows = [
            {
                "title_id": one.title.title_id,
                "name": one.title.name,
                "year": one.title.year,
                "tag": one.tag,
                "given": one.given,
                "probability": one.probability,
            }
            for one in self.items
        ]
        return pl.DataFrame(rows)


def classify(
    tagger: Tagger, title: Title, tagged: Tagged, say: Messages | None = None, notes: Sequence[str] = ()
) -> Classified:
    """Tell every tag of the tagger's facet.

    Args:
        tagger: of the atlas and the facet.
        title: to show.
        tagged: what it has; of a title of the atlas its own tags of the facet are not looked at.
        say: the language of reasons; the person's own where None.
        notes: what else to say.
    """
    say = say or messages()
    told = tagger.told(tagged)
    own = set(tagged.nodes.tolist())
    order = np.argsort(-told.probability, kind="stable")
    return Classified(
        title,
        tagger.facet,
        tuple(_guess(tagger.atlas, told, int(at), own if tagged.row is not None else None, title, say) for at in order),
        dict(tagger.about["figures"]),
        tuple(notes),
    )


def suspicious(tagger: Tagger, k: int) -> Doubts:
    """Up to `k` tags that look wrong, and up to `k` that look missing."""
    atlas, seen = tagger.atlas, {True: 0, False: 0}
    found = []
    for row, node, given, probability in zip(*(array.tolist() for array in tagger.doubts()), strict=True):
        seen[given] += 1
        if seen[given] <= k:
            found.append(Doubt(title_at(atlas, row), atlas.node_names[node], given, probability))
    return Doubts(tagger.facet, tuple(found))


def _guess(atlas: Atlas, told: Told, at: int, own: set[int] | None, title: Title, say: Messages) -> TagGuess:
    parts = told.parts[:, at]
    loudest = np.argsort(-np.abs(parts), kind="stable")[:_SHOWN].tolist()
    evidence = tuple(_evidence(atlas, told.sources[i], float(parts[i]), title, say) for i in loudest)
    node = int(told.tags[at])
    return TagGuess(
        tag=atlas.node_names[node],
        node_id=atlas.nodes[node],
        probability=float(told.probability[at]),
        usual=float(told.prior[at]),
        given=node in own if own is not None else None,
        base=float(told.base[at]),
        evidence=evidence,
        rest=float(np.delete(parts, loudest).sum()),
        reason=_reason(evidence, say),
    )


def _evidence(atlas: Atlas, source: int | str, part: float, title: Title, say: Messages) -> Evidence:
    if isinstance(source, str):
        name = say.say(f"classify.{source}", year=title.year, minutes=f"{title.runtime_min or 0:.0f}")
        return Evidence(source, name, source, part)
    kind = atlas.manifest.node_types[atlas.node_type[source]]
    return Evidence(atlas.nodes[source], atlas.node_names[source], kind, part)


def _reason(evidence: Sequence[Evidence], say: Messages) -> str:
    """'for it: A and B; against it: C', the loudest first."""
    loud = [one for one in evidence if abs(one.part) >= _FAINT]
    sides = (
        ("classify.for", [say.tag(o.type, o.name) for o in loud if o.part > 0]),
        ("classify.against", [say.tag(o.type, o.name) for o in loud if o.part < 0]),
    )
    said = [say.say(key, names=say.names(names)) for key, names in sides if names]
    return say.say("reasons.separator").join(said) or say.say("classify.nothing")
