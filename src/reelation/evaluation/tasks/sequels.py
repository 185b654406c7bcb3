"""Relatedness where nothing but a catalogue is there: sequels that their titles give away, judged without titles.

"Saw", "Saw II", "Saw III"  ->  one group  ->  RelatednessTask
"""

from __future__ import annotations

from reelation.errors import DataError
from reelation.evaluation.retrieval import group_labels
from reelation.evaluation.sequels import sequel_groups
from reelation.evaluation.tasks.relatedness import MASKED, SERIES, Material, RelatednessTask, rating_counts
from reelation.seeds import generator

_LEAST_GROUPS = 20


def sequels(material: Material, masked: float = MASKED) -> RelatednessTask:
    """Films whose titles say that they belong together; a third of the groups is validation.

    A contender that reads titles would be told the answers, so none should.

    Raises:
        DataError: fewer than 20 groups of films have such titles.
    """
    names = [str(name) for name in material.graph.names["title"]]
    groups = sequel_groups(names, material.graph.year.tolist())
    if len(groups) < _LEAST_GROUPS:
        raise DataError(f"only {len(groups)} groups of films have titles that say so; {_LEAST_GROUPS} are needed")
    order = generator(0, "sequels").permutation(sorted(groups)).tolist()
    held = set(order[: len(order) // 3])
    test, validation = (
        {
            row: frozenset(others)
            for row, others in group_labels({name: groups[name] for name in order if (name in held) is kept}).items()
        }
        for kept in (False, True)
    )
    validation = {row: others for row, others in validation.items() if row not in test}
    return RelatednessTask(
        name="relatedness, sequels",
        about="A film is asked about: do the films come first that bear its name with a number? No row reads titles.",
        material=material,
        test=test,
        validation=validation,
        popularity=rating_counts(material.graph),
        hidden=SERIES,
        masked=masked,
    )
