"""What weighs how much in recommendations: learned on what viewers went on to like, held out from everything else.

    events, Ground  ->  looks: lists (who likes what later) and moments (who likes what next)
                    ->  candidates with their signals and standing  ->  weigh  ->  for each kind: name -> weight

Weights are a listwise maximum likelihood. How strong its penalty is, is chosen by cross-fitting over viewers and titles
where what is held out is drawn at random. In order of time that choice is too weak, since it fits what was recent at
the looks and is asked about another time; there the penalty is a setting, chosen once (docs/research/time.md), and in
lists, of which few are asked, stronger for what is no plain history and no popularity. A signal
is asked for with the function that answers are made with, so a weight means the same in both.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.atlas.parts import Part
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.moments import Questions, likes
from reelation.evaluation.recommenders.blend import STRIDE, BlendConfig, judged, learned
from reelation.evaluation.recommenders.stacking import Stack, stack
from reelation.evaluation.splits import random_split
from reelation.histories.verdicts import ages
from reelation.search.preference import NEXT, REACH, VIEWERS, Preference, Signal, signals_of
from reelation.seeds import generator
from reelation.training.ground import Ground
from reelation.training.standing import LATELY, Daily

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]

Kind = Literal["lists", "moments"]

LEAST_ASKED = 20
"""Questions below which nothing is learned from them."""
_AT_ONCE = 64
_CALLING = 10.0
"""Half-life of the signals that name candidates, beside verdicts as they are."""


@dataclass(frozen=True)
class _Asked:
    """Some questions."""

    stack: Stack
    """Its viewers are numbered 0 on."""
    person: Rows
    """[questions] who is asked."""
    count: Rows
    """[questions] right titles, candidates or not."""


@dataclass(frozen=True)
class Weighed:
    """What was learned from questions of one kind."""

    weights: dict[str, float]
    """Name of a signal or kind of standing -> weight."""
    about: dict[str, Any]
    """How many were asked, what was chosen, how good it is on viewers and titles left out."""


def weigh(events: Interactions, ground: Ground, seed: int) -> dict[Kind, Weighed]:
    """How much each signal and each kind of standing counts.

    Args:
        events: at most one a viewer and title, `stars` being verdicts.
        ground: of the atlas.
        seed: of what is held out at random, and of who is asked.

    Returns:
        "lists": for somebody who comes back, learned from all that viewers liked later; a plain choice where too few
        can be asked. "moments": for somebody who is at it, learned from likes asked for one by one; only where they
        can be asked.
    """
    config = ground.config
    stands = list(ground.standing(events))
    signals = signals_of(ground.draft(events.only(np.zeros(0, np.int64))))
    told = [one.name for one in signals]
    names: dict[Kind, list[str]] = {"lists": [*told, *stands], "moments": [*told, *_at_moments(stands)]}
    calling = [one.name for one in signals if _calls(one)]
    calling += [name for name in _at_moments(stands) if not name.startswith("trend")]
    blend = BlendConfig(calling=tuple(f"={name}" for name in calling))
    if ground.in_order:
        blend = replace(blend, penalties=(config.penalty,))
    columns = np.unique(events.title[events.stars > 0]).astype(np.int64)
    asked: dict[Kind, list[_Asked]] = {"lists": [], "moments": []}
    for number, (known, after) in enumerate(_looks(events, seed, ground)):
        if list(ground.standing(known)) != stands:
            continue
        asker = _Asker(ground, known, columns, blend, signals)
        asked["lists"] += asker.lists(after, generator(seed, f"asked {number}"))
        if config.moments and ground.in_order:
            asked["moments"] += asker.moments(after, generator(seed, f"moments {number}"))
    found: dict[Kind, Weighed] = {}
    for kind, some in asked.items():
        number = sum(len(one.count) for one in some)
        if number >= LEAST_ASKED and any(one.stack.right.any() for one in some):
            found[kind] = _learned(
                some, names[kind], blend, seed, _firm(signals, stands, ground) if kind == "lists" else None
            )
        elif kind == "lists":
            plain = dict.fromkeys(names[kind], 0.0) | {"viewers": 8.0, "content": 0.05, "liked": 0.05}
            found[kind] = Weighed(plain, {"asked": number})
    return found


def _at_moments(stands: Iterable[str]) -> list[str]:
    """The kinds of standing that count for somebody who is at it: all but shares of the last likes, which help lists
    (what many will like from here on) and not the very next like (docs/research/time.md).
    """
    return [name for name in stands if not name.startswith(LATELY)]


def _firm(signals: list[Signal], stands: list[str], ground: Ground) -> NDArray[np.float64] | None:
    """[signals, then stands] how many times as strong the penalty is, where time is used."""
    if ground.config.time is None:
        return None
    decayed, related = ground.config.time.firm
    of_signals = [related if one.kind == REACH else decayed if one.half_life else 1.0 for one in signals]
    return np.array([*of_signals, *(related if name.startswith("trend") else 1.0 for name in stands)])


def _learned(
    asked: list[_Asked], names: list[str], blend: BlendConfig, seed: int, firm: NDArray[np.float64] | None
) -> Weighed:
    together = _joined(asked)
    data, count, columns_of = together.stack, together.count, [f"={name}" for name in names]
    quality = judged(data, count, seed, blend, columns_of, firm)
    best = max(quality, key=lambda name: quality[name])
    stacker = learned(best, data, blend, columns_of, firm)
    weights = stacker.weights / stacker.spread
    told = {name: round(float(weight), 6) for name, weight in zip(names, weights, strict=True)}
    return Weighed(told, {"asked": len(count), "chosen": best, "held-out NDCG@10": round(quality[best], 4)})


def _calls(one: Signal) -> bool:
    """Whether the best titles of a signal are candidates."""
    if one.kind == VIEWERS:
        return one.half_life in (0.0, _CALLING)
    return (one.half_life == _CALLING and one.kind == NEXT) or one.name == f"person {_CALLING:g}"


def _joined(parts: list[_Asked]) -> _Asked:
    """All questions together; their viewers are numbered so that `judged` knows who is the same person."""
    starts = np.cumsum([0, *(len(one.count) for one in parts)])
    stacks = [one.stack for one in parts]
    person = np.concatenate([one.person for one in parts])
    data = Stack(
        viewers=person + STRIDE * np.arange(len(person)),
        owner=np.concatenate([one.owner + start for one, start in zip(stacks, starts[:-1], strict=True)]),
        title=np.concatenate([one.title for one in stacks]),
        features=np.concatenate([one.features for one in stacks]),
        right=np.concatenate([one.right for one in stacks]),
    )
    return _Asked(data, person, np.concatenate([one.count for one in parts]))


def _looks(events: Interactions, seed: int, ground: Ground) -> Iterator[tuple[Interactions, Interactions]]:
    """(known before, what came after), all within `events`; of the latter only likes are right."""
    config = ground.config
    liked = np.flatnonzero(events.stars > 0)
    if ground.in_order:
        times = np.sort(events.time[liked])
        end = int(times[-1])
        for number in range(1, config.windows + 1):
            start = int(times[max(0, int(len(times) * (1 - number / 10)) - 1)])
            yield events.only(events.time <= start), events.only((events.time > start) & (events.time <= end))
            end = start
        return
    held = liked[random_split(events.only(liked), seed, (0.1, 0.0)).validation]
    kept = np.ones(len(events), bool)
    kept[held] = False
    yield events.only(kept), events.only(held)


class _Asker:
    """Asks what was known at one moment."""

    def __init__(
        self,
        ground: Ground,
        known: Interactions,
        columns: Rows,
        blend: BlendConfig,
        signals: list[Signal],
    ) -> None:
        self._ground, self._known, self._columns, self._blend = ground, known, columns, blend
        self._signals = signals
        self._draft: Part = ground.draft(known)

    def lists(self, after: Interactions, rng: np.random.Generator) -> list[_Asked]:
        """Who is known, and all that they liked later."""
        known, ground = self._known, self._ground
        after = after.only(after.stars > 0)
        asked = np.intersect1d(known.viewer[known.stars > 0], after.viewer).astype(np.int64)
        right = after.matrix()[asked][:, self._columns]
        able = np.flatnonzero(np.diff(right.indptr))
        able = np.sort(rng.permutation(able)[: ground.config.asked])
        stands, order = ground.standing(known), np.argsort(known.viewer, kind="stable")
        first = np.searchsorted(known.viewer[order], np.arange(known.viewers + 1))

        def ask(place: int) -> tuple[dict[str, Floats], Rows]:
            viewer = int(asked[place])
            mine = order[first[viewer] : first[viewer + 1]]
            liked = known.title[mine[known.stars[mine] > 0]].astype(np.int64)
            return self._values(known.title[mine].astype(np.int64), known.stars[mine], known.time[mine], stands), liked

        return self._asked(ask, able, asked[able], right[able])

    def moments(self, after: Interactions, rng: np.random.Generator) -> list[_Asked]:
        """Some likes of the look, one by one, with everything before each known."""
        ground = self._ground
        if not len(after) or not (self._known.stars > 0).any():
            return []
        both = self._known.join(after)
        log = both.only(np.lexsort((both.title, both.viewer, both.time)))
        look = likes(log, log.stars > 0, int(np.searchsorted(log.time, after.time.min())), len(log))
        chosen = np.sort(rng.permutation(len(look.questions))[: ground.config.moments])
        questions: Questions = look.questions.only(chosen)
        right = look.right[chosen][:, self._columns]
        own, daily = list(questions.own()), Daily(log, ground.standing)
        stands = ground.standing(self._known)

        def ask(place: int) -> tuple[dict[str, Floats], Rows]:
            titles, times, said = own[place]
            now = daily.at(int(questions.time[place])) or stands
            return self._values(titles, said, times, {name: now[name] for name in _at_moments(now)}), titles

        return self._asked(ask, np.arange(len(chosen)), questions.viewer, right)

    def _values(self, titles: Rows, said: Floats, times: Rows, stands: dict[str, Floats]) -> dict[str, Floats]:
        """[columns] what a history and standing say, by "=" and a name."""
        order = np.argsort(titles, kind="stable")
        one = Preference(self._ground.content, self._draft, titles[order], said[order], ages(said[order], times[order]))
        spoken = {signal.name: values for signal, values in one.signals(self._signals).items()}
        return {f"={name}": values[self._columns] for name, values in {**spoken, **stands}.items()}

    def _asked(self, ask: Any, places: Rows, person: Rows, right: sparse.csr_array) -> list[_Asked]:
        found = []
        for at in range(0, len(places), _AT_ONCE):
            some = places[at : at + _AT_ONCE]
            answers = [ask(int(place)) for place in some]
            scores = {name: np.stack([values[name] for values, _ in answers]) for name in answers[0][0]}
            unranked = np.stack([np.isin(self._columns, seen) for _, seen in answers])
            here = right[np.arange(at, at + len(some))]
            one = stack(scores, unranked, np.arange(len(some)), self._blend.calling, here, self._blend.each)
            count = np.diff(here.indptr).astype(np.int64)
            found.append(_Asked(one, person[at : at + len(some)], count))
        return found
