"""Answers of creative aid as files: the same facts as in the JSON, with sources and caveats, to send on.

answer of the library, "pdf"  ->  file_of  ->  application/pdf, named after what it is
"""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from reelation.atlas.store import Atlas
from reelation.create.brief.writing import brief_bytes
from reelation.create.desk import Answer, Desk
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


def file_of(atlas: Atlas, found: Answer, say: Messages, form: str) -> Response:
    """The brief of an answer, as a download; a page that is opened here runs nothing.

    Raises:
        MissingExtraError: PDF needs what is not installed.
        UsageError: no font for what it says.
    """
    ending, media = TYPES[form]
    document = Desk(atlas, say).document(found)
    headers = {**NEVER_KEPT, "Content-Disposition": f'attachment; filename="reelation-{_name(found)}.{ending}"'}
    kind = media if form == "pdf" else f"{media}; charset=utf-8"
    return Response(brief_bytes(document, ending), headers=headers, media_type=kind)


def _name(found: Answer) -> str:
    """What the file is called: "comps", "blend", "gaps", "casting", "programme"."""
    return type(found).__name__.lower()
