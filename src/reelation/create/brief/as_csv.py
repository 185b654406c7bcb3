"""A document's table as CSV that a spreadsheet opens without running anything.

Document  ->  as_csv  ->  text

A cell that a spreadsheet would take for a formula gets an apostrophe in front, plain numbers apart.

Source: the characters are those of OWASP's page on CSV injection,
    https://owasp.org/www-community/attacks/CSV_Injection, with their full-width forms.
"""

from __future__ import annotations

import csv
import io
import re

from reelation.create.brief.document import Document, Paragraph, clean
from reelation.errors import UsageError

_FORMULA = tuple("=+-@＝＋－＠|%\t\r\n")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


def as_csv(document: Document, table: int = 0) -> str:
    """One table of a document, RFC 4180, lines ending in CR LF; the paragraphs of one that has none.

    Args:
        document: an answer that found nothing has no tables.
        table: which of them, from 0.

    Raises:
        UsageError: it has no such table.
    """
    tables = document.tables()
    if tables or table:
        if not 0 <= table < len(tables):
            raise UsageError(f"this brief has {len(tables)} tables; there is no number {table + 1} to write as CSV")
        rows = [tables[table].columns, *tables[table].rows]
    else:
        rows = [(block.text,) for block in document.blocks if isinstance(block, Paragraph)]
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\r\n").writerows([guarded(cell.text) for cell in row] for row in rows)
    return text.getvalue()


def guarded(text: str) -> str:
    """A cell that is shown, never computed."""
    found = clean(text)
    return f"'{found}" if found.startswith(_FORMULA) and not _NUMBER.fullmatch(found) else found
