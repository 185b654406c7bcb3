"""Aid for those who make films and series: comparables, blends, gaps, casting, programmes; as JSON or as a file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from reelation.create.blend.blend import Blend
from reelation.create.comps.comps import Comps
from reelation.http import creating
from reelation.http.answers import answer, envelope
from reelation.http.asking import InLanguage, language_of
from reelation.http.briefs import FILES, NEVER_KEPT, file_of
from reelation.http.schemas.common import problems
from reelation.http.schemas.create import BlendAnswer, CompsAnswer, GapsAnswer
from reelation.http.schemas.create_asked import (
    BriefQuery,
    WantedBlend,
    WantedCasting,
    WantedCombination,
    WantedComps,
    WantedGaps,
    WantedProgramme,
)
from reelation.http.schemas.create_people import CastingAnswer, ProgrammeAnswer
from reelation.http.state import Generation, service_of
from reelation.http.turns import turns_of
from reelation.messages import Messages

router = APIRouter(prefix="/v1/create", tags=["create"])
A = TypeVar("A", bound=InLanguage)
_WAITING = 8
_BUSY = "Too many gaps, programmes and files are being worked out."


@router.post("/comps", response_model=CompsAnswer, responses={**FILES, **problems("atlas-lacks", "not-installed")})
async def comps(request: Request, asked: WantedComps, query: Annotated[BriefQuery, Query()]) -> Response:
    """Comparables of a project in two columns: those alike in story and people, and those alike in the market; with
    what is shared, what differs, figures and their sources, the misses beside the hits, and cautions.
    """
    return await _made(request, asked, creating.comps_of, query.format)


@router.post("/blend", response_model=BlendAnswer, responses={**FILES, **problems("title-not-found", "not-installed")})
async def blend(request: Request, asked: WantedBlend, query: Annotated[BriefQuery, Query()]) -> Response:
    """Titles between two, with what each has from which; "X meets Y" only where the evidence holds."""
    return await _made(request, asked, creating.blend_of, query.format)


@router.post(
    "/combine", response_model=BlendAnswer, responses={**FILES, **problems("title-not-found", "not-installed")}
)
async def combine(request: Request, asked: WantedCombination, query: Annotated[BriefQuery, Query()]) -> Response:
    """Titles as near to some as they are far from others: A - B + C, with the evidence."""
    return await _made(request, asked, creating.combination_of, query.format)


@router.post("/gaps", response_model=GapsAnswer, responses={**FILES, **problems("thing-not-found", "not-installed")})
async def gaps(request: Request, asked: WantedGaps, query: Annotated[BriefQuery, Query()]) -> Response:
    """Pairs of topics that are plausible and rarer than expected, tested together; empty is not yet an opportunity.
    The first answer of its kind takes seconds.
    """
    return await _made(request, asked, creating.gaps_of, query.format, heavy=True)


@router.post(
    "/casting",
    response_model=CastingAnswer,
    responses={**FILES, **problems("title-not-found", "thing-not-found", "atlas-lacks", "not-installed")},
)
async def casting(request: Request, asked: WantedCasting, query: Annotated[BriefQuery, Query()]) -> Response:
    """People for a role, by titles like the project: when they were active, whom of those attached they know, what
    they bring. Only credits, tags and years speak.
    """
    return await _made(request, asked, creating.casting_of, query.format)


@router.post(
    "/programme",
    response_model=ProgrammeAnswer,
    responses={**FILES, **problems("title-not-found", "thing-not-found", "impossible", "not-installed")},
)
async def programme(request: Request, asked: WantedProgramme, query: Annotated[BriefQuery, Query()]) -> Response:
    """A season or strand in its running order, with notes made of facts; all limits hold, or the answer says which
    cannot. It may take seconds.
    """
    return await _made(request, asked, creating.programme_of, query.format, heavy=True)


async def _made(
    request: Request,
    asked: A,
    find: Callable[[Generation, A, Messages], Any],
    form: str = "json",
    *,
    heavy: bool = False,
) -> Response:
    """The answer, or the file; what is heavy is worked out one at a time."""
    service = service_of(request)
    generation = await service.at(service.generation, getattr(asked, "as_of", None))
    say = generation.engine(language_of(request, asked.lang)).say

    def work() -> Response:
        found = find(generation, asked, say)
        if form != "json":
            return file_of(generation.atlas, found, say, form)
        filtered = _filtered(len(generation.atlas), found)
        return answer({**found.to_json(), **envelope(generation, filtered=filtered)}, headers=NEVER_KEPT)

    if not heavy and form == "json":
        return await service.work(work)
    async with turns_of(request, "create", at_once=1, waiting=_WAITING).taken(_BUSY):
        return await service.work(work)


def _filtered(titles: int, found: Any) -> int:
    """Titles that filters left out, where an answer is a list of titles that passed them."""
    if isinstance(found, Comps):
        return titles - found.candidates
    return titles - len(found.parents) - found.candidates if isinstance(found, Blend) else 0
