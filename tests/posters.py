"""Painted posters for the clumps: each clump has its colours and its way to divide a sheet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.ids import Vocabulary
from reelation.media.images import PictureEncoder
from reelation.media.store import Block, MediaVectors, write_media
from reelation.training.fusing import FusingConfig
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.run import TrainConfig, train
from tests.clumps import clump_of

TITLES, BARE = 160, 12
"""Of the painted catalogue; of the last ones nothing is known but their posters."""
_PAINTS = ((190, 120, 40), (20, 20, 30), (240, 180, 200), (120, 130, 125))


def paint(path: Path, clump: int, seed: int) -> Path:
    """A poster of 60 x 90 pixels of a clump; another for every seed."""
    rng = np.random.default_rng([clump, seed])
    sheet = np.empty((90, 60, 3))
    sheet[:] = np.array(_PAINTS[clump]) + rng.normal(0, 12, 3)
    at = int(rng.integers(15, 45))
    if clump % 2:
        sheet[:, at : at + 12] = rng.normal(200, 20, 3)
    else:
        sheet[at : at + 25] = np.array(_PAINTS[clump])[::-1] + rng.normal(0, 20, 3)
    sheet += rng.normal(0, 6 + 6 * clump, sheet.shape)
    Image.fromarray(np.clip(sheet, 0, 255).astype(np.uint8)).save(path)
    return path


def painted_media(folder: Path, title_ids: list[str]) -> MediaVectors:
    """Posters of these titles, read by the built-in encoder."""
    folder.mkdir(parents=True, exist_ok=True)
    encoder = PictureEncoder()
    files = [paint(folder / f"{title[2:]}.png", clump_of(title), int(title[2:])) for title in title_ids]
    said = [encoder.encode(file) for file in files]
    block = Block(
        name=encoder.name,
        modality=encoder.modality,
        encoder=f"{encoder.name} {encoder.version}",
        titles=Vocabulary.of(title_ids),
        vectors=np.stack([one.vector for one in said]).astype(np.float32),
        figure_names=encoder.figures,
        figures=np.array([[one.figures[name] for name in encoder.figures] for one in said], np.float32),
        files=np.ones(len(said), np.int32),
    )
    return write_media(folder / "vectors", [block], [])


def painted_atlas(catalogue: Catalogue, folder: Path) -> Atlas:
    """An atlas in which two of three titles have a poster, and the last `BARE` have nothing else."""
    config = TrainConfig(
        learn=LearnConfig(fit=FitConfig(steps=40, validate_every=20), threads=1),
        fusing=FusingConfig(fit=FitConfig(steps=80, validate_every=40, learning_rate=2e-3)),
        parts=("names", "evidence", "network", "senses", "fusion", "neighbours"),
        seed=3,
    )
    with_poster = [f"c:{number:04d}" for number in range(TITLES + BARE) if number % 3 or number >= TITLES]
    return train(catalogue, folder / "atlas", config, media=painted_media(folder / "posters", with_poster))
