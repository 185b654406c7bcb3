"""Which titles a programme may be made of, and how close each is to what it is about.

Wanted  ->  Candidates: rows, closeness, what was left out and why
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.create.programme.closeness import closeness_to
from reelation.create.programme.parts import Wanted
from reelation.create.programme.traits import trait_of
from reelation.errors import ImpossibleError, UsageError
from reelation.insights.things import Thing, thing_named
from reelation.messages import Messages
from reelation.search.choosing import stretched
from reelation.search.fame import fame_of
from reelation.search.filters import Filters
from reelation.search.lookup import find, label

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]

_NEAR = 200
"""Titles that are near enough to seeds to be chosen, where there is no theme."""


@dataclass(frozen=True)
class Candidates:
    """What a programme is chosen from."""

    things: tuple[Thing, ...]
    seeds: Rows
    rows: Rows
    """[candidates] rising; titles that must be in it are among them."""
    must: Rows
    """[must] rows."""
    inside: NDArray[np.bool_]
    """[candidates] whether it has the theme; False only of titles that must be in."""
    closeness: Floats
    """[candidates] mean cosine to the titles of the theme, or to the seeds."""
    worth: Floats
    """[candidates] 0 to 1: closeness, and how well known it is as far as that counts."""
    minutes: Floats
    """[candidates] length, NaN unknown, or what is assumed."""
    in_theme: int
    """Titles with the theme that pass the filters."""
    left_out: dict[str, int]


def candidates(atlas: Atlas, wanted: Wanted, say: Messages) -> Candidates:
    """Find them.

    Raises:
        TitleNotFoundError: no theme or title of a name.
        AmbiguousTitleError: several.
        ImpossibleError: fewer titles pass than are asked for, or one that must be in cannot be.
    """
    things = tuple(thing_named(atlas, text, say, wanted.by) for text in wanted.themes)
    seeds, must, without = (
        np.unique([find(atlas, text).row for text in texts]).astype(np.int64)
        for texts in (wanted.seeds, wanted.must, wanted.without)
    )
    if both := np.intersect1d(must, without).tolist():
        raise UsageError(f"{label(atlas, both[0])} cannot be both in the programme and left out")
    theme = np.ones(len(atlas), bool)
    for thing in things:
        theme &= np.isin(np.arange(len(atlas)), thing.rows)
    if not theme.any():
        raise ImpossibleError(f"No title has all of {', '.join(thing.name for thing in things)}; ask for fewer themes")
    members = seeds if len(seeds) else np.flatnonzero(theme)
    passing, minutes = _passing(atlas, wanted, wanted.filters)
    _check_must(atlas, wanted, must, passing, minutes)
    passing[without] = False
    rows = np.flatnonzero(theme & passing)
    closeness = closeness_to(atlas, members, rows)
    if not things:  # the whole atlas passes as a theme: near is what counts
        near = np.sort(np.argsort(-closeness, kind="stable")[: max(_NEAR, 10 * wanted.count)])
        rows, closeness = rows[near], closeness[near]
    in_theme = len(rows)
    rows, left_out = _known(atlas, wanted, rows, minutes)
    rows = np.union1d(rows, must)
    if len(rows) < wanted.count:
        raise _too_few(atlas, wanted, theme, len(rows), left_out)
    closeness = closeness_to(atlas, members, rows)
    fame = fame_of(atlas)
    worth = stretched(closeness)
    if fame is not None and wanted.popularity:
        worth = stretched(worth + wanted.popularity * np.asarray(fame[rows], np.float64))
    return Candidates(things, seeds, rows, must, theme[rows], closeness, worth, minutes[rows], in_theme, left_out)


def _passing(atlas: Atlas, wanted: Wanted, filters: Filters) -> tuple[NDArray[np.bool_], Floats]:
    """[titles] which pass the filters, unknown lengths aside; and their minutes."""
    minutes = np.array(atlas.runtime, np.float64)
    if wanted.assume_minutes is not None:
        minutes[np.isnan(minutes)] = wanted.assume_minutes
    allowed = replace(filters, min_runtime=None, max_runtime=None).allowed(atlas)
    passing = np.ones(len(atlas), bool) if allowed is None else allowed.copy()
    low = filters.min_runtime if filters.min_runtime is not None else -np.inf
    high = filters.max_runtime if filters.max_runtime is not None else np.inf
    return passing & ~((minutes < low) | (minutes > high)), minutes


def _known(atlas: Atlas, wanted: Wanted, rows: Rows, minutes: Floats) -> tuple[Rows, dict[str, int]]:
    """Those of which everything is known that a limit is about, and how many others there were by what is not."""
    left_out: dict[str, int] = {}
    if wanted.length_counts:
        known = ~np.isnan(minutes[rows])
        left_out["length"] = int((~known).sum())
        rows = rows[known]
    for trait in wanted.at_most:
        known = ~trait_of(atlas, trait, rows).unknown
        left_out[trait] = int((~known).sum())
        rows = rows[known]
    return rows, {name: count for name, count in left_out.items() if count}


def _check_must(atlas: Atlas, wanted: Wanted, must: Rows, passing: NDArray[np.bool_], minutes: Floats) -> None:
    for row in must.tolist():
        if not passing[row]:
            raise ImpossibleError(
                f"{label(atlas, row)} has to be in, but does not pass the limits on years, kinds, tags or length; "
                "loosen them, or leave it out"
            )
        if wanted.length_counts and np.isnan(minutes[row]):
            raise ImpossibleError(
                f"The length of {label(atlas, row)}, which has to be in, is not known, and a limit of length is given; "
                "say which length to assume, or drop the limit"
            )
        for trait in wanted.at_most:
            if trait_of(atlas, trait, np.array([row])).unknown[0]:
                raise ImpossibleError(
                    f"The {trait} of {label(atlas, row)}, which has to be in, is not known, and at most "
                    f"{wanted.at_most[trait]} of the same {trait} are asked for; drop one of the two"
                )


def _too_few(
    atlas: Atlas, wanted: Wanted, theme: NDArray[np.bool_], found: int, left_out: dict[str, int]
) -> ImpossibleError:
    """With each filter that alone stands in the way."""
    tries = []
    for one in fields(Filters):
        if getattr(wanted.filters, one.name) != one.default:
            wider: dict[str, Any] = {one.name: one.default}
            passing, minutes = _passing(atlas, wanted, replace(wanted.filters, **wider))
            count = len(_known(atlas, wanted, np.flatnonzero(theme & passing), minutes)[0])
            if count >= wanted.count:
                tries.append(f"without '{one.name}' there are {count}")
    unknown = "".join(f"; of {count} more the {name} is not known" for name, count in left_out.items())
    try_what = f"Try: {'; '.join(tries)}." if tries else f"Ask for {found} or fewer, or for a wider theme."
    return ImpossibleError(f"{wanted.count} titles are asked for and {found} can be chosen{unknown}. {try_what}")
