"""GCN, GAT and GraphSAGE, trained, with a pair's score as a function of the edges around it.

ExplanationProblem  ->  ExplainedPassing  ->  .pair(a, b).scores(kept), .mask() by PyG's GNNExplainer

Two layers see what is two edges away, so a pair's score is computed on the edges that end at the two titles and at
their neighbours; degrees are those of the whole graph. That gives the score of the whole network, which a test checks.
A thing is a neighbour of either title; without it, its edges to both are gone in both directions.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from torch import Tensor, nn
from torch_geometric.explain import Explainer, GNNExplainer, ModelConfig
from torch_geometric.nn import GATv2Conv, GCNConv

from reelation.contenders.related_networks import STEPS
from reelation.evaluation.tasks.explanations import ExplanationProblem, Kept
from reelation.models.message_passing import Kind, MessagePassing, MessagePassingConfig, union_edges
from reelation.training.learn import MESSAGE_PASSING_RATE, LearnConfig, embed_all
from reelation.training.loop import FitConfig, fit
from reelation.training.objectives import Relatedness
from reelation.training.walks import Walks

EPOCHS = 200
"""Of GNNExplainer, as in PyG's own example."""


def config_of(kind: Kind) -> LearnConfig:
    """As in tables of relatedness."""
    model = MessagePassingConfig(kind, hidden=32) if kind == "gat" else MessagePassingConfig(kind)
    return LearnConfig(
        model, fit=FitConfig(steps=STEPS, learning_rate=MESSAGE_PASSING_RATE, validate_every=25), threads=1
    )


class ExplainedPassing:
    """A trained network and its graph."""

    def __init__(self, problem: ExplanationProblem, kind: Kind, seed: int, config: LearnConfig | None = None) -> None:
        """Train as `reelation.training.learn` does.

        Args:
            problem: what to train on.
            kind: of layer.
            seed: of training.
            config: the model is one of `kind`; as in tables of relatedness where None.
        """
        config = config or config_of(kind)
        assert isinstance(config.model, MessagePassingConfig)
        torch.set_num_threads(config.threads)
        torch.manual_seed(seed)
        self.network = MessagePassing(problem.graph, config.model, seed)
        objective = Relatedness(Walks(problem.graph), len(problem.graph), seed, config.relatedness)
        fit(self.network, objective, config.fit, seed, None)
        self.vectors = embed_all(self.network, len(problem.graph))
        """[titles, width] of the whole network, to check by."""
        edges, nodes = union_edges(problem.graph, config.model.most)
        source, target = edges.numpy()
        self.edges = sparse.csr_array((np.ones(len(source), np.float32), (target, source)), shape=(nodes, nodes))
        """[nodes, nodes] 1 where a message goes from the column to the row."""
        self.degree = np.diff(self.edges.indptr)
        with torch.no_grad():
            self.first = self.network.inputs()

    def pair(self, a: int, b: int) -> PassingPair:
        """See `reelation.evaluation.tasks.explanations.Explainer.pair`."""
        return PassingPair(self, a, b)


class PairScore(nn.Module):
    """The score of two nodes, in a form that PyG's explainers can mask the edges of."""

    def __init__(self, network: MessagePassing) -> None:
        super().__init__()
        self.out = network.out
        self.layers = nn.ModuleList(_plain(layer) for layer in network.layers)

    def forward(self, x: Tensor, edge_index: Tensor, weight: Tensor, own: Tensor) -> Tensor:
        """Score nodes 0 and 1.

        Args:
            x: [nodes, hidden] first vectors.
            edge_index: [2, edges] from, to.
            weight: [edges] of messages; GCN only.
            own: [nodes] weight of a node's own message; GCN only.

        Returns:
            [1] the cosine.
        """
        state = x
        for i, layer in enumerate(self.layers):
            if isinstance(layer, GCNConv):
                step = layer(state, edge_index, weight) + own[:, None] * layer.lin(state)
            else:
                step = layer(state, edge_index)
            state = state + (nn.functional.elu(step) if i < len(self.layers) - 1 else step)
        a, b = nn.functional.normalize(self.out(state[:2]), dim=1)
        cosine: Tensor = (a * b).sum().reshape(1)
        return cosine


