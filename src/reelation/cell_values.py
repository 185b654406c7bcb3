"""What a cell of somebody's table says: a text, a number, a list, a year, an id; or nothing."""

from __future__ import annotations

import ast
import json
import re

_IMDB = re.compile(r"(?:tt)?(\d{1,10})")
_NOTHING = {"", "nan", "null", "none", "\\n", "n/a"}


class BadRowError(ValueError):
    """A row that cannot be used; the text says why."""


def cell(value: object) -> str | None:
    """A trimmed text, or None for empty cells and the usual words for nothing."""
    text = "" if value is None else str(value).strip()
    return None if text.lower() in _NOTHING else text


def whole(value: object, what: str) -> int | None:
    """A whole number ("1994", "1994.0", 1994); None for an empty cell.

    Raises:
        BadRowError: it is something else.
    """
    found = number(value, what)
    if found is None:
        return None
    if found != int(found):
        raise BadRowError(f"{what} '{value}' is not a whole number")
    return int(found)


def number(value: object, what: str) -> float | None:
    """A finite number; None for an empty cell.

    Raises:
        BadRowError: it is something else.
    """
    text = cell(value)
    if text is None:
        return None
    try:
        found = float(text.replace(",", "")) if not isinstance(value, bool) else float("nan")
    except ValueError:
        found = float("nan")
    if found != found or abs(found) > 1e15:
        raise BadRowError(f"{what} '{text[:60]}' is not a number")
    return found


def listed(value: object, split: str = ",") -> list[str]:
    """The values of a list cell: a list, a JSON or Python list in text, or values joined by `split`."""
    if isinstance(value, list | tuple):
        return [text for item in value if (text := cell(item))]
    text = cell(value)
    if text is None:
        return []
    if text.startswith("[") and len(text) < 100_000:
        for parse in (json.loads, ast.literal_eval):
            try:
                found = parse(text)
            except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
                continue
            if isinstance(found, list):
                return [item for part in found if not isinstance(part, dict) and (item := cell(part))]
        text = text.strip("[]")
    return [part for piece in text.split(split) if (part := cell(piece))]


def imdb_id(value: object) -> str | None:
    """A well-formed IMDb title id: "tt0114709" of "tt0114709", "114709" or "0114709"; None where it is none."""
    found = _IMDB.fullmatch(cell(value) or "")
    return f"tt{int(found[1]):07d}" if found and int(found[1]) > 0 else None


def year_of(value: object) -> int | None:
    """The year at the start of a date such as "1995-10-30", or the only four digits of "30 October 1995"."""
    text = cell(value) or ""
    found = re.match(r"(\d{4})(?:\D|$)", text) or re.search(r"(?<!\d)(\d{4})(?!\d)", text)
    return int(found[1]) if found else None
