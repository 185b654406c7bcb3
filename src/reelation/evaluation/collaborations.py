"""Who will work together: people known at the end of a year, pairs that first meet in the years after, and rankings.

    atlas content + year t  ->  Split: who is active, who worked with whom by t, who first does in (t, t + 5]
    Split, rankings         ->  judge  ->  Judged: hits@50 and AUC by person

Everybody who is active (a title in the ten years up to t) is a candidate for everybody else, but for those they worked
with. hits@50 of a person is the share of the new collaborators that are among the 50 candidates ranked first; AUC is
how often a new collaborator ranks above some candidate drawn by lot. Equal scores are drawn by lot, in expectation.
People who find nobody new have neither. Both are means over people, with bootstrap intervals over people.

Source: Liben-Nowell & Kleinberg 2007, doi:10.1002/asi.20591, for the split by time among those active on both sides;
    common neighbours and its kin: Zhou, Lü & Zhang 2009, doi:10.1140/epjb/e2009-00335-8.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.atlas.store import AtlasContent
from reelation.search.pair_features import PairFeatures
from reelation.search.working import Worked

Rows = NDArray[np.int64]
Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]
Ranking = Callable[["Split", Rows], NDArray[np.floating]]
"""Split, people's places  ->  [people, active] scores, higher for likelier."""

ACTIVE = 10
AT_ONCE = 32
_DRAWN = 200
"""Candidates drawn for each person's AUC."""


class Compiled(Worked):
    """The same walks through SciPy's sparse products, ten times as quick."""

    @cached_property
    def _forward(self) -> sparse.csr_array:
        ones = np.ones(len(self.title), np.float32)
        shape = (len(self), len(self.titles))
        return sparse.csr_array((ones, self.title.astype(np.int32), self.start.astype(np.int32)), shape=shape)

    @cached_property
    def _back(self) -> sparse.csr_array:
        return sparse.csr_array(self._forward.T)

    def to_titles(self, people: Floats) -> Floats:
        """As `Worked.to_titles`."""
        return np.asarray(self._back @ people, np.float32)

    def to_people(self, titles: Floats) -> Floats:
        """As `Worked.to_people`."""
        return np.asarray(self._forward @ titles, np.float32)

    @cached_property
    def network(self) -> sparse.csr_array:
        """[people, people] 1 where two worked together."""
        found = sparse.csr_array(self._forward @ self._back)
        found.setdiag(0)
        found.eliminate_zeros()
        found.data[:] = 1
        return found


