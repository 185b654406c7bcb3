"""Imports of a viewer's own exports: the files, the job, the questions that only the viewer can answer."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Query, Request, UploadFile
from pydantic import Field
from starlette.responses import Response

from reelation.errors import TitleNotFoundError
from reelation.events.history import events_of_stored
from reelation.events.imports import Import
from reelation.histories.entry import Tally
from reelation.histories.report import report
from reelation.histories.resolving import corrected
from reelation.histories.stored import current, redecide
from reelation.http.answers import answer
from reelation.http.asking import InLanguage, language_of
from reelation.http.importing import PATIENCE, BusyError, Options, RefusedError, Upload
from reelation.http.problems import Problem
from reelation.http.schemas.common import problems
from reelation.http.schemas.imports import ImportAnswer, ResolveIn
from reelation.http.schemas.viewers import Id
from reelation.http.state import Generation, service_of
from reelation.http.viewers import Viewers, viewers_of

router = APIRouter(prefix="/v1", tags=["imports"])
ImportId = Annotated[str, Field(min_length=1, max_length=64)]
_MOST_FILES = 20
_ATTEMPTS = 5


@router.post(
    "/imports",
    status_code=202,
    response_model=ImportAnswer,
    responses=problems("export-refused", "too-large", "unsupported-media-type"),
)
async def begin(
    request: Request,
    file: Annotated[
        list[UploadFile], File(description="exports as the services give them; repeat for more", max_length=_MOST_FILES)
    ],
    viewer_id: Annotated[Id, Form(description="whose they are")],
    dates: Annotated[Literal["dmy", "mdy", "ymd"] | None, Form(description="order in dates that do not tell")] = None,
    scale: Annotated[float | None, Form(ge=1, le=1000, description="highest rating of a table of one's own")] = None,
    lists: Annotated[Literal["watchlist", "watch", "like"], Form(description="what lists are")] = "watchlist",
    lang: Annotated[Literal["en", "zh"] | None, Form()] = None,
) -> Response:
    """Import exports of Letterboxd, IMDb, Trakt, 豆瓣, Netflix, TMDB, or a table; `Location` has the job.

    Files that are no export, or are made to do harm, are refused at once.
    """
    viewers, generation = viewers_of(request), service_of(request).generation
    upload = viewers.importing.upload()
    try:
        await viewers.keep(lambda: _save(upload, file))
        import_id, read = await viewers.keep(
            lambda: viewers.importing.start(viewer_id, upload, Options(dates, scale, lists))
        )
    except BusyError:
        upload.drop()
        raise Problem("busy", "Too many imports are waiting.", headers={"Retry-After": "10"}) from None
    except BaseException:
        upload.drop()
        raise
    told = asyncio.wrap_future(read)
    await asyncio.wait([told], timeout=PATIENCE)
    if told.done() and isinstance(error := told.exception(), RefusedError):
        await viewers.keep(lambda: viewers.store.imports.drop(import_id))
        raise Problem("export-refused", str(error))
    content = await viewers.keep(lambda: _told(viewers, generation, import_id, language_of(request, lang)))
    return answer(content, 202, {"Location": f"/v1/imports/{import_id}", "Cache-Control": "no-store"})


@router.get("/imports/{import_id}", response_model=ImportAnswer, responses=problems("import-not-found"))
async def job(request: Request, import_id: ImportId, query: Annotated[InLanguage, Query()]) -> Response:
    """How far an import is; when it is done, every title that the viewer's exports mention, with what it is."""
    viewers, generation = viewers_of(request), service_of(request).generation
    language = language_of(request, query.lang)
    content = await viewers.keep(lambda: _told(viewers, generation, import_id, language))
    return answer(content, headers={"Cache-Control": "no-store"})


@router.post(
    "/imports/{import_id}/resolve",
    response_model=ImportAnswer,
    responses=problems("import-not-found", "title-not-found", "import-running"),
)
async def resolve(request: Request, import_id: ImportId, body: ResolveIn) -> Response:
    """Say which title an entry is, that it is none of these, or take that back. It holds for later imports, too."""
    viewers, generation = viewers_of(request), service_of(request).generation

    def settle() -> dict[str, Any]:
        _settle(viewers, generation, import_id, body)
        return _told(viewers, generation, import_id, language_of(request, body.lang))

    return answer(await viewers.keep(settle), headers={"Cache-Control": "no-store"})


def _save(upload: Upload, files: list[UploadFile]) -> None:
    for one in files:
        upload.add(one.filename, one.file)


def _job(viewers: Viewers, import_id: str) -> Import:
    found = viewers.store.imports.get(import_id)
    if found is None:
        raise Problem("import-not-found", "There is no import of this id; it may have been erased.")
    return found


def _told(viewers: Viewers, generation: Generation, import_id: str, language: str) -> dict[str, Any]:
    """A job as clients see it."""
    found, path = _job(viewers, import_id), f"/v1/imports/{import_id}"
    content: dict[str, Any] = {
        "import_id": import_id,
        "viewer_id": found.viewer_id,
        "state": found.state,
        "progress": round(found.progress, 2),
        "problem": Problem("export-refused", found.problem).to_json(path) if found.problem else None,
        "report": None,
    }
    stored = viewers.store.imports.history(found.viewer_id) if found.state == "done" else None
    if stored is None:
        return content
    say = generation.engine(language).say
    whole = report(generation.atlas, current(generation.atlas, stored), Tally())
    items = [{**item.to_json(), "because": item.because(say)} for item in whole.items]
    of_files = dict(found.report or {})
    notes = [say.say(f"history.note.{note.pop('note')}", **note) for note in map(dict, of_files.pop("notes", []))]
    of_viewer = {"entries": whole.entries, "counts": whole.counts, "items": items}
    return {**content, "report": {**of_files, "notes": notes, **of_viewer}}


def _settle(viewers: Viewers, generation: Generation, import_id: str, body: ResolveIn) -> None:
    """Keep what the viewer says; again from the start where their history changes meanwhile."""
    imports, atlas = viewers.store.imports, generation.atlas
    for _ in range(_ATTEMPTS):
        found = _job(viewers, import_id)
        earlier = imports.history(found.viewer_id)
        if found.state != "done" or earlier is None:
            raise Problem("import-running", "The import is not done, so there is nothing to answer yet.")
        now = current(atlas, earlier)
        answers = [] if body.undo else [(body.entry, body.title_id)]
        try:
            said = corrected(atlas, now, answers, [body.entry] if body.undo else [])
        except TitleNotFoundError as error:
            entries = {mention.mark for mention, _ in now.decided}
            if body.entry in entries:
                raise Problem("title-not-found", f"No title has the id '{body.title_id}' in this atlas.") from error
            message = "no such entry; take one of `report.items`"
            errors = [{"where": "body.entry", "message": message}]
            raise Problem("invalid-request", f"entry: {message}.", errors=errors) from error
        whose = found.viewer_id
        after = redecide(atlas, now, said)
        events = (events_of_stored(atlas, whose, now), events_of_stored(atlas, whose, after))
        if imports.finish(import_id, earlier, after, events):
            return
    raise Problem("busy", "The viewer's history keeps changing.", headers={"Retry-After": "1"})
