"""What requests for creative aid ask, as the library takes it: rows for title ids, nodes for people.

    WantedComps …  ->  comps_of, blend_of, combination_of, gaps_of, casting_of, programme_of  ->  the library's answer

Title ids are looked up and not guessed at; people and themes may be named, and a name that fits several is refused
with the ids to choose from.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock

from reelation.create.blend.blend import Blend, blend, combine
from reelation.create.casting.answer import Casting
from reelation.create.casting.casting import CastingWanted, casting
from reelation.create.casting.people import person_named
from reelation.create.comps.comps import Comps, comps
from reelation.create.comps.comps import WantedComps as CompsWanted
from reelation.create.gaps.gaps import Gaps, GapsWanted, gaps
from reelation.create.programme.parts import Programme, Wanted
from reelation.create.programme.programme import programme
from reelation.create.reading.kin import kin_of
from reelation.create.reading.project import Project
from reelation.errors import AmbiguousTitleError, TitleNotFoundError, UsageError
from reelation.http.problems import Problem
from reelation.http.schemas.create_asked import (
    AskedProject,
    Near,
    WantedBlend,
    WantedCasting,
    WantedCombination,
    WantedComps,
    WantedGaps,
    WantedProgramme,
)
from reelation.http.state import Generation
from reelation.insights.related import Wanted as WantedTitles
from reelation.messages import Messages

_MOST_KEPT = 32
"""Lists of gaps; the counting behind one takes seconds, and each is a few dozen kilobytes."""


def comps_of(generation: Generation, asked: WantedComps, say: Messages) -> Comps:
    """Comparables."""
    return comps(generation.atlas, project_of(asked.project), CompsWanted(asked.count, asked.filters()), say)


def blend_of(generation: Generation, asked: WantedBlend, say: Messages) -> Blend:
    """Titles between two."""
    a, b = generation.row(asked.a), generation.row(asked.b)
    return blend(generation.atlas, a, b, asked.mix, _near(asked), say)


def combination_of(generation: Generation, asked: WantedCombination, say: Messages) -> Blend:
    """Titles near A - B + C."""
    plus, minus = _rows(generation, asked.plus), _rows(generation, asked.minus)
    return combine(generation.atlas, plus, minus, _near(asked), say)


def gaps_of(generation: Generation, asked: WantedGaps, say: Messages) -> Gaps:
    """Rare combinations; the latest lists are kept."""
    kept = generation.once("gaps", _Kept)
    key = f"{say.language} {asked.model_dump_json(exclude={'lang'})}"
    found = kept.get(key)
    if found is None:
        wanted = GapsWanted(
            by=tuple(asked.by),
            with_=tuple(asked.with_),
            count=asked.count,
            rate=asked.rate,
            until=asked.until,
            fewest=asked.fewest,
            fewest_expected=asked.fewest_expected,
            fewest_lately=asked.fewest_lately,
            most=asked.most,
        )
        with _things():
            found = gaps(generation.atlas, wanted, say)
        kept.put(key, found)
    return found


def casting_of(generation: Generation, asked: WantedCasting, say: Messages) -> Casting:
    """People for a role."""
    atlas, project = generation.atlas, asked.project
    like, point = _rows(generation, asked.like), None
    with _things():
        named = [*asked.with_, *(project.people if project else ())]
        attached = dict.fromkeys(person_named(atlas, name, say) for name in named)
        exclude = [person_named(atlas, name, say) for name in asked.exclude]
    if project is not None:
        kin = kin_of(atlas, project_of(project), say)
        point = kin.point if kin.anything else None
        if point is None and not like:
            raise UsageError("Nothing of the project is known to this atlas; name titles that it is like")
    wanted = CastingWanted(
        role=asked.role,
        like=tuple(dict.fromkeys(like)),
        point=point,
        with_people=tuple(attached),
        exclude=tuple(exclude),
        active=asked.active,
        count=asked.count,
        likely=asked.likely,
        complement=asked.complement,
    )
    return casting(atlas, wanted, say)


def programme_of(generation: Generation, asked: WantedProgramme, say: Messages) -> Programme:
    """A season or strand."""
    for ids in (asked.seeds, asked.must, asked.without):
        _rows(generation, ids)
    wanted = Wanted(
        themes=tuple(asked.themes),
        by=asked.by,
        seeds=tuple(asked.seeds),
        count=asked.count,
        must=tuple(asked.must),
        without=tuple(asked.without),
        at_most=asked.at_most.limits(),
        at_least=asked.at_least.limits(),
        shortest=asked.shortest,
        longest=asked.longest,
        assume_minutes=asked.assume_minutes,
        filters=asked.filters(),
        variety=asked.variety,
        popularity=asked.popularity,
        alternate=asked.alternate,
    )
    with _things():
        return programme(generation.atlas, wanted, say)


def project_of(asked: AskedProject) -> Project:
    """As the library takes it."""
    return Project(
        text=asked.text,
        genres=tuple(asked.genres),
        tone=tuple(asked.tone),
        people=tuple(asked.people),
        territory=asked.territory,
        budget=asked.budget,
        year=asked.year,
        kind=asked.kind,
    )


class _Kept:
    """The answers that were asked for last."""

    def __init__(self) -> None:
        self._found: OrderedDict[str, Gaps] = OrderedDict()
        self._lock = Lock()

    def get(self, key: str) -> Gaps | None:
        with self._lock:
            if key in self._found:
                self._found.move_to_end(key)
            return self._found.get(key)

    def put(self, key: str, found: Gaps) -> None:
        with self._lock:
            self._found[key] = found
            while len(self._found) > _MOST_KEPT:
                self._found.popitem(last=False)


def _near(asked: Near) -> WantedTitles:
    return WantedTitles(k=asked.count, weights=asked.weights, metric=asked.metric, filters=asked.filters())


def _rows(generation: Generation, ids: Sequence[str]) -> list[int]:
    return [generation.row(title_id) for title_id in ids]


@contextmanager
def _things() -> Iterator[None]:
    """Title ids are known to exist here: what is not found is a person or a theme."""
    try:
        yield
    except AmbiguousTitleError as error:
        raise Problem("thing-not-found", str(error), suggestions=error.candidates) from error
    except TitleNotFoundError as error:
        raise Problem("thing-not-found", str(error), suggestions=error.suggestions) from error
