"""Questions by a picture, clip or sound: the files of one request, read in a process with limits, then forgotten."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

import orjson
from fastapi import APIRouter, File, Form, Request, UploadFile
from starlette.responses import Response

from reelation.engine import Engine
from reelation.http.answers import answer, envelope
from reelation.http.asking import Count, Date, language_of, weights_of
from reelation.http.importing import plain_name
from reelation.http.problems import Problem
from reelation.http.schemas.common import problems
from reelation.http.schemas.titles import ColdAnswer
from reelation.http.state import Generation, service_of
from reelation.http.turns import turns_of
from reelation.insights.related import Wanted

router = APIRouter(prefix="/v1", tags=["titles"])
_MOST_FILES = 10
_AT_ONCE = 2
"""Requests whose files are read at a time: each may hold more than a gigabyte while it is read."""
_MOST_WAITING = 8


@router.post(
    "/related:files",
    response_model=ColdAnswer,
    responses=problems("atlas-lacks", "file-refused", "too-large", "unsupported-media-type"),
)
async def related_files(
    request: Request,
    file: Annotated[
        list[UploadFile],
        File(description="poster, still, trailer or sound of one title; repeat for more", max_length=_MOST_FILES),
    ],
    title: Annotated[str | None, Form(max_length=100_000, description="JSON, as /v1/related:cold takes it")] = None,
    count: Annotated[Count, Form()] = 20,
    weights: Annotated[str | None, Form(max_length=400, description="facet weights, as look=2,people=0")] = None,
    as_of: Annotated[Date | None, Form()] = None,
    lang: Annotated[Literal["en", "zh"] | None, Form()] = None,
) -> Response:
    """Titles related to a picture, clip or sound, alone or beside what is said of its title."""
    service, described = service_of(request), _described(title)
    generation = await service.at(service.generation, as_of)
    engine = generation.engine(language_of(request, lang))
    wanted = Wanted(k=count, weights=weights_of(weights))
    turns = turns_of(request, "files", at_once=_AT_ONCE, waiting=_MOST_WAITING)
    async with turns.taken("Too many files are being read."):
        return answer(await service.work(_related, generation, engine, file, described, wanted))


def _described(title: str | None) -> Any:
    """The JSON of the form's field.

    Raises:
        Problem: it is none.
    """
    if title is None:
        return None
    try:
        return orjson.loads(title)
    except orjson.JSONDecodeError as error:
        message = f"this is no JSON: {error}"
        raise Problem(
            "invalid-request", f"title: {message}.", errors=[{"where": "title", "message": message}]
        ) from None


def _related(
    generation: Generation, engine: Engine, files: list[UploadFile], described: Any, wanted: Wanted
) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="reelation-files-") as folder:
        placed = engine.place(described, files=_saved(Path(folder), files))
    found = engine.related_at(placed, wanted)
    filtered = len(generation.atlas) - (placed.row is not None) - found.candidates
    return {**found.to_json(), **placed.to_json(), **envelope(generation, filtered=filtered)}


def _saved(folder: Path, files: list[UploadFile]) -> list[Path]:
    paths = []
    for number, one in enumerate(files):
        at = folder / str(number)
        at.mkdir(mode=0o700)
        path = at / plain_name(one.filename)
        with path.open("xb") as target:
            shutil.copyfileobj(one.file, target, 1 << 20)
        paths.append(path)
    return paths
