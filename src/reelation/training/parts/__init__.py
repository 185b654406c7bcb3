"""Optional parts of an atlas, one module each: what single insights need beside the vectors.

PartContext  ->  build_parts  ->  {name: Part}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.manifest import Facet
from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas, AtlasContent
from reelation.catalogue.store import Catalogue
from reelation.features.text import TextMap
from reelation.graph.build import Graph
from reelation.training.assemble import FacetPlan
from reelation.training.learn import LearnConfig, Learned
from reelation.training.recipe import Recipe

PARTS = ("viewers", "network", "classifier")
"""All parts, in the order in which they are made."""


@dataclass(frozen=True)
class PartContext:
    """All that a part can be made from."""

    graph: Graph
    catalogue: Catalogue
    content: AtlasContent
    """The atlas as it will be written."""
    facets: tuple[Facet, ...]
    node_types: tuple[str, ...]
    relations: tuple[str, ...]
    plans: Sequence[FacetPlan]
    learned: Learned
    learn: LearnConfig
    recipe: Recipe
    text: NDArray[np.float32] | None
    """[titles, width] compact text vectors, or None."""
    text_map: TextMap | None
    """What made them of the encoder's vectors."""
    text_encoder: str | None
    """Name and version of the encoder, where it is known."""
    seed: int
    previous: Atlas | None
    """The atlas that the new one replaces, where it can be read."""


def build_parts(context: PartContext, names: Sequence[str] = PARTS) -> dict[str, Part]:
    """Make the parts of these names; a part that the catalogue has no data for is left out."""
    from reelation.training.parts import classifier, network, viewers

    builders = {"viewers": viewers.build, "network": network.build, "classifier": classifier.build}
    found = {name: builders[name](context) for name in PARTS if name in names}
    return {name: part for name, part in found.items() if part is not None}
