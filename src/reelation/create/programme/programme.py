"""A season or a festival strand: titles on a theme that are close to it, differ from each other, and meet all limits.

Wanted  ->  candidates  ->  selection.solve (proved best)  ->  running_order  ->  Programme with notes made of facts

What is maximised, 0 to about 1:

    (1 - variety) * closeness  +  variety * coverage

closeness is the mean worth of the chosen (`reelation.create.programme.themes`), for few candidates half of it the mean
cosine of all chosen pairs; coverage is the mean, over decades, countries and directors, of how many different values
the titles stand for (each for one), as a share of how many there could be; where at most one of each is wanted, all
differ anyway.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.create.programme.closeness import between
from reelation.create.programme.conflicts import Conflict, conflicts
from reelation.create.programme.notes import join, note
from reelation.create.programme.parts import REWARDED, Coverage, Programme, Slot, Wanted
from reelation.create.programme.running_order import running_order, worth_of_links
from reelation.create.programme.selection import Selection, Task, Trait, solve
from reelation.create.programme.themes import Candidates, candidates
from reelation.create.programme.traits import TRAITS, Having, trait_of
from reelation.create.title_facts import TitleFacts, thing_fact
from reelation.errors import ImpossibleError
from reelation.insights.titles import title_at
from reelation.messages import Messages

Rows = NDArray[np.int64]

_POOL = 800
"""Candidates that are chosen from at first; all of them where these do not do."""
_OF_EACH = 3
"""Of every decade, country … that many candidates are in the pool in any case."""
_IN_PAIRS = 60
"""Up to so many candidates the relatedness of pairs counts too."""


def programme(atlas: Atlas, wanted: Wanted, say: Messages) -> Programme:
    """Choose a programme, and put it in order.

    Args:
        atlas: what to choose from.
        wanted: theme, limits and leanings.
        say: the language of the notes.

    Raises:
        TitleNotFoundError: no theme or title of a name that was given.
        AmbiguousTitleError: several.
        ImpossibleError: the limits cannot be met; says which stands in the way and what could be met.
        UsageError: no such filter, or nothing was found in a minute.
    """
    found = candidates(atlas, wanted, say)
    traits = {name: trait_of(atlas, name, found.rows) for name in {**dict.fromkeys(REWARDED), **_limited(wanted)}}
    pool = _pool(found, traits)
    chosen = solve(_task(atlas, wanted, found, traits, pool))
    if chosen is None and len(pool) < len(found.rows):
        pool = np.arange(len(found.rows))
        chosen = solve(_task(atlas, wanted, found, traits, pool))
    if chosen is None:
        raise _impossible(_task(atlas, wanted, found, traits, pool))
    return _programme(atlas, wanted, found, pool[chosen.chosen], (chosen, len(pool)), say)


def _limited(wanted: Wanted) -> dict[str, None]:
    return dict.fromkeys([*wanted.at_most, *wanted.at_least])


def _pool(found: Candidates, traits: dict[str, Having]) -> Rows:
    """Places of the candidates that are worth most, of those that must be in, and of the best of each value."""
    order = np.argsort(-found.worth, kind="stable")
    if len(order) <= _POOL:
        return np.arange(len(order))
    kept = np.zeros(len(order), bool)
    kept[order[:_POOL]] = True
    kept[np.searchsorted(found.rows, found.must)] = True
    for name, having in traits.items():
        if name != "director":  # there are thousands, and hundreds of them in the pool already
            ranked = having.member[:, order]
            kept[order[(ranked & (ranked.cumsum(axis=1) <= _OF_EACH)).any(axis=0)]] = True
    return np.flatnonzero(kept)


def _task(atlas: Atlas, wanted: Wanted, found: Candidates, traits: dict[str, Having], pool: Rows) -> Task:
    having = {name: _without_empty(one.member[:, pool]) for name, one in traits.items()}
    rewarded = [name for name in REWARDED if wanted.at_most.get(name) != 1]  # else all differ anyway
    share = wanted.variety / max(len(rewarded), 1)
    limits = tuple(
        Trait(
            name,
            member,
            wanted.at_most.get(name),
            wanted.at_least.get(name, 0),
            share / max(min(wanted.count, len(member)), 1) if name in rewarded else 0.0,
        )
        for name, member in having.items()
    )
    worth, together = found.worth[pool] * (1 - wanted.variety) / wanted.count, None
    if len(pool) <= _IN_PAIRS and wanted.count > 1:
        pairs = wanted.count * (wanted.count - 1) / 2
        worth, together = worth / 2, between(atlas, found.rows[pool]) * (1 - wanted.variety) / 2 / pairs
    counts = wanted.shortest is not None or wanted.longest is not None
    return Task(
        worth,
        wanted.count,
        limits,
        np.flatnonzero(np.isin(found.rows[pool], found.must)),
        found.minutes[pool] if counts else None,
        wanted.shortest,
        wanted.longest,
        together,
    )


def _without_empty(member: NDArray[np.bool_]) -> NDArray[np.bool_]:
    return np.asarray(member[member.any(axis=1)])


def _impossible(task: Task) -> ImpossibleError:
    alone, found = conflicts(task)
    lines = "\n  ".join(_line(one) for one in found)
    told = tuple((one.name, one.asked, one.possible) for one in found)
    if not found:
        return ImpossibleError("These limits cannot be met together; loosen some of them", told)
    head = "any one of these changes would do" if alone else "all of these changes together would do"
    return ImpossibleError(f"No programme meets all limits; {head}:\n  {lines}", told)


def _line(one: Conflict) -> str:
    kind, _, trait = one.name.partition(" ")
    asked, possible = f"{one.asked:g}", f"{one.possible:.0f}"
    if one.name == "longest":
        possible = f"{np.ceil(one.possible):.0f}"
    if one.name == "shortest":
        possible = f"{np.floor(one.possible):.0f}"
    return {
        "count": f"{possible} titles instead of {asked}",
        "must": f"{possible} of the {asked} titles that have to be in",
        "longest": f"at most {possible} minutes together instead of {asked}",
        "shortest": f"at least {possible} minutes together instead of {asked}",
        "at_most": f"at most {possible} of the same {trait} instead of {asked}",
        "at_least": f"at least {possible} different by {trait} instead of {asked}",
    }[kind]


def _programme(
    atlas: Atlas, wanted: Wanted, found: Candidates, places: Rows, solved: tuple[Selection, int], say: Messages
) -> Programme:
    rows = found.rows[places]
    traits = {name: trait_of(atlas, name, rows) for name in TRAITS}
    related = between(atlas, rows)
    links = worth_of_links(related, traits["decade"].member, traits["country"].member, wanted.alternate)
    order, exact = running_order(links, np.asarray(atlas.year[rows], np.int64))
    made = _Slots(atlas, wanted, found, say)
    after = [int(row) for row in rows[order[1:]]]
    slots = [made.slot(at + 1, int(places[one]), (*after, None)[at]) for at, one in enumerate(order.tolist())]
    pairs = related[np.triu_indices(len(rows), 1)]
    minutes = np.asarray(atlas.runtime[rows], np.float64)
    return Programme(
        wanted=wanted,
        themes=tuple(thing_fact(atlas, thing.node_id, thing.name, say) for thing in found.things),
        seeds=tuple(title_at(atlas, row) for row in found.seeds.tolist()),
        items=tuple(slots),
        coverage={name: _coverage(atlas, one, found.rows) for name, one in traits.items()},
        minutes=float(np.nansum(minutes)),
        unknown_length=int(np.isnan(minutes).sum()),
        in_theme=found.in_theme,
        left_out=found.left_out,
        pool=solved[1],
        objective=solved[0].objective,
        gap=solved[0].gap,
        relatedness=float(pairs.mean()) if len(pairs) else None,
        order_exact=exact,
    )


@dataclass(frozen=True)
class _Slots:
    atlas: Atlas
    wanted: Wanted
    found: Candidates
    say: Messages

    def slot(self, place: int, at: int, after: int | None) -> Slot:
        """The candidate `at`, followed by the title in the row `after`."""
        row, found = int(self.found.rows[at]), self.found
        facts = TitleFacts(self.atlas, row, self.say)
        assumed = self.wanted.length_counts and bool(np.isnan(self.atlas.runtime[row]))
        theme = frozenset(thing.node_id for thing in found.things)
        return Slot(
            place=place,
            title=facts.title,
            directors=facts.of("director") or facts.of("creator"),
            countries=facts.of("country"),
            genres=facts.of("genre"),
            closeness=float(found.closeness[at]),
            must=row in found.must,
            in_theme=bool(found.inside[at]),
            assumed=assumed,
            note=note(facts, self.wanted.assume_minutes if assumed else None, self.say),
            joins=None if after is None else join(self.atlas, (row, after), theme, self.say),
        )


def _coverage(atlas: Atlas, one: Having, rows: Rows) -> Coverage:
    each = one.member.sum(axis=1)
    there_are = len(trait_of(atlas, one.trait, rows).values)
    return Coverage(len(each), int(each.max(initial=0)), int(one.unknown.sum()), there_are)
