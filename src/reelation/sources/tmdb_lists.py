"""List cells as TMDB's data has them: objects with a name, JSON or Python literals in text, or plain names."""

from __future__ import annotations

import ast
import json
from typing import Any

from reelation.cell_values import cell, listed

_LARGEST = 1 << 20


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list, whether it is a list already or stands in a cell as JSON or as a Python literal."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{") and len(value) <= _LARGEST:
        for parse in (json.loads, ast.literal_eval):
            try:
                value = parse(value)
                break
            except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
                continue
    if isinstance(value, dict):
        value = value.get("keywords", value.get("results", [value]))
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def named(value: object) -> list[str]:
    """Names in a list cell: of its objects, else the plain values."""
    found = objects(value)
    if found:
        return [name for one in found if (name := cell(one.get("name")))]
    return listed(value)
