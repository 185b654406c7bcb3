"""What viewers liked, beside what is known of the titles: the data of every ranking protocol.

    Catalogue with ratings  ->  from_catalogue  ->  Viewings: liked, disliked, a graph without events, texts

The MovieLens constructors join the release with every metadata source that knows its films. What viewers wrote
about titles (`tags.csv`) is left out: a tag says that its writer saw the film, which is what is to be predicted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reelation.catalogue.schema_names import EVENTS
from reelation.catalogue.store import Catalogue
from reelation.errors import DataError
from reelation.evaluation.interactions import Interactions, compact, from_graph
from reelation.graph.build import Graph, GraphOptions, build_graph
from reelation.sources.default import default_path
from reelation.sources.importing import import_paths

LIKED = 3.0
"""Stars from which on a rating counts as liking.

Source: the filter of RecBole-GNN's MovieLens benchmark, https://github.com/RUCAIBox/RecBole-GNN.
"""


@dataclass(frozen=True)
class Viewings:
    """Ratings as likes and dislikes, and the metadata of the rated titles."""

    name: str
    """What to call the data in a table."""
    liked: Interactions
    """Ratings of at least `LIKED` stars; every viewer and title has at least one."""
    disliked: Interactions
    """Lower ratings of the same viewers and titles, in the same numbers."""
    graph: Graph
    """Metadata of these titles and of others; holds no events."""
    rows: NDArray[np.int64]
    """[titles] row of each title in `graph`."""
    texts: tuple[str, ...]
    """[titles] plot, or "" where none is known."""
    fingerprint: str
    """Changes with the content."""


def from_catalogue(catalogue: Catalogue, name: str, display_sources: bool = False) -> Viewings:
    """Read the ratings and metadata of a catalogue.

    Args:
        catalogue: has events of kind "rating" with stars.
        name: what to call it.
        display_sources: also read metadata of sources that are left out of training (TMDB); for benchmarks only.

    Raises:
        DataError: there are no ratings, or none of at least `LIKED` stars.
    """
    graph = build_graph(catalogue, GraphOptions(display_sources=display_sources))
    events = from_graph(graph)
    high = events.stars >= LIKED
    if not high.any():
        raise DataError(f"No rating in '{name}' has {LIKED:g} stars or more, so nothing is known to be liked.")
    liked, viewers, rows = compact(events.only(high))
    return Viewings(
        name=name,
        liked=liked,
        disliked=_renumbered(events.only(~high), viewers, rows),
        graph=_without_events(graph),
        rows=rows,
        texts=_texts(catalogue, len(graph), set(graph.sources), rows),
        fingerprint=f"{catalogue.hash} {sorted(graph.sources)} {LIKED:g}",
    )


def ml_100k(data: Path) -> Viewings:
    """MovieLens 100K with the default catalogue's people, countries and studios, joined by title and year.

    Args:
        data: the folder that holds `ml-100k`.

    Raises:
        DataError: the folder is missing or damaged.
        MissingExtraError: the default catalogue's package is not installed.
    """
    with TemporaryDirectory(prefix="reelation-") as scratch:
        return from_catalogue(_joined([_there(data / "ml-100k")], Path(scratch)), "ml-100k")


def ml_latest_small(data: Path) -> Viewings:
    """MovieLens latest-small with Wikidata, TMDB and the default catalogue, joined by ids.

    TMDB's terms allow no training without an agreement: this is for benchmarks.

    Args:
        data: the folder that holds `ml-latest-small-2018`, `ml-latest-small-wikidata` and `tmdb_small_movielens`.

    Raises:
        DataError: a folder is missing or damaged.
        MissingExtraError: the default catalogue's package is not installed.
    """
    with TemporaryDirectory(prefix="reelation-") as scratch:
        release = Path(scratch) / "ml-latest-small"
        release.mkdir()
        for file in ("movies.csv", "ratings.csv", "links.csv"):
            (release / file).symlink_to(_there(data / "ml-latest-small-2018" / file).resolve())
        others = [_there(data / name) for name in ("ml-latest-small-wikidata", "tmdb_small_movielens")]
        return from_catalogue(_joined([release, *others], Path(scratch)), "ml-latest-small", display_sources=True)


def movielens(data: Path) -> tuple[Viewings, Viewings]:
    """`ml_100k` and `ml_latest_small`.

    Raises:
        DataError: one is missing.
    """
    return ml_100k(data), ml_latest_small(data)


def _there(path: Path) -> Path:
    if not path.exists():
        raise DataError(f"{path} does not exist; it is needed for this benchmark.")
    return path


def _joined(paths: Sequence[Path], scratch: Path) -> Catalogue:
    return import_paths([*paths, default_path()], scratch / "catalogue").catalogue


def _without_events(graph: Graph) -> Graph:
    return replace(
        graph,
        nodes={name: ids for name, ids in graph.nodes.items() if name != "viewer"},
        names={name: names for name, names in graph.names.items() if name != "viewer"},
        relations={name: relation for name, relation in graph.relations.items() if name not in EVENTS},
    )


def _renumbered(events: Interactions, viewers: NDArray[np.int64], titles: NDArray[np.int64]) -> Interactions:
    """The events of `viewers` and `titles` only, numbered by their places there."""
    new_viewer, new_title = (np.full(size, -1, np.int32) for size in (events.viewers, events.titles))
    new_viewer[viewers] = np.arange(len(viewers), dtype=np.int32)
    new_title[titles] = np.arange(len(titles), dtype=np.int32)
    kept = events.only((new_viewer[events.viewer] >= 0) & (new_title[events.title] >= 0))
    return replace(
        kept,
        viewer=new_viewer[kept.viewer],
        title=new_title[kept.title],
        viewers=len(viewers),
        titles=len(titles),
    )


def _texts(catalogue: Catalogue, titles: int, allowed: set[str], rows: NDArray[np.int64]) -> tuple[str, ...]:
    numbers = catalogue.scan("titles").select("title_id").with_row_index("row")
    texts = catalogue.scan("texts").filter(pl.col("source").is_in(sorted(allowed)))
    found = texts.join(numbers, on="title_id").select("row", "text").sort("row", "text").collect()
    joined: list[str] = [""] * titles
    for row, text in found.iter_rows():
        joined[row] = f"{joined[row]} {text}".strip()
    return tuple(joined[row] for row in rows.tolist())
