"""One picture, clip or sound that somebody asks with: read as extraction reads files, with the same limits."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from reelation.errors import MediaError
from reelation.media.encoder import Encoded
from reelation.media.guard import Limits, worker
from reelation.media.kinds import ENDINGS, modalities

QUERY = Limits(clip_seconds=300)
"""What a question may cost."""


def read_file(path: Path, names: Collection[str] | None = None, limits: Limits = QUERY) -> dict[str, Encoded]:
    """What the built-in encoders say of a file, by block: "image", or "video" and "audio" of a clip.

    Args:
        path: the file.
        names: only these blocks; all that the file can fill, without.
        limits: on memory and time.

    Raises:
        MediaError: no such file, no known kind, damaged, or more than a limit.
        UsageError: a library that it needs is missing.
    """
    if not path.is_file():
        raise MediaError(f"There is no file {path}.")
    able = modalities(path)
    wanted = [name for name in able if names is None or name in names]
    if not wanted:
        kinds = ", ".join(sorted(ending.removeprefix(".") for ending in ENDINGS))
        raise MediaError(
            f"{path.name} is {' and '.join(able)}, which nothing here can be asked with."
            if able
            else f"{path.name} is no picture, clip or sound of a known kind; known are {kinds}."
        )
    with worker((), limits) as reader:
        said = reader.encode(path, wanted)
    found = {name: known.encoded for name, known in said.items() if known.encoded is not None}
    if not found:
        raise MediaError(next(known.problem for known in said.values() if known.problem))
    return found
