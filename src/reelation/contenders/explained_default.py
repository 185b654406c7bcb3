"""The default model, trained, with the score of a pair computed anew when things are deleted from both titles.

ExplanationProblem  ->  ExplainedDefault.train  ->  .pair(a, b).scores(kept)

What is deleted is gone from the graph before anything else: the titles' own channels are made again, and so are the
averages over the titles that they share people or companies with, which the trained network then reads; exact blocks
and terms by `reelation.insights.deletion`. What was fitted stays: rarities, random directions, the network, weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse

from reelation.atlas.manifest import Manifest
from reelation.atlas.store import Atlas, write_atlas
from reelation.catalogue.schema_names import ROLES
from reelation.draws import lot
from reelation.evaluation.tasks.explanations import ExplanationProblem, Kept
from reelation.features.propagate import (
    MAIN_ROLES,
    PEOPLE_DRAW,
    Channel,
    averaging,
    channels,
    directions,
    tag_draw,
)
from reelation.graph.build import Graph, Relation, idf, union
from reelation.insights.deletion import NUMBERS, Deletion
from reelation.models.propagate_learn import PropagateLearn, PropagateLearnConfig
from reelation.rows import unit_rows
from reelation.search.exact import Measure
from reelation.training.assemble import assemble
from reelation.training.learn import LearnConfig, Learned, embed_all
from reelation.training.loop import fit
from reelation.training.objectives import Relatedness
from reelation.training.parts import PartContext, build_parts
from reelation.training.recipe import Recipe, plan_facets
from reelation.training.walks import Walks

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class _Own:
    """A channel of a title's own things, and how it is made of them."""

    kind: str
    """Node type."""
    matrix: sparse.csr_array
    weights: Floats
    """[things]."""
    towards: Floats | None
    """[things, width] directions, weights included; None where every thing has a column."""

    def rows(self, row: int, kept: Kept, things: NDArray[np.int64]) -> Floats:
        """[variants, width] of one title when only some of its things are left.

        Args:
            row: the title.
            kept: [variants, its things in `matrix`].
            things: [its things] columns of `matrix`.
        """
        start, stop = self.matrix.indptr[row : row + 2]
        amounts = kept * self.matrix.data[start:stop]
        if self.towards is not None:
            return unit_rows(np.asarray(amounts @ self.towards[things], np.float32))
        found = np.zeros((len(kept), self.matrix.shape[1]), np.float32)
        found[:, things] = amounts * self.weights[things]
        return unit_rows(found)


