"""What it takes to give a new title its vector without training: the network as plain arrays, and what feeds it.

weights + directions + rarities + scales + folded names  ->  Part "network", read by `reelation.search.network`

Random directions are stored as they were drawn: an atlas of before directions were drawn by id keeps its own.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Column, Part
from reelation.catalogue.schema_names import ROLES
from reelation.draws import exact_draw, lot, random_directions
from reelation.features.exact import pair_columns
from reelation.features.propagate import (
    CONTEXT_TAGS,
    MAIN_ROLES,
    MOST_TITLES,
    PEOPLE_DRAW,
    STORY_TAGS,
    number_shapes,
    tag_draw,
)
from reelation.folding import fold
from reelation.ids import Strings
from reelation.models.propagate_learn import NORM_EPSILON
from reelation.rows import Kernel, whole_minutes
from reelation.training.assemble import plan_weight
from reelation.training.parts import PartContext
from reelation.training.recipe import ERA_SCALE, RUNTIME_SCALE


def build(context: PartContext) -> Part:
    """The part of any atlas; one whose model passes messages gets the exact half only."""
    columns: dict[str, Column] = {}
    about: dict[str, Any] = {
        "blocks": _blocks(context, columns),
        "terms": _terms(context),
        "channels": [],
        "over": [],
        "networks": {},
        "text_encoder": None,
    }
    if context.learned.networks:
        about |= _network(context, columns)
    _text(context, columns, about)
    _tag_weights(context, columns)
    _keys(context, columns)
    return Part(columns, about)


def folded(
    context: PartContext,
    earlier: Part,
    directions: dict[str, NDArray[np.float16]],
    degrees: dict[str, NDArray[np.int32]],
) -> Part:
    """The part of an updated atlas: the network as it was, what feeds it as it is now.

    Args:
        context: of the grown graph; `learned.networks` are the earlier ones.
        earlier: the part before.
        directions: type -> [things, width] of now.
        degrees: name of the column -> [people] of now.
    """
    columns: dict[str, Column] = {}
    about: dict[str, Any] = {**earlier.about, "blocks": _blocks(context, columns), "terms": _terms(context)}
    about |= {"networks": _weights(context, columns)}
    columns |= {f"directions-{kind}": rows for kind, rows in directions.items()}
    columns |= degrees
    columns |= {name: value for name, value in earlier.columns.items() if name in ("text-mean", "text-directions")}
    if "text" in earlier.columns and context.text is not None:
        columns["text"] = context.text.astype(np.float16)
    _tag_weights(context, columns)
    _keys(context, columns)
    return Part(columns, about)


def _blocks(context: PartContext, columns: dict[str, Column]) -> dict[str, dict[str, Any]]:
    """Facet -> block -> its scale, and what its columns are made of; wide tags' directions go into `columns`."""
    graph, recipe = context.graph, context.recipe
    total = sum(plan_weight(plan) for plan in context.plans) or 1.0
    numbers = {"era": (graph.year, ERA_SCALE), "runtime": (whole_minutes(graph.runtime), RUNTIME_SCALE)}
    found: dict[str, dict[str, Any]] = {}
    for plan in context.plans:
        found[plan.name] = {}
        for block in plan.dense:
            said: dict[str, Any] = {"scale": (block.weight / total) ** 0.5}
            if block.name in numbers:
                values, scale = numbers[block.name]
                said["kernel"] = _kernel(values, block.columns.shape[1], scale)
            elif block.name == "genre pairs":
                columns |= _pairs(context, block.columns.shape[1])
            elif block.name in graph.relations and not block.labels:
                things, width = graph.nodes[block.name].keys, recipe.columns[block.name][1]
                columns[f"exact-{block.name}"] = random_directions(
                    things, lot(context.seed, exact_draw(block.name)), width
                )
            found[plan.name][block.name] = said
    return found


def _pairs(context: PartContext, most: int) -> dict[str, Column]:
    relation = context.graph.relations["genre"]
    _, pairs = pair_columns(relation, most)
    has = relation.matrix.astype(bool).tocsc()
    together = np.asarray((has[:, pairs[:, 0]].multiply(has[:, pairs[:, 1]])).sum(axis=0)).ravel()
    return {"pairs": pairs.astype(np.int32), "pair-titles": together.astype(np.int32)}


def _terms(context: PartContext) -> list[dict[str, Any]]:
    total = sum(plan_weight(plan) for plan in context.plans) or 1.0
    recipe, found = context.recipe, []
    for plan in context.plans:
        for term in plan.terms:
            said: dict[str, Any] = {"facet": plan.name, "type": term.node_type, "scale": (term.weight / total) ** 0.5}
            if term.node_type == "person":
                roles = {role: recipe.role_weights.get(role, 0.0) for role in ROLES if role in context.graph.relations}
                said |= {"roles": roles, "flatten": recipe.people_flatten}
            found.append(said)
    return found


def _network(context: PartContext, columns: dict[str, Column]) -> dict[str, Any]:
    """Weights of the networks, and how each of their channels is made."""
    networks = _weights(context, columns)
    over = [name for name in ("person", "company") if name in context.node_types]
    return {
        "channels": [*_people(context, columns), *_tags(context, columns), *_numbers(context)],
        "over": [{"type": name, "most": MOST_TITLES} for name in over],
        "networks": networks,
        "epsilon": NORM_EPSILON,
    }


