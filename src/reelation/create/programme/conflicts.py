"""Which limit stands in the way where no set of titles meets all of them, and what it would have to be.

Task  ->  conflicts  ->  (Conflict, ...): each limit loosened as little as possible
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reelation.create.programme.selection import SECONDS, Model, Task, Trait


@dataclass(frozen=True)
class Conflict:
    """A condition that cannot be met together with the others."""

    name: str
    """"count", "must", "longest", "shortest", "at_most TRAIT" or "at_least TRAIT"."""
    asked: float
    possible: float
    """The nearest to what was asked that could be met, all other conditions kept."""


def conflicts(task: Task, seconds: float = SECONDS) -> tuple[bool, tuple[Conflict, ...]]:
    """What stands in the way where `solve` finds that no set meets the conditions.

    Each condition is loosened alone, as little as possible; where none helps alone, all are, together as little as
    possible (each counted as a share of what was asked).

    Returns:
        Whether each of them would be enough alone (else all are needed together), and the conditions to loosen.
    """
    bare = replace(task, worth=np.zeros(len(task.worth)), together=None, traits=_without_rewards(task.traits))
    names = list(Model(bare, loose=None).asked)
    alone = [found[0] for name in names if (found := _loosened(bare, (name,), seconds))]
    if alone:
        return True, tuple(alone)
    return False, tuple(_loosened(bare, tuple(names), seconds))


def _without_rewards(traits: tuple[Trait, ...]) -> tuple[Trait, ...]:
    return tuple(replace(one, reward=0.0) for one in traits if one.at_least or one.at_most is not None)


def _loosened(task: Task, names: tuple[str, ...], seconds: float) -> list[Conflict]:
    """The least loosening of the conditions `names`; empty where even that helps nothing."""
    model = Model(task, loose=names)
    found = model.solve(seconds)
    if found is None:
        return []
    slack = {name: float(found[0][column]) for name, column in model.slack.items()}
    result = []
    for name, by in slack.items():
        by = by if name in ("longest", "shortest") else round(by)
        if by > 1e-6:
            asked = model.asked[name]
            upwards = name == "longest" or name.startswith("at_most")
            result.append(Conflict(name, asked, asked + by if upwards else asked - by))
    return result