class ExplainedDefault:
    """Network, exact parts and an atlas of both."""

    def __init__(self, problem: ExplanationProblem, seed: int, config: LearnConfig | None = None) -> None:
        """Train, and write an atlas into a temporary folder.

        Args:
            problem: what to train on.
            seed: of training.
            config: of the default network, with relatedness as the objective.
        """
        config = config or LearnConfig(threads=1)
        assert isinstance(config.model, PropagateLearnConfig)
        self._graph, self._config = problem.graph, config
        torch.set_num_threads(config.threads)
        torch.manual_seed(seed)
        self._channels = channels(problem.graph, seed, config.inputs)
        self._network = PropagateLearn(self._channels, config.model)
        objective = Relatedness(Walks(problem.graph), len(problem.graph), seed, config.relatedness)
        history = fit(self._network, objective, config.fit, seed, None)
        vectors = embed_all(self._network, len(problem.graph))
        starts = np.cumsum([0, *self._network.facets.values()])
        bounds = zip(self._network.facets, starts[:-1], starts[1:], strict=True)
        learned = Learned({name: vectors[:, a:b] for name, a, b in bounds}, {}, history)
        self._folder = TemporaryDirectory(prefix="reelation-")
        self.atlas = _atlas(problem, learned, config, seed, Path(self._folder.name) / "atlas")
        self._own = {channel.name: own for channel in self._channels if (own := self._made(channel, seed)) is not None}
        self._wide = np.concatenate([self._values(name) for name in self._own_names()], axis=1)
        self._paths = {name: _Path(relations) for name, relations in _paths(problem.graph).items() if relations}

    def pair(self, a: int, b: int) -> DefaultPair:
        """See `reelation.evaluation.tasks.explanations.Explainer.pair`."""
        return DefaultPair(self, a, b)

    def learned(self, pair: tuple[int, int], kept: Kept, deletion: Deletion) -> NDArray[np.float64]:
        """[variants, facets] inner products of the network's unit-length blocks, made anew.

        Args:
            pair: rows.
            kept: [variants, things of `deletion`].
            deletion: says which thing is which.
        """
        own = [self._own_rows(row, kept, deletion) for row in pair]
        made = [{name: rows.astype(np.float16) for name, rows in side.items()} for side in own]
        for name, path in self._paths.items():
            wide = [np.concatenate([side[own] for own in self._own_names()], axis=1) for side in made]
            averages = path.averages(pair, [self._there(name, row, kept, deletion) for row in pair], wide, self._wide)
            at = 0
            for own_name in self._own_names():
                width = made[0][own_name].shape[1]
                for side, average in zip(made, averages, strict=True):
                    side[f"{own_name} over {name}"] = unit_rows(average[:, at : at + width]).astype(np.float16)
                at += width
        both = [
            Channel(channel.facet, channel.name, np.concatenate([side[channel.name] for side in made]))
            for channel in self._channels
        ]
        assert isinstance(self._config.model, PropagateLearnConfig)
        network = PropagateLearn(both, self._config.model)
        network.load_state_dict(self._network.state_dict())
        vectors = embed_all(network, 2 * len(kept)).astype(np.float64)
        products = vectors[: len(kept)] * vectors[len(kept) :]
        return np.add.reduceat(products, np.cumsum([0, *list(network.facets.values())[:-1]]), axis=1)

    @property
    def facets(self) -> list[str]:
        """Facets of the network, in its order."""
        return list(self._network.facets)

    def _own_names(self) -> list[str]:
        return [channel.name for channel in self._channels if " over " not in channel.name]

    def _values(self, name: str) -> NDArray[np.float16]:
        return next(channel.values for channel in self._channels if channel.name == name)

    def _made(self, channel: Channel, seed: int) -> _Own | None:
        graph, inputs = self._graph, self._config.inputs
        if channel.name in ("era", "runtime") or " over " in channel.name:
            return None
        if channel.name in MAIN_ROLES or channel.name == "crew":
            kind, purpose, width = "person", PEOPLE_DRAW, inputs.people_width
            rest = [relation for relation in graph.of_target("person") if relation.name not in MAIN_ROLES]
            matrix = union(rest) if channel.name == "crew" else graph.relations[channel.name].matrix
        else:
            kind, purpose, width = channel.name, tag_draw(channel.name), inputs.tag_width
            matrix = graph.relations[channel.name].matrix
        weights = idf(matrix)
        projected = matrix.shape[1] > width
        towards = directions(graph.nodes[kind].keys, weights, width, lot(seed, purpose)) if projected else None
        return _Own(kind, matrix, weights, towards)

    def _own_rows(self, row: int, kept: Kept, deletion: Deletion) -> dict[str, Floats]:
        """Channel -> [variants, width] of the title's own things."""
        found = {}
        for channel in self._channels:
            if channel.name in self._own:
                own = self._own[channel.name]
                things = own.matrix.indices[own.matrix.indptr[row] : own.matrix.indptr[row + 1]].astype(np.int64)
                found[channel.name] = own.rows(row, kept[:, self._places(own.kind, things, deletion)], things)
            elif " over " not in channel.name:
                number = {"era": "year"}.get(channel.name, channel.name)
                there = kept[:, len(deletion.nodes) + NUMBERS.index(number), None]
                found[channel.name] = there * channel.values[row].astype(np.float32)
        return found

    def _places(self, kind: str, things: NDArray[np.int64], deletion: Deletion) -> NDArray[np.int64]:
        """Columns of `kept` for things of a type."""
        first = np.searchsorted(self.atlas.node_type, self.atlas.manifest.node_types.index(kind))
        return np.searchsorted(deletion.nodes, things + first)

    def _there(self, path: str, row: int, kept: Kept, deletion: Deletion) -> tuple[NDArray[np.int64], Kept]:
        """Things of a title that a path goes over, and [variants, things] which are left."""
        things = self._paths[path].things(row)
        return things, kept[:, self._places(path, things, deletion)]


