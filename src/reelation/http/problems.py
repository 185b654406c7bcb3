"""One shape for everything that goes wrong: RFC 9457 problem details.

    Problem("title-not-found", "No title …", suggestions=[…])  ->  application/problem+json

Each kind has a page under /problems/KIND and a line in docs/reference/http.md.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from reelation.errors import (
    AmbiguousTitleError,
    AtlasError,
    DataError,
    ImpossibleError,
    MediaError,
    MissingExtraError,
    MissingPartError,
    ReelationError,
    TitleNotFoundError,
)
from reelation.events.database import DatabaseError

log = logging.getLogger("reelation.http")
TYPE = "application/problem+json"


@dataclass(frozen=True)
class Kind:
    """A kind of problem."""

    status: int
    title: str
    advice: str
    """What to try, in general."""


KINDS: dict[str, Kind] = {
    "not-found": Kind(404, "No such page", "See /docs for all there is."),
    "title-not-found": Kind(404, "No such title", "Find the id with /v1/search."),
    "viewer-not-found": Kind(404, "No such viewer", "Send events of the viewer first, or an anonymous history."),
    "group-not-found": Kind(404, "No such group", "List the groups with /v1/groups."),
    "thing-not-found": Kind(404, "Nothing has that name", "Take one of the suggestions."),
    "method-not-allowed": Kind(405, "Method not allowed", "Use a method that the header Allow names."),
    "atlas-lacks": Kind(409, "The atlas was made without that", "Train it again, as the detail says."),
    "atlas-unusable": Kind(
        409, "The newer atlas cannot be opened", "Train again; the atlas before it goes on answering."
    ),
    "too-large": Kind(413, "The request is too large", "Send less at a time."),
    "unsupported-media-type": Kind(415, "Unsupported media type", "Send the content type that the detail names."),
    "wrong-host": Kind(421, "The host name is not served here", "Use the name that the service was started with."),
    "invalid-request": Kind(422, "The request is not valid", "Mend the fields that `errors` names."),
    "impossible": Kind(422, "No answer meets all conditions", "Loosen one of the conditions that the detail names."),
    "key-reused": Kind(422, "The idempotency key was used before", "Take a new key for every new request."),
    "import-not-found": Kind(404, "No such import", "Send the files again with POST /v1/imports."),
    "import-running": Kind(409, "The import is not done", "Ask for the job until its state is done."),
    "export-refused": Kind(422, "The files cannot be imported", "See the detail; send an export as you got it."),
    "file-refused": Kind(422, "The file cannot be read", "See the detail; send a picture, clip or sound."),
    "too-many-requests": Kind(429, "Too many requests", "Wait as long as the header Retry-After says."),
    "key-required": Kind(401, "An API key is required", "Send the header Authorization: Bearer KEY."),
    "forbidden": Kind(403, "Not allowed", "See the detail."),
    "stale-cursor": Kind(409, "The cursor is of an earlier atlas", "Ask for the first page again."),
    "defect": Kind(500, "A defect of Reelation", "Please report it with the service's log."),
    "not-installed": Kind(501, "The service was installed without that", "Install what the detail names beside it."),
    "busy": Kind(503, "The service is busy", "Wait as long as the header Retry-After says."),
    "not-ready": Kind(503, "The service is not ready", "Wait as long as the header Retry-After says."),
}


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """Something that a client is told."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        suggestions: Sequence[str] = (),
        candidates: Sequence[Mapping[str, Any]] = (),
        errors: Sequence[Mapping[str, str]] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail = kind, detail
        self.suggestions, self.candidates, self.errors = tuple(suggestions), tuple(candidates), tuple(errors)
        self.headers = dict(headers or {})

    @property
    def status(self) -> int:
        """HTTP status."""
        return KINDS[self.kind].status

    def to_json(self, instance: str) -> dict[str, Any]:
        """The body; `instance` is the path that was asked for."""
        kind = KINDS[self.kind]
        content: dict[str, Any] = {
            "type": f"/problems/{self.kind}",
            "title": kind.title,
            "status": kind.status,
            "detail": self.detail,
            "instance": instance,
            "suggestions": list(self.suggestions) or [kind.advice],
        }
        if self.candidates:
            content["candidates"] = list(self.candidates)
        if self.errors:
            content["errors"] = list(self.errors)
        return content

    def response(self, instance: str) -> Response:
        """The answer."""
        body = orjson.dumps(self.to_json(instance))
        return Response(body, self.status, {**self.headers, "Cache-Control": "no-store"}, TYPE)


def problem_of(error: ReelationError) -> Problem:
    """What a client is told of an error that the engine raised."""
    match error:
        case AmbiguousTitleError():
            return Problem("title-not-found", str(error), suggestions=error.candidates)
        case TitleNotFoundError():
            return Problem("title-not-found", str(error), suggestions=error.suggestions)
        case AtlasError() | MissingPartError():
            return Problem("atlas-lacks", str(error))
        case DatabaseError():
            log.warning("%s", error)  # with the database's address, which is no client's business
            detail = "The event store cannot be used just now. What was not answered is not kept: send it again."
            return Problem("busy", detail, headers={"Retry-After": "1"})
        case ImpossibleError():
            return Problem("impossible", str(error))
        case MissingExtraError():
            return Problem("not-installed", str(error))
        case MediaError():
            return Problem("file-refused", str(error))
        case DataError():
            return Problem("invalid-request", str(error), errors=[{"where": "body", "message": str(error)}])
        case _:
            return Problem("invalid-request", str(error))


def install(app: FastAPI) -> None:
    """Give every error of `app` the one shape."""

    @app.exception_handler(Problem)
    async def _problem(request: Request, error: Problem) -> Response:
        return error.response(request.url.path)

    @app.exception_handler(ReelationError)
    async def _known(request: Request, error: ReelationError) -> Response:
        return problem_of(error).response(request.url.path)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        return invalid(error.errors()).response(request.url.path)

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        path = request.url.path
        if isinstance(error.__cause__, Problem):  # e.g. a form that grew too large while it was read
            return error.__cause__.response(path)
        if error.status_code == 405:
            allow = (error.headers or {}).get("Allow", "")
            found = Problem("method-not-allowed", f"{path} takes {allow}, not {request.method}.", headers=error.headers)
        elif error.status_code == 404:
            found = Problem("not-found", f"There is no {path} here.")
        elif error.status_code == 400:  # a body that cannot be read
            found = Problem("invalid-request", str(error.detail))
        else:
            found = Problem("defect", str(error.detail))
        return found.response(path)

    @app.exception_handler(Exception)
    async def _defect(request: Request, error: Exception) -> Response:
        # Starlette logs the traceback after this answer.
        return defect().response(request.url.path)


def defect() -> Problem:
    """What a client is told of an error that nobody meant."""
    return Problem("defect", "Something broke that should not have; the log has it.")


def invalid(found: Sequence[Any]) -> Problem:
    """A problem that names every field that is wrong."""
    errors = [
        {"where": ".".join(str(part) for part in one["loc"]), "message": str(one["msg"]).removeprefix("Value error, ")}
        for one in found
    ]
    some = "; ".join(f"{one['where']}: {one['message']}" for one in errors[:3])
    more = f"; and {len(errors) - 3} more" if len(errors) > 3 else ""
    return Problem("invalid-request", f"{some}{more}.", errors=errors)
