"""The map as one page that needs no network: data, style and program in one file.

    Atlas  ->  names as JSON, everything else as base64 of typed arrays  ->  page

The page may run only the program and the style that were written with it (their hashes are in its content security
policy), may load nothing, and shows every text from outside as text.
"""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.catalogue.schema_names import KINDS
from reelation.insights.grouping import Grouping
from reelation.insights.plane import ZOOM, Label, labels, layout_part
from reelation.messages import LANGUAGES, Messages, messages

_INTERFACE = (
    *("title", "search", "nothing_found", "colour_by", "group", "genre", "decade", "country", "kind", "none", "other"),
    *("all", "only", "unknown", "reset", "help", "related", "unpin", "titles", "legend", "language", "zoom_in"),
    *("zoom_out", "groups_of", "decade_of", "shown"),
)
"""Keys of the message file "map" that the page shows."""
_LINKS = 6
_GENRES = 7
_NO_TAG = 255


def write_page(atlas: Atlas, path: Path, say: Messages) -> None:
    """Write the page, which begins in the language of `say` and can be switched to the others."""
    path.write_text(page(atlas, say), encoding="utf-8")


def page(atlas: Atlas, say: Messages) -> str:
    """The page as one text."""
    folder = files("reelation") / "web"
    style, program, template = (
        (folder / name).read_text(encoding="utf-8") for name in ("map.css", "map.js", "map.html")
    )
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src 'sha256-{_hash(program)}'",
            f"style-src 'sha256-{_hash(style)}'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
    filled = {
        "LANGUAGE": {"en": "en", "zh": "zh-Hans"}[say.language],
        "POLICY": escape(policy, quote=True),
        "TITLE": escape(say.say("map.title")),
        "STYLE": style,
        "DATA": _json(_data(atlas, say.language)),
        "PROGRAM": program,
    }
    parts = template.split("%%")  # text, name, text, name … text
    return "".join(part if at % 2 == 0 else filled[part] for at, part in enumerate(parts))


def _hash(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _json(content: Any) -> str:
    """JSON that cannot end the element it stands in, whatever a name holds."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    return text


def _data(atlas: Atlas, language: str) -> dict[str, Any]:
    part = layout_part(atlas)
    positions = np.array(part.array("position"), np.float32)
    low = positions.min(axis=0)
    span = max(float((positions.max(axis=0) - low).max()), 1e-9)
    closest = atlas.part("neighbours")
    links = closest.array("closest")[:, :_LINKS] if closest else np.full((len(atlas), 0), -1)
    genres, genre_of = _tags(atlas, "genre", most=_GENRES)
    countries, country_of = _tags(atlas, "country", most=1)
    says = {name: messages(name) for name in LANGUAGES}
    grouping = {name: Grouping.of(atlas, one) for name, one in says.items()}
    found = grouping[language]
    originals = {row: name for row, name in enumerate(atlas.originals) if name}
    return {
        "language": language,
        "titles": len(atlas),
        "names": list(atlas.names),
        "originals": originals,
        "scale": span,
        "position": _packed((positions - low) / span * 65_535, np.uint16),
        "renown": _packed(np.asarray(part.array("renown")) * 255, np.uint8),
        "year": _packed(atlas.year, np.int16),
        "kind": _packed(atlas.kind, np.uint8),
        "genre": _packed(genre_of, np.uint8),
        "country": _packed(country_of, np.uint8),
        "links": _packed(links, np.int32),
        "levels": [_packed(found.members(level), np.int16) for level in range(1, found.levels + 1)] if found else [],
        "words": {
            name: _words(one, genres, countries, grouping[name])
            | {"labels": [_label(label, low, span) for label in _labels(positions, grouping[name])]}
            for name, one in says.items()
        },
    }


def _words(say: Messages, genres: list[str], countries: list[str], found: Grouping | None) -> dict[str, Any]:
    """All that the page says in one language; tags and groups in the order of their numbers."""
    return {
        "interface": {key: say.say(f"map.{key}") for key in _INTERFACE},
        "kind": [say.label("kind", kind) for kind in KINDS],
        "genre": [say.tag("genre", genre) for genre in genres],
        "country": [say.tag("country", country) for country in countries],
        "groups": [found.name(group) for group in range(found.count)] if found else [],
    }


def _labels(positions: NDArray[np.float32], found: Grouping | None) -> list[Label]:
    """Labels of all levels."""
    return [one for level in range(1, found.levels + 1) for one in labels(positions, found, level)] if found else []


def _label(label: Label, low: NDArray[np.float32], span: float) -> dict[str, Any]:
    """A label in the page's units: positions as shares of the span, like those of titles."""
    return {
        "group": label.group,
        "level": label.level,
        "lines": label.lines,
        "x": round((label.x - float(low[0])) / span, 5),
        "y": round((label.y - float(low[1])) / span, 5),
        "height": round(label.height / span, 6),
        "from": ZOOM[min(label.level, len(ZOOM)) - 1],
        "size": label.size,
    }


def _tags(atlas: Atlas, kind: str, most: int) -> tuple[list[str], NDArray[np.int64]]:
    """The tags of a type, most frequent first, and up to `most` of those of each title, its rarest first.

    Returns:
        Names, and [titles, most] their numbers, 255 for none; tags beyond the 255 most frequent are left out.
    """
    found = np.full((len(atlas), most), _NO_TAG, np.int64)
    if kind not in atlas.manifest.node_types:
        return [], found
    nodes = np.flatnonzero(np.asarray(atlas.node_type) == atlas.manifest.node_types.index(kind))
    sizes = np.diff(np.asarray(atlas.posting_start))[nodes]
    nodes = nodes[np.lexsort((nodes, -sizes))][:_NO_TAG]
    taken = np.zeros(len(atlas), np.int64)
    for number in range(len(nodes) - 1, -1, -1):  # rarest first
        rows = np.asarray(atlas.posting_title[atlas.titles_of(int(nodes[number]))])
        rows = rows[taken[rows] < most]
        found[rows, taken[rows]] = number
        taken[rows] += 1
    return [atlas.node_names[int(node)] for node in nodes], found


def _packed(values: NDArray[Any], dtype: type[np.generic]) -> str:
    """Base64 of the values as little-endian numbers of `dtype`, rounded where that is an integer."""
    rounded = np.round(values) if np.issubdtype(values.dtype, np.floating) else values
    return base64.b64encode(np.ascontiguousarray(rounded, np.dtype(dtype).newbyteorder("<")).tobytes()).decode()
