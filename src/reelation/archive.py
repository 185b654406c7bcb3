"""Compressed files from outside, opened with care: a zip or a gz may be hostile, cut off or a bomb.

    archive.zip  ->  extract  ->  only the wanted members, in a folder of ours
    file.tsv.gz  ->  chunks   ->  its bytes, up to a limit

A zip is judged as a whole before anything is written: one member with a path that leads out, a link,
a password or a size that no honest file has, and the archive is refused.
"""

from __future__ import annotations

import gzip
import shutil
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath

from reelation.errors import DataError

CHUNK = 1 << 24
"""Bytes read at a time."""
MAX_RATIO = 200
"""Unpacked bytes a packed byte; text reaches 10 to 20, a bomb 1,000 and more."""
ALWAYS_FINE = 8 << 20
"""Unpacked bytes up to which the ratio is not looked at."""
MAX_BYTES = 64 << 30
MAX_MEMBERS = 10_000

_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, RuntimeError, OSError)
"""What zipfile, gzip and the file system raise; an archive with a password is a RuntimeError, one packed in an unknown
way a NotImplementedError, which is one too."""


def is_zip(path: Path) -> bool:
    """Whether `path` is a file that begins as a zip does; never raises."""
    return path.is_file() and _begins(path, b"PK\x03\x04", b"PK\x05\x06")


def is_gzip(path: Path) -> bool:
    """Whether `path` is a file that begins as a gz does; never raises."""
    return path.is_file() and _begins(path, b"\x1f\x8b")


def members(archive: Path) -> list[str]:
    """The names of the files in a zip, in its order; empty where it cannot be read. For sniffing."""
    try:
        with zipfile.ZipFile(archive) as opened:
            return [info.filename for info in opened.infolist()[:MAX_MEMBERS] if not info.is_dir()]
    except _BROKEN:
        return []


def extract(archive: Path, wanted: Callable[[str], bool], folder: Path) -> dict[str, Path]:
    """Unpack the wanted members of a zip.

    Args:
        archive: the zip.
        wanted: told the last part of a member's name, e.g. "ratings.csv"; true to have it.
        folder: where to put them, flat; it exists.

    Returns:
        The path of each unpacked file by the last part of its name.

    Raises:
        DataError: the zip cannot be read, or is refused as unsafe; nothing of it is used then.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            chosen = _judge(archive, opened.infolist(), wanted)
            found: dict[str, Path] = {}
            for info in chosen:
                target = folder / PurePosixPath(info.filename).name
                with opened.open(info) as source, target.open("xb") as sink:
                    shutil.copyfileobj(source, sink, CHUNK)
                found[target.name] = target
            return found
    except _BROKEN as error:
        raise DataError(f"{archive.name} cannot be unpacked: {error}.{_advice(error)}") from error


def read_members(archive: Path, wanted: Callable[[str], bool], largest: int) -> dict[str, bytes]:
    """The wanted members of a zip, in memory; nothing is written anywhere.

    Args:
        archive: the zip.
        wanted: told a member's whole name, e.g. "likes/films.csv"; true to have it.
        largest: bytes that all wanted members may have together, unpacked.

    Returns:
        The content of each by its whole name, in the archive's order.

    Raises:
        DataError: the zip cannot be read, is refused as unsafe, or holds more than `largest`.
    """
    try:
        with zipfile.ZipFile(archive) as opened:
            infos = opened.infolist()
            _judge(archive, infos, lambda _: False)
            chosen = [info for info in infos if not info.is_dir() and wanted(info.filename)]
            if (size := sum(info.file_size for info in chosen)) > largest:
                raise DataError(f"{archive.name} is refused: it unpacks to {size:,} bytes, more than {largest:,}.")
            found = {}
            for info in chosen:
                with opened.open(info) as source:
                    found[info.filename] = source.read(info.file_size + 1)
                if len(found[info.filename]) > info.file_size:
                    raise DataError(f"{archive.name} is refused: {info.filename!r} is larger than it says.")
            return found
    except _BROKEN as error:
        raise DataError(f"{archive.name} cannot be unpacked: {error}.{_advice(error)}") from error


def chunks(path: Path) -> Iterator[bytes]:
    """The bytes of `path`, unpacked if it is a gz, in pieces of at most `CHUNK`.

    Raises:
        DataError: it cannot be read, is cut off, or unpacks to far more than its size can mean.
    """
    limit = min(max(ALWAYS_FINE, MAX_RATIO * path.stat().st_size), MAX_BYTES) if is_gzip(path) else None
    try:
        with path.open("rb") if limit is None else gzip.open(path, "rb") as handle:
            total = 0
            while chunk := handle.read(CHUNK):
                total += len(chunk)
                if limit is not None and total > limit:
                    raise DataError(f"{path.name} is refused: it unpacks to more than {MAX_RATIO} times its size.")
                yield chunk
    except _BROKEN as error:
        raise DataError(f"{path.name} cannot be read: {error}.{_advice(error)}") from error


def _advice(error: Exception) -> str:
    """What to try; nothing where the system said no, as when the disk is full: the archive is not to blame then."""
    refused = isinstance(error, OSError) and error.errno is not None
    return "" if refused else " It may be cut off or damaged: fetch it again."


def _begins(path: Path, *marks: bytes) -> bool:
    try:
        with path.open("rb") as handle:
            return handle.read(4).startswith(marks)
    except OSError:
        return False


def _judge(archive: Path, infos: list[zipfile.ZipInfo], wanted: Callable[[str], bool]) -> list[zipfile.ZipInfo]:
    def refuse(why: str) -> DataError:
        return DataError(f"{archive.name} is refused as unsafe: {why}. Nothing was read from it.")

    if len(infos) > MAX_MEMBERS:
        raise refuse(f"it holds {len(infos):,} members, more than {MAX_MEMBERS:,}")
    seen: set[str] = set()
    for info in infos:
        name = info.filename
        shown = repr(name if len(name) <= 80 else f"{name[:80]}…")
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if not parts or parts[0] in ("/", "//") or parts[0][1:2] == ":" or ".." in parts:
            raise refuse(f"its member {shown} leads out of the folder")
        if stat.S_ISLNK(info.external_attr >> 16):
            raise refuse(f"its member {shown} is a link")
        if info.flag_bits & 0x1:
            raise refuse(f"its member {shown} is encrypted")
        if name in seen:
            raise refuse(f"it holds {shown} twice")
        seen.add(name)
    total = sum(info.file_size for info in infos)
    if total > MAX_BYTES or (total > ALWAYS_FINE and total > MAX_RATIO * archive.stat().st_size):
        raise refuse(f"it unpacks from {archive.stat().st_size:,} to {total:,} bytes")
    chosen = [info for info in infos if not info.is_dir() and wanted(PurePosixPath(info.filename).name)]
    names = [PurePosixPath(info.filename).name for info in chosen]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise refuse(f"it holds several files named {twice[0]!r}")
    return chosen
