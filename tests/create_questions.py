"""Questions to creative aid in the invented world of `tests.creating`: as HTTP is asked, and as Python is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reelation.atlas.store import Atlas
from reelation.create.blend.blend import blend, combine
from reelation.create.casting.casting import CastingWanted, casting
from reelation.create.casting.people import person_named
from reelation.create.comps.comps import WantedComps, comps
from reelation.create.gaps.gaps import GapsWanted, gaps
from reelation.create.programme.parts import Wanted
from reelation.create.programme.programme import programme
from reelation.create.reading.kin import kin_of
from reelation.create.reading.project import Project
from reelation.insights.related import Wanted as WantedTitles
from reelation.messages import Messages
from reelation.search.filters import Filters

CHEF = {"en": "A chef loses her kitchen and writes one last recipe.", "zh": "一位厨师失去了厨房，写下最后一份菜谱。"}


def _comps(atlas: Atlas, say: Messages) -> Any:
    project = Project(CHEF[say.language], genres=("comedy",), budget="mid", year=2015)
    return comps(atlas, project, WantedComps(3, Filters(since=1985)), say)


def _casting(atlas: Atlas, say: Messages) -> Any:
    project = Project(CHEF[say.language], people=("Agnes Marlow",))
    ann = person_named(atlas, "Agnes Marlow", say)
    point = kin_of(atlas, project, say).point
    return casting(atlas, CastingWanted("actor", (0, 4), point, (ann,), active=None, count=4), say)


def _programme(atlas: Atlas, say: Messages) -> Any:
    wanted = Wanted(
        ("comedy",), count=5, must=("f:004",), at_most={"decade": 2}, longest=500.0, filters=Filters(max_runtime=120.0)
    )
    return programme(atlas, wanted, say)


QUESTIONS: dict[str, tuple[Callable[[str], dict[str, Any]], Callable[[Atlas, Messages], Any]]] = {
    "comps": (
        lambda lang: {
            "project": {"text": CHEF[lang], "genres": ["comedy"], "budget": "mid", "year": 2015},
            "count": 3,
            "year_from": 1985,
        },
        _comps,
    ),
    "blend": (
        lambda lang: {"a": "f:000", "b": "f:001", "mix": 0.4, "count": 6, "weights": {"people": 2}},
        lambda atlas, say: blend(atlas, 0, 1, 0.4, WantedTitles(k=6, weights={"people": 2}), say),
    ),
    "combine": (
        lambda lang: {"plus": ["f:000", "f:002"], "minus": ["f:001"], "metric": "cosine", "count": 4},
        lambda atlas, say: combine(atlas, (0, 2), (1,), WantedTitles(k=4, metric="cosine"), say),
    ),
    "gaps": (
        lambda lang: {"by": ["genre", "decade"], "with": ["comedy"], "rate": 0.2, "fewest": 5},
        lambda atlas, say: gaps(atlas, GapsWanted(("genre", "decade"), ("comedy",), rate=0.2, fewest=5), say),
    ),
    "casting": (
        lambda lang: {
            "like": ["f:000", "f:004"],
            "project": {"text": CHEF[lang], "people": ["Agnes Marlow"]},
            "active": None,
            "count": 4,
        },
        _casting,
    ),
    "programme": (
        lambda lang: {
            "themes": ["comedy"],
            "count": 5,
            "must": ["f:004"],
            "at_most": {"decade": 2},
            "longest": 500,
            "max_runtime": 120,
        },
        _programme,
    ),
}
