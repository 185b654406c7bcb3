"""An invented catalogue: four clumps of films, each with its own genre, country, decade and people, and some noise."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.sources.base import tables_of
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.parts.settings import PartSettings
from reelation.training.run import TrainConfig, train
from tests.world import SOURCE

CLUMPS = (
    ("western", "Italy", 1965),
    ("horror", "Japan", 2002),
    ("musical", "United States", 1948),
    ("documentary", "France", 1987),
)


def clump_of(title_id: str) -> int:
    """The clump of a title."""
    return int(title_id.removeprefix("c:")) % len(CLUMPS)


def clumps_catalogue(folder: Path, titles: int = 160, seed: int = 0, bare: int = 0) -> Catalogue:
    """Write the catalogue; one title in ten borrows a genre of another clump, and six are about another's people.

    Of `bare` more titles, whose numbers follow, nothing is known but that they are films.
    """
    rng = np.random.default_rng(seed)
    rows: list[tuple[str, str, str, int | None, float | None]] = []
    tags = []
    credits: list[tuple[str, str, str, int | None]] = []
    for number in range(titles):
        key, (genre, country, year) = f"c:{number:04d}", CLUMPS[number % len(CLUMPS)]
        clump = number % len(CLUMPS)
        rows.append((key, "film", f"Reel {number}", year + int(rng.integers(-4, 5)), 80.0 + clump * 10))
        tags += [(key, "genre", genre), (key, "country", country)]
        if rng.random() < 0.1:
            tags.append((key, "genre", CLUMPS[int(rng.integers(len(CLUMPS)))][0]))
        troupe = (clump + 1) % len(CLUMPS) if number >= titles - 6 else clump
        cast = rng.choice(12, 3, replace=False)
        credits += [(key, f"p:{troupe}-{person}", "actor", place) for place, person in enumerate(cast)]
        credits.append((key, f"p:{troupe}-d{int(rng.integers(4))}", "director", None))
    rows += [(f"c:{number:04d}", "film", "Untold", None, None) for number in range(titles, titles + bare)]
    people = sorted({person for _, person, _, _ in credits})
    tables = tables_of(
        SOURCE.name,
        {
            "titles": pl.DataFrame(rows, schema=["title_id", "kind", "name", "year", "runtime_min"], orient="row"),
            "people": [{"person_id": person, "name": f"Player {person[2:]}"} for person in people],
            "credits": pl.DataFrame(credits, schema=["title_id", "person_id", "role", "order"], orient="row"),
            "tags": pl.DataFrame(tags, schema=["title_id", "facet", "value"], orient="row")
            .unique()
            .with_columns(weight=1.0),
        },
    )
    return write_catalogue(folder, tables, (SOURCE,))


def clumps_atlas(catalogue: Catalogue, folder: Path, seed: int = 3, **settings: str) -> Atlas:
    """Train on it for a few steps."""
    learn = LearnConfig(fit=FitConfig(steps=30, validate_every=30), threads=1)
    return train(catalogue, folder, TrainConfig(learn=learn, seed=seed, settings=PartSettings(**settings)))  # type: ignore[arg-type]
