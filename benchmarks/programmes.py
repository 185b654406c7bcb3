"""Programmes on 100 themes: whether all limits are met, and how much more they cover than random coherent sets.

    python benchmarks/programmes.py ATLAS [--count 100] [--seed 1]

A random set is drawn from the same candidates as the programme, with the same number of titles and at least its mean
relatedness of pairs: a walk that swaps one title at a time, each swap that keeps the set that coherent as likely as any
other. It begins at the programme, so that it can begin at all, and forgets it over the swaps.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.create.programme.closeness import between
from reelation.create.programme.parts import REWARDED, Programme, Wanted
from reelation.create.programme.programme import programme
from reelation.create.programme.themes import candidates
from reelation.create.programme.traits import trait_of
from reelation.errors import ImpossibleError
from reelation.insights.topics import topics_of
from reelation.messages import messages

_FEWEST = 60
"""Titles of a theme that is drawn."""
_SETS = 50
_SWAPS = 3_000
"""That are tried from one random set to the next."""
_MOST = 1_500
"""Candidates of which the relatedness of pairs is kept."""


def drawn_themes(atlas: Atlas, count: int, draw: np.random.Generator) -> list[tuple[str, ...]]:
    """Genres, countries, languages and pairs of a genre and a country, each with titles enough, in random order."""
    single = [
        (topics.topic(number).node_id, topics.rows(number))
        for aspect in ("genres", "countries", "languages")
        for topics in [topics_of(atlas, aspect)]
        for number in np.flatnonzero(np.asarray(topics.titles) >= _FEWEST).tolist()
    ]
    pairs = [
        (one, two)
        for at, (one, rows) in enumerate(single)
        for two, others in single[at + 1 :]
        if one.startswith("genre:") and len(np.intersect1d(rows, others, assume_unique=True)) >= _FEWEST
    ]
    found = [*((one,) for one, _ in single), *pairs]
    return [found[at] for at in draw.permutation(len(found))[:count].tolist()]


def limits_for(theme: tuple[str, ...], draw: np.random.Generator) -> Wanted:
    """A programme on a theme with random limits."""
    count = int(draw.integers(6, 15))
    return Wanted(
        themes=theme,
        count=count,
        at_most={"director": 1, **({"decade": int(draw.integers(3, 6))} if draw.random() < 0.5 else {})},
        at_least={"decade": int(draw.integers(2, 5))},
        longest=float(draw.integers(100, 125) * count) if draw.random() < 0.5 else None,
    )


def meets(atlas: Atlas, found: Programme) -> bool:
    """Whether every limit is met, counted anew from the atlas."""
    wanted = found.wanted
    rows = np.array([atlas.titles.find(slot.title.title_id) for slot in found], np.int64)
    good = len(set(rows.tolist())) == wanted.count
    for trait, most in wanted.at_most.items():
        good &= bool((trait_of(atlas, trait, rows).member.sum(axis=1) <= most).all())
    for trait, least in wanted.at_least.items():
        good &= len(trait_of(atlas, trait, rows).values) >= least
    minutes = np.asarray(atlas.runtime[rows], np.float64)
    return good and (wanted.longest is None or float(minutes.sum()) <= wanted.longest)


def random_sets(
    related: NDArray[np.float64], start: NDArray[np.int64], draw: np.random.Generator
) -> Iterator[NDArray[np.int64]]:
    """Random sets that are as coherent as the one to start from.

    Args:
        related: [candidates, candidates] cosines.
        start: [count] places of the programme.
        draw: the generator.
    """
    chosen, count = start.copy(), len(start)
    sums = related[:, chosen].sum(axis=1)
    least = total = float(np.triu(related[np.ix_(start, start)], 1).sum())
    for _ in range(_SETS):
        outs, ins = draw.integers(count, size=_SWAPS), draw.integers(len(related), size=_SWAPS)
        for out, new in zip(outs.tolist(), ins.tolist(), strict=True):
            old = int(chosen[out])
            after = total - (sums[old] - related[old, old]) + sums[new] - related[new, old]
            if new not in chosen and after >= least - 1e-9:
                sums += related[:, new] - related[:, old]
                chosen[out], total = new, after
        yield chosen.copy()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("atlas", type=Path)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    atlas, say, draw = Atlas.open(asked.atlas), messages("en"), np.random.default_rng(asked.seed)
    ours, theirs, met, seconds, gaps = [], [], [], [], []
    impossible = 0
    for theme in drawn_themes(atlas, 3 * asked.count, draw):
        wanted = limits_for(theme, draw)
        start = time.perf_counter()
        try:
            found = programme(atlas, wanted, say)
        except ImpossibleError:
            impossible += 1
            continue
        seconds.append(time.perf_counter() - start)
        met.append(meets(atlas, found))
        gaps.append(found.gap)
        rows = np.array([atlas.titles.find(slot.title.title_id) for slot in found], np.int64)
        pool = candidates(atlas, wanted, say)
        some = pool.rows if len(pool.rows) <= _MOST else pool.rows[np.argsort(-pool.worth, kind="stable")[:_MOST]]
        some = np.union1d(some, rows)
        related = between(atlas, some)
        sets = list(random_sets(related, np.searchsorted(some, rows), draw))
        ours.append([len(trait_of(atlas, trait, rows).values) for trait in REWARDED])
        theirs.append(
            np.mean([[len(trait_of(atlas, trait, some[one]).values) for trait in REWARDED] for one in sets], axis=0)
        )
        if len(ours) == asked.count:
            break
    _report(np.array(ours, float), np.array(theirs), draw)
    print(f"themes {len(ours)}, limits met {np.mean(met):.1%}; {impossible} others could not meet theirs and said so")
    print(f"seconds: median {np.median(seconds):.2f}, longest {max(seconds):.2f}; largest gap {max(gaps):.1e}")


def _report(ours: NDArray[np.float64], theirs: NDArray[np.float64], draw: np.random.Generator) -> None:
    """Means over themes with 95 % bootstrap intervals of the difference."""
    for at, trait in enumerate(REWARDED):
        differs = ours[:, at] - theirs[:, at]
        means = differs[draw.integers(len(differs), size=(2_000, len(differs)))].mean(axis=1)
        low, high = np.quantile(means, [0.025, 0.975])
        print(
            f"{trait:9} programme {ours[:, at].mean():5.2f}   random, as coherent {theirs[:, at].mean():5.2f}   "
            f"difference {differs.mean():+.2f} [{low:+.2f}, {high:+.2f}]   more in {np.mean(differs > 0):.0%} of themes"
        )


if __name__ == "__main__":
    main()