class PassingPair:
    """Two titles and all that reaches them."""

    def __init__(self, model: ExplainedPassing, a: int, b: int) -> None:
        edges = model.edges
        around = [edges.indices[edges.indptr[row] : edges.indptr[row + 1]] for row in (a, b)]
        neighbours = np.union1d(*around)
        self._things = neighbours[~np.isin(neighbours, [a, b])].astype(np.int64)
        self.things = len(self._things)
        ends = np.concatenate([[a, b], self._things])
        rows = edges[ends].tocoo()
        nodes = np.concatenate([ends, np.setdiff1d(rows.col, ends)])
        place = np.zeros(edges.shape[0], np.int64)
        place[nodes] = np.arange(len(nodes))
        self._source, self._target = place[rows.col], rows.row.astype(np.int64)
        self._degree = model.degree[nodes].astype(np.float32)
        self._x = model.first[torch.from_numpy(nodes)]
        self._score = PairScore(model.network).eval()
        low, high = np.minimum(self._source, self._target), np.maximum(self._source, self._target)
        self._thing = np.where((low < 2) & (high >= 2) & (high < len(ends)), high - 2, -1)
        """[edges] the thing that an edge of either title belongs to, -1 for those further away."""

    def scores(self, kept: Kept) -> NDArray[np.float64]:
        """See `reelation.evaluation.tasks.explanations.Pair.scores`; cosines."""
        with torch.no_grad():
            return np.array([float(self._score(*self._inputs(left))) for left in kept])

    def mask(self, rng: np.random.Generator) -> NDArray[np.float64]:
        """[things] GNNExplainer's mask, summed over the edges of each thing.

        The explainer masks all edges around the pair, the score itself is its target (a regression).

        Source: Ying et al. 2019 (arXiv:1903.03894), `torch_geometric.explain.GNNExplainer`.
        """
        torch.manual_seed(int(rng.integers(2**31)))
        explainer = Explainer(
            self._score,
            algorithm=GNNExplainer(epochs=EPOCHS),
            explanation_type="model",
            edge_mask_type="object",
            model_config=ModelConfig(mode="regression", task_level="graph", return_type="raw"),
        )
        x, edge_index, weight, own = self._inputs(np.ones(self.things, bool))
        found = explainer(x, edge_index, weight=weight, own=own).edge_mask.numpy()
        near = self._thing >= 0
        sums = np.bincount(self._thing[near], weights=found[near], minlength=self.things)
        return np.asarray(sums, np.float64)

    def _inputs(self, left: NDArray[np.bool_]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Arguments of `PairScore.forward` without the edges of things that are not left."""
        kept = np.append(left, True)[self._thing]
        gone = np.bincount(self._target[~kept], minlength=len(self._degree))
        scale = 1 / np.sqrt(self._degree - gone + 1)  # self-loops count, as in GCNConv
        source, target = self._source[kept], self._target[kept]
        weight = torch.from_numpy((scale[source] * scale[target]).astype(np.float32))
        return (
            self._x,
            torch.from_numpy(np.stack([source, target])),
            weight,
            torch.from_numpy((scale * scale).astype(np.float32)),
        )


def _plain(layer: nn.Module) -> nn.Module:
    """A layer on edges instead of a sparse matrix, with the trained one's weights."""
    if isinstance(layer, GCNConv):
        plain: nn.Module = GCNConv(layer.in_channels, layer.out_channels, normalize=False, add_self_loops=False)
    elif isinstance(layer, GATv2Conv):
        plain = GATv2Conv(layer.in_channels, layer.out_channels, heads=layer.heads)
    else:
        plain = type(layer)(layer.in_channels, layer.out_channels)
    plain.load_state_dict(layer.state_dict())
    return plain.requires_grad_(False)
