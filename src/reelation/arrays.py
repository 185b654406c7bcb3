"""Saved arrays: opened without reading them, or bundled with a JSON text. Never pickle."""

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

_SMALL = 1 << 16
_ABOUT = "about.json"


def load_array(path: Path) -> NDArray[Any]:
    """Open a `.npy` file: mapped into memory, or read whole where that is quicker (or it is empty).

    Raises:
        ValueError, OSError: the file is missing, cut short or no `.npy` file.
    """
    mode: Literal["r"] | None = "r" if path.stat().st_size > _SMALL else None
    try:
        return np.asarray(np.load(path, mmap_mode=mode, allow_pickle=False))  # a `memmap` itself is slow to index
    except EOFError as error:
        raise ValueError(f"{path} is empty") from error


def save_bundle(path: Path, arrays: Mapping[str, NDArray[Any]], about: Mapping[str, Any]) -> None:
    """Write arrays and a JSON text into one `.npz`; an earlier file stays whole until the new one is."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = np.frombuffer(json.dumps(about).encode(), np.uint8)
    draft = path.with_suffix(".draft")
    with draft.open("wb") as handle:
        np.savez(handle, allow_pickle=False, **{_ABOUT: text}, **arrays)
    draft.replace(path)


def load_bundle(path: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]] | None:
    """Read what `save_bundle` wrote; None where there is nothing or it cannot be read."""
    try:
        with np.load(path, allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        return arrays, json.loads(arrays.pop(_ABOUT).tobytes())
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def spans(start: NDArray[np.integer[Any]], stop: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """All places from each start up to its stop, one span after the other: [2, 7], [4, 8] -> [2, 3, 7]."""
    length = (stop - start).astype(np.int64)
    if not length.sum():
        return np.zeros(0, np.int64)
    before = np.cumsum(length) - length
    return np.asarray(np.arange(int(length.sum())) + np.repeat(start - before, length), np.int64)
