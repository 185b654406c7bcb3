"""A document into a file, in the format that the file's ending names.

Document, "strand.pdf"  ->  write_brief
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reelation.create.brief.as_csv import as_csv
from reelation.create.brief.document import Document
from reelation.create.brief.markdown import markdown
from reelation.create.brief.page import page
from reelation.create.brief.pdf import pdf
from reelation.errors import UsageError

FORMATS = ("md", "csv", "html", "pdf")


def brief_bytes(document: Document, form: str, fonts: Sequence[Path] = ()) -> bytes:
    """The content of a file.

    Args:
        document: what to write.
        form: of `FORMATS`.
        fonts: folders with fonts for PDF, besides the system's.

    Raises:
        UsageError: no such format, no table for CSV, or no font for PDF.
        MissingExtraError: PDF needs what is not installed.
    """
    if form == "pdf":
        return pdf(document, fonts)
    if form == "csv":
        return as_csv(document).encode("utf-8-sig")  # without the mark, Excel takes it for another encoding
    if form == "md":
        return markdown(document).encode()
    if form == "html":
        return page(document).encode()
    raise UsageError(f"no brief as '{form}'; there are {', '.join(FORMATS)}")


def write_brief(document: Document, path: Path, fonts: Sequence[Path] = ()) -> None:
    """Write it; the format is the ending of `path`. See `brief_bytes` for errors."""
    content = brief_bytes(document, path.suffix.removeprefix(".").lower(), fonts)
    path.write_bytes(content)
