"""Optional parts of an atlas, one module each: what single insights need beside the vectors.

PartContext  ->  build_parts  ->  {name: Part}
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.manifest import Facet
from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas, AtlasContent
from reelation.catalogue.store import Catalogue
from reelation.features.senses import Sense
from reelation.features.text import TextMap
from reelation.graph.build import Graph
from reelation.training.assemble import FacetPlan
from reelation.training.learn import LearnConfig, Learned
from reelation.training.parts.settings import PartSettings
from reelation.training.recipe import Recipe
from reelation.training.recommender_config import RecommenderConfig

if TYPE_CHECKING:
    from reelation.training.fusing import Fused
    from reelation.training.parts.layout import Placed
    from reelation.training.parts.neighbours import Neighbours

PARTS = (
    *("viewers", "names", "figures", "evidence", "network", "kin", "classifier", "recommender", "senses", "fusion"),
    *("neighbours", "layout", "groups", "collaborations"),
)
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
    recommender: RecommenderConfig = field(default_factory=RecommenderConfig)
    settings: PartSettings = field(default_factory=PartSettings)
    senses: Sequence[Sense] = ()
    """What titles look and sound like, where files were extracted."""
    fused: Fused | None = None
    """How what is missing is guessed from them."""

    @cached_property
    def neighbours(self) -> Neighbours:
        """The nearest titles of each, made once for all parts that need them."""
        from reelation.training.parts.neighbours import find_neighbours

        return find_neighbours(self.content, self.seed)

    @cached_property
    def sketch(self) -> NDArray[np.float32]:
        """[titles, width] the whole score in fewer columns; see `neighbours.Wholes.sketch`."""
        from reelation.training.parts.neighbours import Wholes

        return Wholes(self.content).sketch(self.seed)

    @cached_property
    def renown(self) -> NDArray[np.float32]:
        """[titles] how well known each is, 0 to 1."""
        from reelation.training.parts.renown import renown

        return renown(self)

    @cached_property
    def layout(self) -> Placed | None:
        """Where the titles stand, made once for all parts that need it."""
        from reelation.training.parts.layout import lay_out

        return lay_out(self)


def build_parts(context: PartContext, wanted: Sequence[str] = PARTS) -> dict[str, Part]:
    """Make the parts of these names; a part that the catalogue has no data for is left out."""
    from reelation.training.parts import (
        classifier,
        collaborations,
        evidence,
        figures,
        fusion,
        groups,
        kin,
        layout,
        names,
        neighbours,
        network,
        recommender,
        senses,
        viewers,
    )

    builders = {
        "viewers": viewers.build,
        "names": names.build,
        "figures": figures.build,
        "evidence": evidence.build,
        "network": network.build,
        "kin": kin.build,
        "classifier": classifier.build,
        "recommender": recommender.build,
        "senses": senses.build,
        "fusion": fusion.build,
        "neighbours": neighbours.build,
        "layout": layout.build,
        "groups": groups.build,
        "collaborations": collaborations.build,
    }
    found = {name: builders[name](context) for name in PARTS if name in wanted}
    return {name: part for name, part in found.items() if part is not None}
