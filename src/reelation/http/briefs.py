"""Answers of creative aid as files: the same facts as in the JSON, with sources and caveats, to send on.

answer of the library, "pdf"  ->  file_of  ->  application/pdf, named after what it is
"""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from reelation.atlas.store import Atlas
from reelation.create.brief.document import Document
from reelation.create.brief.of_comps import of_comps
from reelation.create.brief.of_programme import of_programme
from reelation.create.brief.writing import brief_bytes
from reelation.create.comps import Comps
from reelation.create.programme_parts import Programme
from reelation.messages import Messages

TYPES = {
    "markdown": ("md", "text/markdown"),
    "html": ("html", "text/html"),
    "csv": ("csv", "text/csv"),
    "pdf": ("pdf", "application/pdf"),
}
"""Format -> ending and media type."""
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            media: {"schema": {"type": "string", **({"format": "binary"} if media == "application/pdf" else {})}}
            for _, media in TYPES.values()
        }
    }
}
"""What OpenAPI says of a route that answers with files as well."""
NEVER_KEPT = {"Cache-Control": "no-store"}
"""What somebody plans to make is nobody else's business."""

Answered = Comps | Programme
"""What there are briefs of."""


def file_of(atlas: Atlas, found: Answered, say: Messages, form: str) -> Response:
    """The brief of an answer, as a download; a page that is opened here runs nothing.

    Raises:
        MissingExtraError: PDF needs what is not installed.
        UsageError: no font for what it says.
    """
    ending, media = TYPES[form]
    name, document = _document(atlas, found, say)
    headers = {**NEVER_KEPT, "Content-Disposition": f'attachment; filename="reelation-{name}.{ending}"'}
    kind = media if form == "pdf" else f"{media}; charset=utf-8"
    return Response(brief_bytes(document, ending), headers=headers, media_type=kind)


def _document(atlas: Atlas, found: Answered, say: Messages) -> tuple[str, Document]:
    """What the file is called, and what is in it."""
    if isinstance(found, Comps):
        return "comps", of_comps(atlas, found, say)
    return "programme", of_programme(atlas, found, say)
