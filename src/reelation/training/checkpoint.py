"""A training run on disk: one `.npz` of arrays with a JSON text inside, written at once. No pickle."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

_FILE = "checkpoint.npz"
_ABOUT = "about.json"


def save_checkpoint(folder: Path, arrays: Mapping[str, NDArray[Any]], about: Mapping[str, Any]) -> None:
    """Write the checkpoint of `folder`, replacing the last one when the new one is whole."""
    folder.mkdir(parents=True, exist_ok=True)
    text = np.frombuffer(json.dumps(about).encode(), np.uint8)
    draft = folder / "checkpoint.draft"
    with draft.open("wb") as handle:
        np.savez(handle, allow_pickle=False, **{_ABOUT: text}, **arrays)
    draft.replace(folder / _FILE)


def saved_seed(folder: Path) -> int | None:
    """The seed of the run that was interrupted in `folder`; None where there is none."""
    found = load_checkpoint(folder)
    return int(found[1]["seed"]) if found is not None else None


def load_checkpoint(folder: Path) -> tuple[dict[str, NDArray[Any]], dict[str, Any]] | None:
    """Read what `save_checkpoint` wrote; None where there is none or it cannot be read."""
    try:
        with np.load(folder / _FILE, allow_pickle=False) as found:
            arrays = {name: found[name] for name in found.files}
        return arrays, json.loads(arrays.pop(_ABOUT).tobytes())
    except (OSError, ValueError, KeyError, zipfile.BadZipFile):
        return None
