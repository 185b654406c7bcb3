"""Which tasks there are: on a catalogue of the user's, or on public benchmark sets that lie in a folder.

Catalogue or folder, subjects  ->  [Entry(task, contenders), ...]
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reelation.catalogue.store import Catalogue
from reelation.errors import DataError, UsageError
from reelation.evaluation.task import Contender, Task

if TYPE_CHECKING:
    from reelation.evaluation.datasets.viewings import Viewings
    from reelation.evaluation.tasks.next_item import NextItem

SUBJECTS = ("related", "genres", "ratings", "top-n", "next-item", "cold", "explanations", "senses")
QUICK_SUBJECTS = ("related", "top-n")
"""Those whose quick tables take a minute or two."""


@dataclass(frozen=True)
class Entry:
    """A task and who takes part."""

    task: Task[Any, Any]
    contenders: list[Contender[Any, Any]]


def on_catalogue(catalogue: Catalogue, subjects: Sequence[str], *, quick: bool = False) -> list[Entry]:
    """Tasks on one catalogue.

    Args:
        catalogue: what to measure on.
        subjects: of `SUBJECTS`; where none is named, all that the catalogue has data for.
        quick: the telling rows only, and of `QUICK_SUBJECTS` where none is named.

    Raises:
        UsageError: there is no such subject.
        DataError: the catalogue lacks what a named subject needs, or everything.
    """
    where = str(catalogue.folder)
    return _gathered(subjects, lambda subject: _of_catalogue(subject, catalogue, quick), where, quick=quick)


def on_benchmarks(data: Path, subjects: Sequence[str], *, quick: bool = False) -> list[Entry]:
    """Tasks on the public sets that lie in a folder, each in a folder of its own.

    Args:
        data: holds `ml-100k`, `ml-latest-small-2018`, `hgb_imdb`, `magnn_imdb`, `gcmc_monti`, `redial` and so on.
        subjects: of `SUBJECTS`; all where none is named.
        quick: the telling rows only.

    Raises:
        UsageError: there is no such subject.
        DataError: a set that a named subject needs is not there.
    """
    return _gathered(subjects, lambda subject: _of_benchmarks(subject, data, quick), str(data), quick=quick)


def _gathered(subjects: Sequence[str], make: Callable[[str], list[Entry]], where: str, *, quick: bool) -> list[Entry]:
    if unknown := set(subjects) - set(SUBJECTS):
        raise UsageError(f"no subject '{sorted(unknown)[0]}'; there are {', '.join(SUBJECTS)}")
    found: list[Entry] = []
    for subject in subjects or (QUICK_SUBJECTS if quick else SUBJECTS):
        try:
            found += make(subject)
        except DataError:
            if subjects:
                raise
    if not found:
        raise DataError(f"{where} has neither genres, nor series, nor ratings to measure with.")
    return found


def _of_catalogue(subject: str, catalogue: Catalogue, quick: bool) -> list[Entry]:
    name = catalogue.folder.name
    if subject == "related":
        return _related_of(catalogue, quick)
    if subject == "genres":
        from reelation.evaluation.tasks.genres import CatalogueGenres
        from reelation.graph.build import build_graph

        return _entries("genres", [CatalogueGenres(build_graph(catalogue), f"Genres, {name}")], quick)
    if subject == "top-n":
        from reelation.evaluation.tasks import topn

        return _entries("topn", topn.of_catalogue(catalogue, name), quick)
    if subject == "next-item":
        from reelation.evaluation.datasets.viewings import from_catalogue
        from reelation.evaluation.tasks.next_item import of_viewings

        viewings = from_catalogue(catalogue, name)
        return _in_time([viewings], of_viewings(viewings), quick)
    if subject == "cold":
        from reelation.evaluation.tasks import cold

        return _entries("cold", cold.of_catalogue(catalogue, name), quick)
    if subject == "explanations":
        from reelation.evaluation.tasks import explanations

        return _entries("explanations", explanations.of_catalogue(catalogue, name), quick)
    if subject == "senses":
        raise DataError("Posters are measured on the public sets of films: reelation evaluate senses --data FOLDER")
    from reelation.evaluation.tasks import ratings

    return _entries("ratings", [ratings.of_catalogue(catalogue, name)], quick)


def _in_time(sets: Sequence[Viewings], next_items: Sequence[NextItem], quick: bool) -> list[Entry]:
    """What is asked as time goes on; lists at dates only where somebody can be asked at each."""
    from reelation.evaluation.tasks.dates import ListsAtDates

    lists = []
    for viewings in sets:
        with suppress(DataError):
            lists.append(ListsAtDates(viewings))
    return _entries("next_item", next_items, quick) + _entries("dates", lists, quick)


def _related_of(catalogue: Catalogue, quick: bool) -> list[Entry]:
    from reelation.contenders.relatedness import contenders, without_titles
    from reelation.evaluation.tasks.liked import co_liked
    from reelation.evaluation.tasks.relatedness import Material
    from reelation.evaluation.tasks.series import sequels

    material = Material.of(catalogue, None)
    found: list[Entry] = []
    for make, rows in ((co_liked, contenders), (sequels, without_titles)):
        try:
            task = make(material)
        except DataError:
            continue
        found.append(_entry(task, rows(task), quick))
    if not found:
        raise DataError(f"{catalogue.folder} has neither viewing histories nor sequels to measure relatedness with.")
    return found


def _of_benchmarks(subject: str, data: Path, quick: bool) -> list[Entry]:
    if subject == "related":
        from reelation.contenders.relatedness import benchmark_tasks, contenders

        return [_entry(task, contenders(task), quick) for task in benchmark_tasks(data)]
    if subject == "genres":
        from reelation.evaluation.tasks.genres import hgb_imdb, magnn_imdb
        from reelation.evaluation.tasks.genres_svm import magnn_svm

        sets = [hgb_imdb(data / "hgb_imdb"), magnn_imdb(data / "magnn_imdb")]
        return [*_entries("genres", sets, quick), *_entries("genres_svm", [magnn_svm(data / "magnn_imdb")], quick)]
    if subject == "top-n":
        from reelation.evaluation.tasks import topn

        return _entries("topn", topn.tasks(data), quick)
    if subject == "next-item":
        from reelation.evaluation.datasets.viewings import movielens
        from reelation.evaluation.tasks import next_item

        both = movielens(data)
        return _in_time(both, next_item.tasks(both), quick)
    if subject == "cold":
        from reelation.evaluation.tasks import cold

        return _entries("cold", cold.tasks(data), quick)
    if subject == "explanations":
        raise DataError("Explanations are measured on a catalogue: reelation evaluate explanations -c CATALOGUE")
    if subject == "senses":
        from reelation.contenders.senses import entries

        return [_entry(task, rows, quick) for task, rows in entries(data)]
    from reelation.evaluation.tasks.ratings import monti_set, movielens_fold

    folds = [movielens_fold(data / "ml-100k", fold) for fold in range(1, 6)]
    pairs = [monti_set(data / "gcmc_monti" / name.lower(), name) for name in ("Flixster", "Douban")]
    return _entries("ratings", [*folds, *pairs], quick)


def _entries(module: str, tasks: Sequence[Task[Any, Any]], quick: bool) -> list[Entry]:
    from importlib import import_module

    contenders = import_module(f"reelation.contenders.{module}").contenders
    return [_entry(task, contenders(task), quick) for task in tasks]


QUICK = {
    "popularity",
    "shared genres",
    "shared people",
    "hand-weighted overlap, lighter",
    "damped biases",
    "item-kNN",
    "EASE",
    "content kNN",
    "most common genres",
    "logistic regression on features",
    "label propagation",
    "Reelation, 5 rarest shared",
    "Reelation, 5 of what is shared, by lot",
    "Reelation, 5 of everything, by lot",
    "colour histogram",
    "text + graph",
    "random",
    "nearest by that thing",
    "without look",
}
"""Baselines that tell a newcomer something and are done in seconds; our default is always there."""


def _entry(task: Task[Any, Any], rows: Sequence[Contender[Any, Any]], quick: bool) -> Entry:
    if not quick:
        return Entry(task, list(rows))
    ours = next(row.name for row in rows if row.kind == "ours")
    return Entry(task, [row for row in rows if row.name in QUICK or row.name == ours])
