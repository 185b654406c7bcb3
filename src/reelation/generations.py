"""Folders that are always whole: a new generation is written beside the old one, then switched to at once.

    folder/
      manifest.json        names the generation; replaced in one step, last
      generation-1f3a.../  the files of the generation that the manifest names

A reader that dies, a writer that is killed at any moment, or a full disk leaves the last good generation
in place: until `Path.replace` has put the new manifest there, nothing points to the new files.
"""

import json
import os
import re
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

_NAME = re.compile(r"generation-[0-9a-f]{12}")


def write_generation(folder: Path, manifest_name: str, write: Callable[[Path], dict[str, Any]]) -> Path:
    """Write a new generation of `folder` and switch to it.

    Args:
        folder: made if it is missing. Nothing in it is touched but earlier generations and the manifest.
        manifest_name: "manifest.json" or the like.
        write: fills the empty folder it is given and returns the manifest's content.

    Returns:
        The folder of the new generation.
    """
    folder.mkdir(parents=True, exist_ok=True)
    name = f"generation-{uuid.uuid4().hex[:12]}"
    fresh = folder / name
    fresh.mkdir()
    try:
        manifest = {**write(fresh), "generation": name}
        for path in sorted(fresh.rglob("*")):
            if path.is_file():
                sync(path)
        sync(fresh)
        draft = folder / f".{manifest_name}.{name}"
        draft.write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        sync(draft)
        draft.replace(folder / manifest_name)
        sync(folder)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        (folder / f".{manifest_name}.{name}").unlink(missing_ok=True)
        raise
    for old in folder.iterdir():
        if old.name != name and old.is_dir() and _NAME.fullmatch(old.name):
            shutil.rmtree(old, ignore_errors=True)
        elif old.name.startswith(f".{manifest_name}.generation-"):
            old.unlink(missing_ok=True)
    return fresh


def read_manifest(folder: Path, manifest_name: str) -> tuple[dict[str, Any], Path] | None:
    """The manifest of `folder` and the folder of its generation; None where there is no manifest.

    Raises:
        ValueError: the manifest is not JSON, names no generation, or names one that is gone.
    """
    try:
        text = (folder / manifest_name).read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    manifest = json.loads(text)
    name = manifest.get("generation") if isinstance(manifest, dict) else None
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError(f"{folder / manifest_name} names no generation")
    if not (folder / name).is_dir():
        raise ValueError(f"{folder / name} is missing, though {manifest_name} names it")
    return manifest, folder / name


def sync(path: Path) -> None:
    """Wait until a file or folder is on disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:  # some file systems cannot sync a folder
        if path.is_file():
            raise
    finally:
        os.close(handle)