class _Path:
    """title -> thing -> title averages, of two titles whose things change; see `features.propagate.averaging`."""

    def __init__(self, relations: Sequence[Relation]) -> None:
        self._first, second = averaging(relations)
        self._second = second.tocsr()
        self._anyone = union(relations)

    def things(self, row: int) -> NDArray[np.int64]:
        """Things of a title, rising."""
        found = self._anyone.indices[self._anyone.indptr[row] : self._anyone.indptr[row + 1]]
        return np.sort(found).astype(np.int64)

    def averages(
        self,
        pair: tuple[int, int],
        there: Sequence[tuple[NDArray[np.int64], Kept]],
        own: Sequence[NDArray[np.float16]],
        values: NDArray[np.float16],
    ) -> list[Floats]:
        """For each title of the pair [variants, width], before scaling to unit length.

        Args:
            pair: rows.
            there: each title's things, and [variants, things] which are left.
            own: each title's own values, [variants, width].
            values: [titles, width] everybody's own values, as trained.
        """
        found = []
        change = [
            fresh.astype(np.float32) - values[row].astype(np.float32) for row, fresh in zip(pair, own, strict=True)
        ]
        for side, row in enumerate(pair):
            things, kept = there[side]
            weights = np.asarray(self._first[[row], :][:, things].toarray()).ravel()
            means = self._second[things]
            near = np.unique(means.indices)
            base = means[:, near] @ values[near].astype(np.float32)
            left = kept * weights
            sums = left.sum(axis=1, keepdims=True)
            left = np.divide(left, sums, out=np.zeros_like(left), where=sums > 0)
            total = left @ base
            for changed, who in zip(change, pair, strict=True):  # the pair's own rows are among those averaged
                part = np.asarray(means[:, [who]].toarray()).ravel()
                total += (left @ part)[:, None] * changed
            found.append(np.asarray(total, np.float32))
        return found


class DefaultPair:
    """Two titles of an `ExplainedDefault`."""

    def __init__(self, model: ExplainedDefault, a: int, b: int) -> None:
        self.model, self.rows = model, (a, b)
        self.deletion = Deletion(model.atlas, a, b, Measure.of(model.atlas))
        self.things = self.deletion.things
        atlas = model.atlas
        self._scale = np.zeros(len(model.facets))
        self._fixed = 0.0
        for facet in atlas.manifest.facets:
            for block in facet.blocks:
                if block.name == "learned":
                    sides = [np.asarray(atlas.vectors[row, block.columns], np.float64) for row in (a, b)]
                    lengths = [np.linalg.norm(side) for side in sides]
                    self._scale[model.facets.index(facet.name)] = lengths[0] * lengths[1]
                    self._fixed += float(sides[0] @ sides[1])

    def scores(self, kept: Kept) -> NDArray[np.float64]:
        """See `reelation.evaluation.tasks.explanations.Pair.scores`; the "dot" score of the atlas."""
        learned = self.model.learned(self.rows, kept, self.deletion) @ self._scale
        return np.asarray(self.deletion.scores(kept) - self._fixed + learned)


def _paths(graph: Graph) -> dict[str, list[Relation]]:
    """Node type -> relations that are averaged over."""
    return {
        "person": [graph.relations[role] for role in ROLES if role in graph.relations],
        "company": [graph.relations["company"]] if "company" in graph.relations else [],
    }


def _atlas(problem: ExplanationProblem, learned: Learned, config: LearnConfig, seed: int, folder: Path) -> Atlas:
    """An atlas as `reelation train` would write it, with only the part that explanations need."""
    from dataclasses import asdict

    recipe = Recipe()
    plans = plan_facets(problem.graph, learned.blocks, recipe, seed)
    made = assemble(problem.graph, problem.catalogue, plans)
    context = PartContext(
        graph=problem.graph,
        catalogue=problem.catalogue,
        content=made.content,
        facets=made.facets,
        node_types=made.node_types,
        relations=made.relations,
        plans=plans,
        learned=learned,
        learn=config,
        recipe=recipe,
        text=None,
        text_map=None,
        text_encoder=None,
        seed=seed,
        previous=None,
    )
    manifest = Manifest(
        facets=made.facets,
        node_types=made.node_types,
        relations=made.relations,
        titles=len(problem.graph),
        width=made.content.vectors.shape[1],
        seed=seed,
        catalogue_hash=problem.catalogue.hash,
        sources=(),
        config={"recipe": asdict(recipe), "learn": asdict(config)},
    )
    return write_atlas(folder, made.content, manifest, build_parts(context, ("evidence",)))
