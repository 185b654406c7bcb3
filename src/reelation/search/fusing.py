"""What a title's place among all titles is likely to be, from whatever is known of it: the fusion network in numpy.

    {"people": row, "text": row, "image": row}  ->  Fusion.guess  ->  (guess of the title's vector, share of each input)

Trained by `reelation.training.fusing`; an atlas without pictures or sound has none.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.rows import rarity
from reelation.search.gather import places_of

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

PEOPLE, TEXT = "people", "text"
GUESSED = ("people", "story", "context", "audience")
"""Facets that are filled in where nothing is known of them."""


class Fusion:
    """The trained network as plain arrays."""

    def __init__(self, atlas: Atlas, part: Part) -> None:
        """Read the part "fusion"."""
        self._atlas, self._part = atlas, part
        self.inputs: dict[str, int] = dict(part.about["inputs"])
        """Input -> its columns, in the order of training."""
        self._whole = np.unpackbits(part.array("whole"), count=part.about["titles"]).astype(bool)

    @classmethod
    def of(cls, atlas: Atlas) -> Fusion | None:
        """The fusion of an atlas; None where it was trained without pictures and sound."""
        part = atlas.part("fusion")
        return cls(atlas, part) if part is not None else None

    def people(self, people: Rows, row: int | None = None) -> Floats:
        """[width] where the titles of some people are, as `reelation.training.fusing.people_means`; zero for no one.

        Args:
            people: nodes.
            row: the title of the atlas that they are asked for, whose own vector does not count.
        """
        atlas = self._atlas
        degree = (np.diff(atlas.posting_start)[people] + (row is None)).astype(np.int64)
        places, owner = places_of(atlas.posting_start, people)
        rows = np.asarray(atlas.posting_title[places], np.int64)
        counts = self._whole[rows] & (rows != (-1 if row is None else row))
        others = np.bincount(owner, weights=counts, minlength=len(people))
        itself = row is not None and self._whole[row]
        useful = (others > 0) & (others + itself <= self._part.about["most"])
        weight = np.where(useful, rarity(len(atlas) + (row is None), degree), 0)
        found = np.zeros(atlas.manifest.width, np.float32)
        if not weight.any():
            return found
        share = np.divide(weight, others * weight.sum(), out=np.zeros_like(others), where=useful)
        kept = counts & useful[owner]
        titles, at = np.unique(rows[kept], return_inverse=True)
        of_title = np.bincount(at, weights=share[owner[kept]], minlength=len(titles)).astype(np.float32)
        found += of_title @ np.asarray(atlas.vectors[titles])
        for facet in atlas.manifest.facets:
            if facet.name in ("look", "sound"):
                for block in facet.blocks:
                    found[block.columns] = 0
        return found

    def guess(self, given: Mapping[str, Floats]) -> tuple[Floats, dict[str, float]] | None:
        """The vector that a title with these inputs is likely to have.

        Args:
            given: input -> [columns]; others and zero rows count as not given.

        Returns:
            [width] float32, and how much each input had to say, adding up to 1; None where nothing is given.
        """
        there = {name: given[name][None] for name in self.inputs if name in given and given[name].any()}
        if not there:
            return None
        found, shares = guesses(self._part, there)
        return np.asarray(found[0], np.float32), dict(zip(there, shares[0].astype(float).tolist(), strict=True))


def guesses(part: Part, given: Mapping[str, Floats]) -> tuple[Floats, Floats]:
    """The vectors that titles with these inputs are likely to have.

    Args:
        part: "fusion".
        given: input -> [titles, columns]; a zero row counts as not given, and a title needs one row that is not.

    Returns:
        [titles, width] float32, and [titles, inputs] how much each input had to say, adding up to 1.
    """
    get, names = part.array, [name for name in part.about["inputs"] if name in given]
    there = np.stack([given[name].any(axis=1) for name in names], axis=1)
    towers = [_tower(part, name, given[name]) for name in names]
    odds = np.stack([_gate(part, name, tower) for name, tower in zip(names, towers, strict=True)], axis=1)
    odds = np.where(there, odds, -np.inf)
    shares = np.exp(odds - odds.max(axis=1, keepdims=True))
    shares = (shares / shares.sum(axis=1, keepdims=True)).astype(np.float32)
    found = np.zeros((len(there), len(get(f"{names[0]}-shift"))), np.float32)
    mixed = np.zeros_like(towers[0])
    for at, name in enumerate(names):
        share = shares[:, at, None]
        found += share * (given[name] @ get(f"{name}-straight") + get(f"{name}-shift"))
        mixed += share * towers[at]
    return np.asarray(found + mixed @ get("head"), np.float32), shares


def _tower(part: Part, name: str, x: Floats) -> Floats:
    hidden = np.maximum(x @ part.array(f"{name}-bent") + part.array(f"{name}-bend"), 0)
    return np.asarray(hidden @ part.array(f"{name}-mixed") + part.array(f"{name}-mix"), np.float32)


def _gate(part: Part, name: str, tower: Floats) -> Floats:
    weights = part.array(f"{name}-gate")
    return np.asarray(np.maximum(tower, 0) @ weights[:-1] + weights[-1], np.float32)
