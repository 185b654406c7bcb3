"""`manifest.json`: what an atlas is, what it was made from, with what, and how well it did.

Source: the list of what an artefact must say follows the design page of this project (docs/explanation/atlas.md).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from reelation.errors import AtlasError

FORMAT = 1
"""The format that this version writes."""
OLDEST = 1
"""The oldest format that this version reads."""
FILE = "manifest.json"


@dataclass(frozen=True)
class Block:
    """Neighbouring columns of the vectors that belong together."""

    name: str
    """"learned" for the network's part, else what the columns hold exactly: "genre", "era" …"""
    start: int
    stop: int
    labels: tuple[str, ...] = ()
    """One node id a column where a column stands for one node ("genre:Drama"), else empty."""

    @property
    def columns(self) -> slice:
        """The block's columns of the vectors."""
        return slice(self.start, self.stop)


@dataclass(frozen=True)
class Facet:
    """One reason to be related."""

    name: str
    weight: float
    """Share of the score, learned or measured in validation; already inside the vectors."""
    blocks: tuple[Block, ...]
    node_types: tuple[str, ...]
    """Kinds of shared nodes that are evidence for this facet: "person", "genre" …"""


@dataclass(frozen=True)
class Manifest:
    """Everything about an atlas that is not an array."""

    facets: tuple[Facet, ...]
    node_types: tuple[str, ...]
    """Types of evidence nodes; `nodes.type` counts into it."""
    relations: tuple[str, ...]
    """Roles and tag facets; bit i of `edges.relations` says that relation i joins title and node."""
    titles: int
    width: int
    seed: int
    catalogue_hash: str
    sources: tuple[dict[str, Any], ...]
    config: dict[str, Any] = field(default_factory=dict)
    scores: dict[str, Any] = field(default_factory=dict)
    libraries: dict[str, str] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)
    """Name -> what `reelation.atlas.parts.save_part` says of the part."""
    reelation: str = ""
    created: str = ""
    format: int = FORMAT
    oldest_reader: int = FORMAT
    """The lowest FORMAT of a reader that understands this atlas."""

    def to_json(self) -> dict[str, Any]:
        """Plain dicts and lists."""
        return asdict(self)

    @classmethod
    def of_json(cls, content: dict[str, Any]) -> Manifest:
        """Read back what `to_json` gave.

        Raises:
            AtlasError: the atlas is too new or too old for this version, or the manifest is damaged.
        """
        found, needs = content.get("format"), content.get("oldest_reader", content.get("format"))
        if not isinstance(found, int) or not isinstance(needs, int):
            raise AtlasError("The atlas manifest names no format; it is damaged. Train again: reelation train")
        if needs > FORMAT:
            raise AtlasError(
                f"The atlas has format {found}; this version of reelation reads up to {FORMAT}. "
                "Update with: pip install -U reelation"
            )
        if found < OLDEST:
            raise AtlasError(f"The atlas has the old format {found}. Make it again with: reelation train")
        known = {name: content[name] for name in cls.__dataclass_fields__ if name in content}
        try:
            facets = tuple(
                Facet(
                    name=facet["name"],
                    weight=facet["weight"],
                    blocks=tuple(Block(**{**block, "labels": tuple(block["labels"])}) for block in facet["blocks"]),
                    node_types=tuple(facet["node_types"]),
                )
                for facet in known.pop("facets")
            )
            lists: dict[str, Any] = {name: tuple(known.pop(name)) for name in ("node_types", "relations", "sources")}
            return cls(facets=facets, **lists, **known)
        except (KeyError, TypeError) as error:
            raise AtlasError(f"The atlas manifest is damaged ({error!r}). Train again: reelation train") from error
