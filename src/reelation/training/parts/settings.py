"""What can be chosen about the parts of an atlas."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from reelation.errors import UsageError

Groups = Literal["leiden", "hdbscan"]
Layout = Literal["pacmap", "umap", "pca"]


@dataclass(frozen=True)
class PartSettings:
    """Methods of the parts that have several."""

    groups: Groups = "leiden"
    """How titles are put into groups: Leiden on the neighbour graph, or HDBSCAN on the layout."""
    layout: Layout = "pacmap"
    """How titles are placed in the plane."""

    def __post_init__(self) -> None:
        """Refuse a method that there is not.

        Raises:
            UsageError: there is none of this name.
        """
        for name, kinds in (("groups", get_args(Groups)), ("layout", get_args(Layout))):
            if getattr(self, name) not in kinds:
                raise UsageError(f"no {name} by '{getattr(self, name)}'; there are {', '.join(kinds)}")
