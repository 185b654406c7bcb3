"""Which files of a folder a source takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path


def matching(path: Path, endings: tuple[str, ...], is_ours: Callable[[Path], bool]) -> list[Path]:
    """`path` itself or the files right inside it, by ending (".csv", ".json.gz"), that `is_ours` accepts; sorted."""
    candidates = sorted(path.iterdir()) if path.is_dir() else [path]
    return [file for file in candidates if file.is_file() and file.name.lower().endswith(endings) and is_ours(file)]
