"""What an extraction wrote: one folder with vectors and figures of many titles, by encoder.

folder/media.json, folder/generation-…/image.vectors.npy, image.figures.npy, … files.jsonl  <->  MediaVectors
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.arrays import load_array
from reelation.errors import DataError
from reelation.generations import read_manifest, write_generation
from reelation.ids import Strings, Vocabulary
from reelation.media.encoder import BARCODE, MODALITIES

Floats = NDArray[np.float32]

FORMAT = 1
FILE = "media.json"
_NOTES = "files.jsonl"


@dataclass(frozen=True)
class Block:
    """What one encoder says of many titles; a title with several files of its modality has their mean."""

    name: str
    """ "image", "video", "audio", or MODALITY.NAME of a model that was plugged in."""
    modality: str
    encoder: str
    """The encoder's name and version; vectors of two versions are never mixed."""
    titles: Vocabulary
    """Ids of the catalogue, sorted, each once."""
    vectors: Floats
    """[titles, width], finite; as the encoder gave them: to be centred and scaled before they are compared."""
    figure_names: tuple[str, ...]
    figures: Floats
    """[titles, figure_names]; NaN where nothing could be measured."""
    files: NDArray[np.int32]
    """[titles] how many files a row is the mean of."""
    barcodes: NDArray[np.uint8] | None = None
    """[titles, BARCODE, 3] sRGB from the beginning to the end, of the title's first clip."""

    def __post_init__(self) -> None:
        count = len(self.titles)
        shapes = {
            "vectors": (count, self.vectors.shape[-1]),
            "figures": (count, len(self.figure_names)),
            "files": (count,),
            "barcodes": (count, BARCODE, 3),
        }
        if self.modality not in MODALITIES:
            raise ValueError(f"block {self.name}: no modality '{self.modality}'; there are {', '.join(MODALITIES)}")
        for name, expected in shapes.items():
            array = getattr(self, name)
            if array is not None and array.shape != expected:
                raise ValueError(f"block {self.name}: {name} must be {list(expected)}, got {list(array.shape)}")

    @property
    def title_ids(self) -> tuple[str, ...]:
        """The ids of the rows, in order."""
        return tuple(self.titles.ids)

    def rows_of(self, title_ids: Sequence[str]) -> NDArray[np.int64]:
        """[title_ids] row of each title, -1 where the block has none."""
        known = {title: row for row, title in enumerate(self.titles.ids)}
        return np.array([known.get(title, -1) for title in title_ids], np.int64)

    def figures_of(self, row: int) -> dict[str, float]:
        """The figures of one row by name."""
        return dict(zip(self.figure_names, self.figures[row].tolist(), strict=True))


@dataclass(frozen=True)
class FileNote:
    """What became of one file."""

    title_id: str
    modality: str
    path: str
    sha256: str
    size: int
    """Bytes."""
    problem: str | None = None
    """Why nothing came of it."""


@dataclass(frozen=True)
class MediaVectors:
    """An opened folder."""

    folder: Path
    hash: str
    """SHA-256 over all blocks; equal for equal content."""
    blocks: Mapping[str, Block]
    """By name, sorted."""
    _data: Path

    @classmethod
    def open(cls, folder: Path) -> MediaVectors:
        """Open what `reelation extract` wrote into `folder`.

        Raises:
            DataError: there is nothing, it is damaged, or a newer version wrote it.
        """
        try:
            found = read_manifest(folder, FILE)
            if found is None:
                raise DataError(f"No vectors of pictures or sound in {folder}. Make them with: reelation extract PATH")
            manifest, data = found
            if manifest["format"] > FORMAT:
                raise DataError(
                    f"What is in {folder} has format {manifest['format']}; this version reads up to {FORMAT}. "
                    "Update with: pip install -U reelation"
                )
            blocks = {about["name"]: _read(data, about) for about in manifest["blocks"]}
        except (ValueError, OSError, KeyError, TypeError) as error:
            raise DataError(f"What is in {folder} is damaged: {error}. Run reelation extract again.") from error
        return cls(folder, manifest["hash"], blocks, data)

    def files(self) -> Iterator[FileNote]:
        """What became of each file, in the order of titles."""
        with (self._data / _NOTES).open(encoding="utf-8") as lines:
            for line in lines:
                yield FileNote(**json.loads(line))


def write_media(folder: Path, blocks: Sequence[Block], files: Sequence[FileNote]) -> MediaVectors:
    """Write `blocks` into `folder`, at once: a kill at any moment leaves what was there before.

    Raises:
        ValueError: vectors hold NaN or infinity, or two blocks have one name.
    """
    ordered = sorted(blocks, key=lambda block: block.name)
    if len({block.name for block in ordered}) < len(ordered):
        raise ValueError("two blocks have the same name")
    for block in ordered:
        if not np.isfinite(block.vectors).all():
            raise ValueError(f"block {block.name}: vectors hold NaN or infinity")

    def fill(fresh: Path) -> dict[str, Any]:
        digest = hashlib.sha256()
        for block in ordered:
            digest.update(f"{block.name}\0{block.encoder}\0".encode())
            for array in _write(fresh, block):
                digest.update(np.ascontiguousarray(array).tobytes())
        with (fresh / _NOTES).open("w", encoding="utf-8") as lines:
            for note in sorted(files, key=lambda note: (note.title_id, note.modality, note.path)):
                lines.write(json.dumps(asdict(note), ensure_ascii=False) + "\n")
        return {"format": FORMAT, "hash": digest.hexdigest(), "blocks": [_about(block) for block in ordered]}

    write_generation(folder, FILE, fill)
    return MediaVectors.open(folder)


def _about(block: Block) -> dict[str, Any]:
    return {
        "name": block.name,
        "modality": block.modality,
        "encoder": block.encoder,
        "titles": len(block.titles),
        "width": block.vectors.shape[1],
        "figures": list(block.figure_names),
        "barcodes": block.barcodes is not None,
    }


def _write(fresh: Path, block: Block) -> list[NDArray[Any]]:
    block.titles.save(fresh, f"{block.name}.titles")
    arrays: dict[str, NDArray[Any]] = {"vectors": block.vectors, "figures": block.figures, "files": block.files}
    if block.barcodes is not None:
        arrays["barcodes"] = block.barcodes
    for name, array in arrays.items():
        np.save(fresh / f"{block.name}.{name}.npy", np.ascontiguousarray(array))
    return [np.frombuffer("\0".join(block.title_ids).encode(), np.uint8), *arrays.values()]


def _read(data: Path, about: Mapping[str, Any]) -> Block:
    name = about["name"]
    if not isinstance(name, str) or "/" in name or "\\" in name:
        raise ValueError(f"{name!r} is no name of a block")
    arrays = {part: load_array(data / f"{name}.{part}.npy") for part in ("vectors", "figures", "files")}
    return Block(
        name=name,
        modality=about["modality"],
        encoder=about["encoder"],
        titles=Vocabulary(Strings.open(data, f"{name}.titles")),
        figure_names=tuple(about["figures"]),
        barcodes=load_array(data / f"{name}.barcodes.npy") if about["barcodes"] else None,
        **arrays,
    )