@dataclass(frozen=True)
class Split:
    """What is known at the end of year `until`, and who first works together in the `years` after."""

    worked: Compiled
    features: PairFeatures
    active: Rows
    """[active] numbers of people in `worked`, rising."""
    start: Rows
    """[active + 1] where each one's new collaborators begin."""
    new: Rows
    """[pairs, both ways] places in `active`."""

    @classmethod
    def of(
        cls,
        content: AtlasContent,
        node_types: Sequence[str],
        relations: Sequence[str],
        until: int,
        years: int = 5,
    ) -> Split | None:
        """Split at the end of `until`; None where nobody is active."""
        worked = Compiled.of(content, node_types, relations, until)
        later = Worked.of(content, node_types, relations, until + years)
        if worked is None or later is None:
            return None
        last = np.minimum.reduceat(worked.age[worked.title], worked.start[:-1])
        active = np.flatnonzero(last < ACTIVE)
        if not len(active):
            return None
        place_of = np.full(len(later), -1)
        place_of[later.numbers_of(worked.nodes[active])] = np.arange(len(active))
        place, other = later.beside(later.numbers_of(worked.nodes[active]))
        there = place_of[other] >= 0
        after = place[there] * len(active) + place_of[other[there]]
        new = np.setdiff1d(after, cls._known(worked, active, active))
        counts = np.bincount(new // len(active), minlength=len(active))
        return cls(
            worked=worked,  # type: ignore[arg-type]
            features=PairFeatures(worked, content, node_types),
            active=active,
            start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
            new=new % len(active),
        )

    @staticmethod
    def _known(worked: Worked, active: Rows, asked: Rows) -> Rows:
        """Place in `asked` x active + place in `active`, of those who worked together."""
        place, other = worked.beside(asked)
        at = np.minimum(np.searchsorted(active, other), len(active) - 1)
        there = active[at] == other
        return np.asarray(place[there] * len(active) + at[there])

    @cached_property
    def people(self) -> Rows:
        """Places of those who find somebody new."""
        return np.flatnonzero(np.diff(self.start))

    def new_of(self, place: int) -> Rows:
        """Places of one's new collaborators."""
        return self.new[int(self.start[place]) : int(self.start[place + 1])]

    def barred(self, places: Rows) -> NDArray[np.bool_]:
        """[places, active] True for oneself and for those one worked with."""
        found = np.zeros((len(places), len(self.active)), bool)
        found[np.arange(len(places)), places] = True
        keys = self._known(self.worked, self.active, self.active[places])
        found[keys // len(self.active), keys % len(self.active)] = True
        return found


@dataclass(frozen=True)
class Judged:
    """One ranking, by person."""

    hits: Doubles
    """[people] share of the new collaborators among the first 50."""
    auc: Doubles
    """[people]."""


def judge(
    split: Split, rankings: Mapping[str, Ranking], people: Rows, first: int = 50, seed: int = 0
) -> dict[str, Judged]:
    """Judge rankings on the same people, with the same candidates drawn.

    Args:
        split: people and what came.
        rankings: by name.
        people: places of people who find somebody new.
        first: how many candidates count as first.
        seed: of the candidates drawn.
    """
    random = np.random.default_rng(seed)
    hits: dict[str, list[float]] = {name: [] for name in rankings}
    auc: dict[str, list[float]] = {name: [] for name in rankings}
    for begin in range(0, len(people), AT_ONCE):
        places = people[begin : begin + AT_ONCE]
        barred = split.barred(places)
        drawn = random.integers(0, len(split.active), (len(places), _DRAWN))
        for name, ranking in rankings.items():
            scores = np.array(ranking(split, places), np.float64)
            scores[barred] = -np.inf
            for at, place in enumerate(places.tolist()):
                new = split.new_of(place)
                others = drawn[at][~barred[at, drawn[at]] & ~np.isin(drawn[at], new)]
                hits[name].append(hits_at(scores[at], new, first))
                auc[name].append(above(scores[at][new], scores[at][others]))
    return {name: Judged(np.array(hits[name]), np.array(auc[name])) for name in rankings}


def hits_at(scores: Doubles, new: Rows, first: int) -> float:
    """The share of `new` among the `first` highest scores; those equal at the edge count by their chance.

    Args:
        scores: [candidates] minus infinity for those that are none.
        new: places.
        first: how many.
    """
    if len(scores) <= first:
        return 1.0
    edge = np.partition(scores, len(scores) - first)[len(scores) - first]
    over, at_edge = int((scores > edge).sum()), int((scores == edge).sum())
    return float(((scores[new] > edge) + (scores[new] == edge) * ((first - over) / at_edge)).mean())


def above(good: Doubles, others: Doubles) -> float:
    """How often one of `good` is above one of `others`, equal ones counting half; .5 with no others."""
    if not len(others):
        return 0.5
    ranked = np.sort(others)
    low, high = np.searchsorted(ranked, good, "left"), np.searchsorted(ranked, good, "right")
    return float((low + high).mean() / (2 * len(others)))


def interval(values: Doubles, draws: int = 2000, seed: int = 0, level: float = 0.95) -> tuple[float, float]:
    """Bootstrap interval of a mean over people."""
    random = np.random.default_rng(seed)
    means = [values[random.integers(0, len(values), len(values))].mean() for _ in range(draws)]
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def baselines(split: Split) -> dict[str, Ranking]:
    """What models must beat, on the network of all that was known: each pair that worked together, once."""
    network = split.worked.network
    degree = np.asarray(network.sum(axis=1)).ravel()
    into = sparse.csr_array(network[:, split.active])
    titles = np.diff(split.worked.start)[split.active].astype(np.float64)
    recent = split.worked.person[split.worked.age[split.worked.title] < 5]
    lately = np.bincount(recent, minlength=len(split.worked))[split.active].astype(np.float64)

    def shared(weights: Doubles) -> Ranking:
        weighed = sparse.csr_array(sparse.diags_array(weights) @ into)
        return lambda split, places: (network[split.active[places]] @ weighed).toarray()

    def popular(values: Doubles) -> Ranking:
        return lambda _, places: np.broadcast_to(values, (len(places), len(values)))

    return {
        "common neighbours": shared(np.ones(len(degree))),
        "Adamic-Adar": shared(1 / np.log(np.maximum(degree, 2))),
        "resource allocation": shared(1 / np.maximum(degree, 1)),
        "preferential attachment": popular(degree[split.active].astype(np.float64)),
        "titles": popular(titles),
        "titles of five years": popular(lately),
    }
