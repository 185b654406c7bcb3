"""An invented catalogue of many years, with all that has a time: people, tags, links, awards, pictures, events."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.ids import Vocabulary
from reelation.media.store import Block, MediaVectors, write_media
from reelation.sources.base import tables_of
from reelation.training.fusing import FusingConfig
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.recipe import Recipe
from reelation.training.run import TrainConfig, train
from tests.world import SOURCE

FIRST, LAST = 1960, 2019
_GENRES = ("western", "horror", "musical", "drama", "comedy", "thriller")
_WORDS = ("river", "night", "ghost", "summer", "city", "king", "letter", "train")


def eras_catalogue(folder: Path, titles: int = 240, seed: int = 0, changed_after: int | None = None) -> Catalogue:
    """Write the catalogue.

    Args:
        folder: gets it.
        titles: how many.
        seed: of everything.
        changed_after: a year after which all is drawn anew, in other numbers: titles, people, events, all of it.
    """
    rng = np.random.default_rng(seed)
    years = np.sort(rng.integers(FIRST, LAST + 1, titles))
    names = [f"{_WORDS[a % 8]} of Ur{a} {n}" for n, a in enumerate(rng.integers(0, 90, titles).tolist())]
    rows, credits, tags, links, events = [], [], [], [], []
    end = titles
    for number in range(titles):
        year = int(years[number])
        if changed_after is not None and year > changed_after and end == titles:
            end = number
            rng = np.random.default_rng(seed + 100)
        if number >= end and rng.random() < 0.3:
            continue
        key, late = f"e:{number:04d}", number >= end
        rows.append((key, "film", names[number] + (" love" if late else ""), year if number % 20 else None, 80.0))
        pool = 30 + (40 if late else number // 6)
        credits += [(key, f"p:{person:03d}", "actor") for person in rng.choice(pool, 3, replace=False)]
        credits.append((key, f"p:{int(rng.integers(pool)):03d}", "director"))
        for facet, values, most in (("genre", _GENRES, 3), ("keyword", range(150 if late else 90), 5)):
            chosen = rng.choice(len(values), int(rng.integers(1, most + 1)), replace=False)
            tags += [(key, facet, f"{values[int(i)]}", 0.5 if facet == "keyword" and i % 2 else 1.0) for i in chosen]
        if rng.random() < 0.1:
            tags.append((key, "award", f"Prize {int(rng.integers(3))}", 1.0))
        if number and rng.random() < 0.2:
            links.append((key, f"e:{int(rng.integers(min(number, end))):04d}", "sequel"))
    there = {row[0] for row in rows}
    since = np.datetime64(f"{FIRST}-01-01").astype("datetime64[s]").astype(np.int64)
    until = np.datetime64(f"{LAST + 1}-01-01").astype("datetime64[s]").astype(np.int64)
    cut = (
        until
        if changed_after is None
        else np.datetime64(f"{changed_after + 1}-01-01").astype("datetime64[s]").astype(np.int64)
    )
    draws = np.random.default_rng(seed + 1)
    for viewer in range(40):
        for number in draws.choice(titles, 30, replace=False).tolist():
            who, time = viewer, int(draws.integers(since, until))
            stars, out = float(draws.integers(1, 11)) / 2, f"{int(years[number])}-01-01"
            opened = int(np.datetime64(out).astype("datetime64[s]").astype(np.int64))
            time = max(time, opened + 86_400 * 40)
            if time >= cut:
                stars, who = 5.5 - stars, viewer + 60
            if f"e:{number:04d}" in there:
                events.append((f"v:{who:02d}", f"e:{number:04d}", "rating", stars, time))
    people = sorted({person for _, person, _ in credits})
    tables = tables_of(
        SOURCE.name,
        {
            "titles": pl.DataFrame(rows, schema=["title_id", "kind", "name", "year", "runtime_min"], orient="row"),
            "people": [{"person_id": person, "name": f"Player {person[2:]}"} for person in people],
            "credits": pl.DataFrame(credits, schema=["title_id", "person_id", "role"], orient="row").unique(),
            "tags": pl.DataFrame(tags, schema=["title_id", "facet", "value", "weight"], orient="row"),
            "links": pl.DataFrame(links, schema=["title_id", "other_id", "kind"], orient="row").unique(),
            "events": pl.DataFrame(events, schema=["viewer_id", "title_id", "kind", "value", "time"], orient="row"),
        },
    )
    return write_catalogue(folder, tables, (SOURCE,))


def eras_media(folder: Path, titles: int = 240, seed: int = 0, changed_after: int | None = None) -> MediaVectors:
    """What two of three titles' posters look like to an encoder of 24 numbers, and a third of these to another.

    Args:
        folder: gets it.
        titles, seed, changed_after: of the catalogue; later titles have other posters, and look more alike.
    """
    years = np.sort(np.random.default_rng(seed).integers(FIRST, LAST + 1, titles))
    end = titles if changed_after is None else int(np.searchsorted(years, changed_after, side="right"))
    ids, rows = [], []
    for number in range(titles):
        if number % 3:
            late = number >= end
            drawn = np.random.default_rng([number, seed + 100 * late]).normal(5, 2, 24)
            rows.append(drawn * np.linspace(0.1, 3, 24) ** (2 if late else 1))
            ids.append(f"e:{number:04d}")
    vectors = np.array(rows, np.float32)
    blocks = [_block("image", ids, vectors), _block("image.other", ids[::3], np.sin(vectors[::3]))]
    return write_media(folder, blocks, [])


def _block(name: str, ids: list[str], vectors: np.ndarray) -> Block:
    return Block(
        name=name,
        modality="image",
        encoder=f"{name} of eras",
        titles=Vocabulary.of(ids),
        vectors=vectors,
        figure_names=("lightness",),
        figures=vectors[:, :1],
        files=np.ones(len(ids), np.int32),
    )


def eras_atlas(catalogue: Catalogue, folder: Path, media: MediaVectors | None = None) -> Atlas:
    """Train on it for a few steps; keywords are projected to few columns."""
    recipe = Recipe()
    recipe.columns["keyword"] = (4.0, 24)
    few = FitConfig(steps=20, validate_every=20)
    config = TrainConfig(learn=LearnConfig(fit=few, threads=1), recipe=recipe, seed=3, fusing=FusingConfig(fit=few))
    return train(catalogue, folder, config, media=media)