def _weights(context: PartContext, columns: dict[str, Column]) -> dict[str, Any]:
    """Facet -> the names and widths of what its network reads; its arrays go into `columns`."""
    networks = {}
    for facet, network in context.learned.networks.items():
        networks[facet] = {"channels": list(network.channels), "widths": list(network.widths)}
        for name in ("project", "norm", "slope", "out", "shift"):
            columns[f"{facet}-{name}"] = getattr(network, name)
    return networks


def _people(context: PartContext, columns: dict[str, Column]) -> list[dict[str, Any]]:
    graph, width = context.graph, context.learn.inputs.people_width
    roles = [role for role in ROLES if role in graph.relations]
    if not roles:
        return []
    people = len(graph.nodes["person"])
    if people > width:
        directions = random_directions(graph.nodes["person"].keys, lot(context.seed, PEOPLE_DRAW), width)
        columns["directions-person"] = directions.astype(np.float16)
    groups = {role: [role] for role in MAIN_ROLES if role in roles}
    if rest := [role for role in roles if role not in MAIN_ROLES]:
        groups["crew"] = rest
    found = []
    for name, members in groups.items():
        pairs = np.concatenate([_pairs_of(context, role) for role in members])
        columns[f"degree-{name}"] = np.bincount(np.unique(pairs) % people, minlength=people).astype(np.int32)
        found.append({"name": f"people {name}", "type": "person", "relations": members, "degree": f"degree-{name}"})
    return found


def _pairs_of(context: PartContext, role: str) -> NDArray[np.int64]:
    """[credits] title x people + person."""
    matrix = context.graph.relations[role].matrix
    rows = np.repeat(np.arange(matrix.shape[0], dtype=np.int64), np.diff(matrix.indptr))
    return np.asarray(rows * matrix.shape[1] + matrix.indices, np.int64)


def _tags(context: PartContext, columns: dict[str, Column]) -> list[dict[str, Any]]:
    graph, width, found = context.graph, context.learn.inputs.tag_width, []
    for facet, names in (("story", STORY_TAGS), ("context", CONTEXT_TAGS)):
        for name in names:
            if name not in graph.relations:
                continue
            things = graph.nodes[name].keys
            if len(things) > width:
                directions = random_directions(things, lot(context.seed, tag_draw(name)), width)
                columns[f"directions-{name}"] = directions.astype(np.float16)
            found.append({"name": f"{facet} {name}", "type": name, "relations": [name], "degree": None})
    return found


def _numbers(context: PartContext) -> list[dict[str, Any]]:
    numbers = {"era": context.graph.year, "runtime": whole_minutes(context.graph.runtime)}
    return [
        {"name": f"context {name}", "kernel": _kernel(numbers[name], width, scale)}
        for name, (width, scale) in number_shapes(context.learn.inputs).items()
    ]


def _kernel(numbers: NDArray[np.int16], width: int, scale: float) -> dict[str, float] | None:
    kernel = Kernel.of(numbers, width, scale)
    return asdict(kernel) if kernel is not None else None


def _text(context: PartContext, columns: dict[str, Column], about: dict[str, Any]) -> None:
    if context.text is None or context.text_map is None or not context.text.shape[1]:
        return
    columns |= {"text-mean": context.text_map.mean, "text-directions": context.text_map.directions}
    about["text_encoder"] = context.text_encoder
    if about["networks"]:
        about["channels"].append({"name": "story text", "text": context.text.shape[1]})
        if not any(block.name == "text" for plan in context.plans for block in plan.dense):
            columns["text"] = context.text.astype(np.float16)


def _tag_weights(context: PartContext, columns: dict[str, Column]) -> None:
    """[edges] weight of each edge that is a tag, where some tag weighs something else than 1."""
    content, relations = context.content, context.relations
    tags = [context.graph.relations[name] for name in (*STORY_TAGS, *CONTEXT_TAGS) if name in context.graph.relations]
    if all((relation.matrix.data == 1).all() for relation in tags):
        return
    weights = np.ones(len(content.edge_node), np.float16)
    for relation in tags:  # edges of one relation stand in the order of its sorted CSR
        weights[(content.edge_relations >> relations.index(relation.name)) & 1 > 0] = relation.matrix.data
    columns["tag-weight"] = weights


def _keys(context: PartContext, columns: dict[str, Column]) -> None:
    """Folded names of people and tags, sorted, with the node of each: how new titles' names are found."""
    types = {name: number for number, name in enumerate(context.node_types) if name not in ("title", "word")}
    kinds = context.content.node_type
    nodes = np.flatnonzero(np.isin(kinds, list(types.values()))).tolist()
    names, called = context.content.node_names, context.node_types
    keyed = sorted((f"{called[kinds[node]]}:{fold(names[node])}".encode(), node) for node in nodes)
    columns["keys"] = Strings.of(key.decode() for key, _ in keyed)
    columns["key-node"] = np.array([node for _, node in keyed], np.int32)
