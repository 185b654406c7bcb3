"""How likely two people who never worked together will: a small fitted network over features of the pair.

    Part "collaborations" + Worked at the atlas's last year  ->  Collaborating.chances  ->  [asked, others] 0 to 1

Weights only are kept; features are measured on the atlas as it is, so an updated atlas answers from what it has now.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.errors import MissingPartError
from reelation.search.pair_features import PAIR, PERSON, PairFeatures
from reelation.search.working import Worked

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]

NAME = "collaborations"
YEARS = 5
"""A chance is that of a first title together in so many years."""


@dataclass(frozen=True)
class PairModel:
    """Log-odds of a pair: a straight part and a bent one, over features of the pair, the other and the one asked."""

    weights: Floats
    """[hidden + 1, features] of `PAIR`, then `PERSON` of the other, then `PERSON` of the one asked; the last row is the
    straight part's."""
    bias: Floats
    """[hidden + 1]."""
    out: Floats
    """[hidden] of what is above 0."""

    def log_odds(self, features: PairFeatures, asked: Rows, others: Rows | None = None) -> Floats:
        """[asked, others] float32, the log-odds as fitted.

        Args:
            features: at the end of a year.
            asked: numbers of people, some dozens at a time.
            others: numbers of people; everybody where None.
        """
        pairs = features.of(asked, others)
        there = features.person if others is None else features.person[others]
        here = features.person[asked]
        first, second = len(PAIR), len(PAIR) + len(PERSON)
        added = self.weights[:, first:second] @ there.T + self.bias[:, None]
        own = here @ self.weights[:, second:].T
        found = np.empty(pairs.shape[1:], np.float32)
        for at in range(len(asked)):
            hidden = self.weights[:, :first] @ pairs[:, at] + added
            hidden += own[at][:, None]
            found[at] = self.out @ np.maximum(hidden[:-1], 0) + hidden[-1]
        return found


class Collaborating:
    """Chances of people of one atlas."""

    def __init__(self, worked: Worked, features: PairFeatures, model: PairModel) -> None:
        self.worked, self.features, self._model = worked, features, model

    @classmethod
    def of(cls, atlas: Atlas) -> Collaborating | None:
        """The model of an atlas, made ready once; None where it has none."""
        part = atlas.part(NAME)
        if part is None:
            return None
        if NAME not in atlas.kept:
            said = atlas.manifest
            worked = Worked.of(atlas, said.node_types, said.relations)
            ready = worked is not None and model_of(part) is not None
            atlas.kept[NAME] = (
                cls(worked, PairFeatures(worked, atlas, said.node_types), model_of(part))  # type: ignore[arg-type]
                if ready
                else None
            )
        found: Collaborating | None = atlas.kept[NAME]
        return found

    @classmethod
    def needed(cls, atlas: Atlas) -> Collaborating:
        """The same.

        Raises:
            MissingPartError: the atlas has no such part.
        """
        found = cls.of(atlas)
        if found is None:
            raise MissingPartError(
                "This atlas cannot say who is likely to work together: it has no part 'collaborations', or too few "
                "credits with years to learn from. Make it again with: reelation train"
            )
        return found

    def chances(self, asked: Rows, others: Rows) -> Floats:
        """[asked, others] 0 to 1, the chance of a first title together within five years; NaN where it is not known.

        NaN of somebody without dated titles, of oneself, and of those one worked with on a dated title.

        Args:
            asked: rows of people among the atlas's nodes; some dozens at a time.
            others: the same, of any number.
        """
        mine, theirs = self.worked.numbers_of(asked), self.worked.numbers_of(others)
        found = np.full((len(asked), len(others)), np.nan, np.float32)
        here, there = np.flatnonzero(mine >= 0), np.flatnonzero(theirs >= 0)
        if not len(here) or not len(there):
            return found
        odds = self._model.log_odds(self.features, mine[here], theirs[there])
        place, beside = self.worked.beside(mine[here])
        known = np.zeros((len(here), len(self.worked)), bool)
        known[place, beside] = True
        known[np.arange(len(here)), mine[here]] = True
        odds[known[:, theirs[there]]] = np.nan
        found[np.ix_(here, there)] = 1 / (1 + np.exp(-np.clip(odds, -30, 30)))
        return found

    def between(self, one: int, other: int) -> Rows:
        """Nodes of those who worked with both, most titles first."""
        pair = self.worked.numbers_of(np.array([one, other]))
        if (pair < 0).any():
            return np.zeros(0, np.int64)
        place, beside = self.worked.beside(pair)
        both = np.intersect1d(beside[place == 0], beside[place == 1])
        titles = self.worked.start[both + 1] - self.worked.start[both]
        return np.asarray(self.worked.nodes[both[np.lexsort((both, -titles))]])


def model_of(part: Part) -> PairModel | None:
    """The fitted network; None where there was too little to fit it to, or it reads other features than ours."""
    if part.about.get("features") != [*PAIR, *PERSON] or "weights" not in part.columns:
        return None
    return PairModel(*(np.array(part.array(name)) for name in ("weights", "bias", "out")))
