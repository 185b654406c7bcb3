"""The tasks about look and sound on the public sets of films: genres from posters, titles of which one thing is known,
and what each facet adds to relatedness.

    folder of public sets  ->  entries  ->  [(task, rows), ...]
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from reelation import settings
from reelation.contenders import facets, one_sense, poster_genres
from reelation.contenders.relatedness import benchmark_material
from reelation.errors import DataError
from reelation.evaluation.datasets.posters import colour_histograms, poster_files
from reelation.evaluation.task import Contender, Task
from reelation.evaluation.tasks.one_sense import OneSense
from reelation.evaluation.tasks.poster_genres import Pictures, PosterGenres
from reelation.features.senses import Sense, read_senses
from reelation.media.extract import ExtractConfig, extract
from reelation.media.naming import Source
from reelation.media.store import MediaVectors

Entries = list[tuple[Task[Any, Any], Sequence[Contender[Any, Any]]]]


def entries(data: Path) -> Entries:
    """All tasks, each with its rows.

    Args:
        data: holds `posters` and what `reelation.contenders.relatedness.benchmark_tasks` reads.

    Raises:
        DataError: a set is missing.
    """
    posters = data / "posters"
    if not posters.is_dir():
        raise DataError(f"There are no posters in {posters}.")
    material, media = benchmark_material(data), read_posters(posters)
    title_ids = list(material.graph.nodes["title"].ids)
    senses = read_senses(media, title_ids)
    pictures = _pictures(media, posters, title_ids)
    alone, beside = PosterGenres(material, pictures, alone=True), PosterGenres(material, pictures, alone=False)
    known_by_one = _one_sense(material, senses)
    return [
        (alone, poster_genres.contenders(alone)),
        (beside, poster_genres.contenders(beside)),
        (known_by_one, one_sense.contenders(known_by_one)),
        *((task, facets.contenders(task, senses)) for task in facets.tasks(material, data, senses)),
    ]


def read_posters(folder: Path) -> MediaVectors:
    """What the built-in encoder says of every poster; each is read once, results are kept in the cache folder.

    Raises:
        DataError: there are no pictures.
    """
    sources = [Source(f"imdb:{path.stem}", str(path)) for path in poster_files(folder)]
    if not sources:
        raise DataError(f"There are no posters (tt0084058.jpg …) in {folder}.")
    target = settings.cache_folder() / "evaluation" / "posters"
    return extract(sources, target, ExtractConfig(only=("image",))).media


def _one_sense(material: Any, senses: tuple[Sense, ...]) -> OneSense:
    return OneSense(material, senses, partial(one_sense.closest_by_everything, material, senses))


def _pictures(media: MediaVectors, folder: Path, title_ids: Sequence[str]) -> Pictures:
    block = media.blocks["image"]
    rows = block.rows_of(title_ids)
    raw = np.zeros((len(title_ids), block.vectors.shape[1]), np.float32)
    raw[rows >= 0] = block.vectors[rows[rows >= 0]]
    return Pictures(raw, colour_histograms(folder, title_ids), media.hash)
