"""Relatedness within series: of Wikidata's, and of those that titles give away, which every catalogue has.

groups of films  ->  some for validation, the others for the test  ->  RelatednessTask, relations hidden that tell
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from reelation.errors import DataError
from reelation.evaluation.datasets.wikidata_series import series_groups
from reelation.evaluation.questions import Labels
from reelation.evaluation.retrieval import group_labels
from reelation.evaluation.sequels import sequel_groups
from reelation.evaluation.tasks.relatedness import MASKED, Material, RelatednessTask, rating_counts
from reelation.seeds import generator

SERIES = ("franchise", "based_on", "same_series", "sequel", "follows", "based_on_same")
"""Relations that would give a series away; no contender sees them."""
_LARGEST_SERIES = 30
_LEAST_SEQUELS = 20


def same_series(material: Material, pairs: Path, masked: float = MASKED) -> RelatednessTask:
    """Films of one Wikidata series; a third of the series is validation.

    Raises:
        DataError: the table of pairs cannot be read, or fits no series in the catalogue.
    """
    groups = series_groups(pairs, material.catalogue)
    groups = {name: rows for name, rows in groups.items() if 2 <= len(rows) <= _LARGEST_SERIES}
    if not groups:
        raise DataError(f"{pairs} has no series with two films in this catalogue")
    about = "A film of a series is asked about: do the others of that series come first among all titles?"
    return _task(material, groups, "series", "relatedness, same series", about, masked)


def sequels(material: Material, masked: float = MASKED) -> RelatednessTask:
    """Films whose titles say that they belong together; a third of the groups is validation.

    A contender that reads titles would be told the answers, so none should.

    Raises:
        DataError: fewer than 20 groups of films have such titles.
    """
    names = [str(name) for name in material.graph.names["title"]]
    groups = sequel_groups(names, material.graph.year.tolist())
    if len(groups) < _LEAST_SEQUELS:
        raise DataError(f"only {len(groups)} groups of films have titles that say so; {_LEAST_SEQUELS} are needed")
    about = "A film is asked about: do the films come first that bear its name with a number? No row reads titles."
    return _task(material, groups, "sequels", "relatedness, sequels", about, masked)


def _task(
    material: Material, groups: Mapping[str, set[int]], draw: str, name: str, about: str, masked: float
) -> RelatednessTask:
    names = generator(0, draw).permutation(sorted(groups)).tolist()
    held = names[: len(names) // 3]
    test = {name: groups[name] for name in names[len(held) :]}
    asked = set().union(*test.values())
    validation = {}
    for one in held:  # a group with a film of a test group belongs to the test
        if groups[one] & asked:
            test[one] = groups[one]
            asked |= groups[one]
        else:
            validation[one] = groups[one]
    validation = {one: rows - asked for one, rows in validation.items() if len(rows - asked) > 1}
    return RelatednessTask(
        name=name,
        about=about,
        material=material,
        test=_labels(test),
        validation=_labels(validation),
        popularity=rating_counts(material.graph),
        hidden=SERIES,
        masked=masked,
    )


def _labels(groups: Mapping[str, set[int]]) -> Labels:
    return {row: frozenset(others) for row, others in group_labels(groups).items()}
