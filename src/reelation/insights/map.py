"""The map of an atlas: one offline page, or a figure.

Atlas  ->  picture(atlas)  ->  map.html | map.svg | map.png
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reelation.atlas.store import Atlas
from reelation.errors import UsageError
from reelation.insights.map_figure import write_png, write_svg
from reelation.insights.map_page import write_page
from reelation.insights.plane import layout_part
from reelation.messages import Messages, messages

_WRITERS: dict[str, Callable[[Atlas, Path, Messages], None]] = {"html": write_page, "svg": write_svg, "png": write_png}


@dataclass(frozen=True)
class MapFile:
    """A map that was written."""

    path: Path
    format: str
    titles: int
    bytes: int

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {"path": str(self.path), "format": self.format, "titles": self.titles, "bytes": self.bytes}


def draw_map(atlas: Atlas, path: Path, *, kind: str | None = None, say: Messages | None = None) -> MapFile:
    """Write the map of `atlas` to `path`.

    Args:
        atlas: with a layout.
        path: the file; an earlier one is replaced at once, when the new one is whole.
        kind: "html" (a page for a browser), "svg" or "png" (figures); what the file's suffix says where None.
        say: the language of names and of the page's first face; the person's own where None.

    Raises:
        AtlasError: the atlas has no layout.
        MissingExtraError: a PNG was asked for and matplotlib is not installed.
        UsageError: there is no such format, or no such folder.
    """
    kind = kind or path.suffix.removeprefix(".").lower()
    if kind not in _WRITERS:
        raise UsageError(f"no map as '{kind or path}'; there are {', '.join(_WRITERS)}: --out map.html, or --format")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent} to write {path.name} into")
    layout_part(atlas)
    draft = path.with_name(f".{path.name}.draft")
    try:
        _WRITERS[kind](atlas, draft, say or messages())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return MapFile(path, kind, len(atlas), path.stat().st_size)
