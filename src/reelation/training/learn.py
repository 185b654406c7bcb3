"""From a graph to learned title vectors: choose the model, fit it, embed every title.

Graph + LearnConfig  ->  learn  ->  Learned: facet -> [titles, width]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse

from reelation.errors import DataError
from reelation.evaluation.metrics import f1_scores
from reelation.features.audience import audience_matrix
from reelation.features.propagate import PropagateConfig, channels, liking
from reelation.graph.build import Graph
from reelation.graph.hide import without, without_viewers
from reelation.models.base import TitleEncoder
from reelation.models.hetero_passing import HeteroPassing, HeteroPassingConfig
from reelation.models.message_passing import MessagePassing, MessagePassingConfig
from reelation.models.propagate_learn import FacetNetwork, PropagateLearn, PropagateLearnConfig
from reelation.seeds import generator
from reelation.training.audience import AudienceConfig, learn_audience
from reelation.training.loop import FitConfig, History, fit
from reelation.training.objectives import Genres, Relatedness, RelatednessConfig
from reelation.training.walks import Rows, Walks

Floats = NDArray[np.float32]

ModelConfig = PropagateLearnConfig | MessagePassingConfig | HeteroPassingConfig

MESSAGE_PASSING_RATE = 1e-2
"""Peak step size that suits GCN, GAT and GraphSAGE; with `FitConfig`'s they learn a third as fast (held-out walks)."""


@dataclass(frozen=True)
class LearnConfig:
    """What to train and how."""

    model: ModelConfig = field(default_factory=PropagateLearnConfig)
    """The class of the config decides the model."""
    inputs: PropagateConfig = field(default_factory=PropagateConfig)
    fit: FitConfig = field(default_factory=lambda: FitConfig(tie=0.05))
    objective: Literal["relatedness", "genres"] = "relatedness"
    """Self-supervised from walks, or supervised by genre."""
    relatedness: RelatednessConfig = field(default_factory=RelatednessConfig)
    audience: AudienceConfig = field(default_factory=AudienceConfig)
    """The audience facet of the default network, where there are viewing histories."""
    threads: int = 2
    """Threads for PyTorch; more cores are seldom worth it at this size."""


@dataclass(frozen=True)
class Learned:
    """Vectors of all titles, and how they came about."""

    blocks: dict[str, Floats]
    """Facet -> [titles, width], unit-length rows."""
    facet_weights: dict[str, float]
    """The training's own shares of the facets; they add up to 1."""
    history: History
    """Of the content's network; `audience` has that of the audience's."""
    genres: GenreScores | None = None
    """Only where genres were the objective."""
    audience: History | None = None
    """Only of the default network, and where there are viewing histories."""
    networks: dict[str, FacetNetwork] = field(default_factory=dict)
    """Facet -> the default network's part of it; empty for other models."""


def learn(
    graph: Graph, config: LearnConfig, seed: int, *, text: Floats | None = None, checkpoint: Path | None = None
) -> Learned:
    """Train an encoder on relatedness and embed every title.

    Args:
        graph: what to train on.
        config: model and training.
        seed: the same seed gives the same vectors on the same machine.
        text: [titles, width] text vectors, zero rows where there is none.
        checkpoint: a folder where an interrupted run goes on.

    Raises:
        DataError: no two titles share anything.
    """
    torch.set_num_threads(config.threads)
    scores: GenreScores | None = None
    if config.objective == "genres":
        split = genre_split(graph, seed)
        graph = without(graph, ["genre"])  # of training titles too: a model that sees its own genre learns nothing else
        encoder = make_encoder(graph, config, seed, text)
        genres = Genres(split.labels, split.train, split.validation, sum(encoder.facets.values()))
        history = fit(encoder, genres, config.fit, seed, checkpoint)
        threshold, validation = genres.best_threshold(encoder)
        predicted = genres.probabilities(encoder, split.test) >= threshold
        test = f1_scores(split.labels[split.test], predicted)
        scores = GenreScores(len(split.test), threshold, validation, test.macro, test.micro)
    else:
        if isinstance(config.model, PropagateLearnConfig) and (seen := _shared(graph)) is not None:
            return _learn_with_audience(graph, seen, config, seed, text=text, checkpoint=checkpoint)
        encoder = make_encoder(graph, config, seed, text)
        history = _fit_relatedness(encoder, graph, config, seed, checkpoint)
    networks = encoder.export() if isinstance(encoder, PropagateLearn) else {}
    return Learned(*_blocks(encoder, len(graph)), history, scores, networks=networks)


def _shared(graph: Graph) -> sparse.csr_array | None:
    """Who has seen what, where at least one viewer likes two titles."""
    liked, seen = liking(graph), audience_matrix(graph)
    return seen if liked is not None and np.bincount(liked.indices, minlength=1).max() > 1 else None


def _learn_with_audience(
    graph: Graph,
    seen: sparse.csr_array,
    config: LearnConfig,
    seed: int,
    *,
    text: Floats | None = None,
    checkpoint: Path | None = None,
) -> Learned:
    """The default network on content alone, and one for the audience that reads content and viewers."""
    assert isinstance(config.model, PropagateLearnConfig)
    content = channels(without_viewers(graph), seed, config.inputs, text)
    torch.manual_seed(seed)
    encoder = PropagateLearn(content, config.model, graph.nodes["title"].keys)
    history = _fit_relatedness(encoder, graph, config, seed, checkpoint)
    blocks, weights = _blocks(encoder, len(graph))
    blocks["audience"], after, network = learn_audience(graph, seen, content, config.audience, seed, checkpoint)
    return Learned(blocks, weights, history, audience=after, networks=encoder.export() | {"audience": network})


def _fit_relatedness(
    encoder: TitleEncoder, graph: Graph, config: LearnConfig, seed: int, checkpoint: Path | None
) -> History:
    objective = Relatedness(Walks(graph), len(graph), seed, config.relatedness)
    return fit(encoder, objective, config.fit, seed, checkpoint)


def _blocks(encoder: TitleEncoder, titles: int) -> tuple[dict[str, Floats], dict[str, float]]:
    """Facet -> [titles, width], and the training's shares of the facets."""
    vectors = embed_all(encoder, titles)
    starts = np.cumsum([0, *encoder.facets.values()])
    with torch.no_grad():
        weights = dict(zip(encoder.facets, encoder.facet_weights().tolist(), strict=True))
    return {name: vectors[:, a:b] for name, a, b in zip(encoder.facets, starts[:-1], starts[1:], strict=True)}, weights


@dataclass(frozen=True)
class GenreScores:
    """How well genres of titles were predicted that the graph did not show."""

    titles: int
    """Test titles; looked at once, after training."""
    threshold: float
    """Chosen on validation titles."""
    validation_macro_f1: float
    macro_f1: float
    micro_f1: float


@dataclass(frozen=True)
class GenreSplit:
    """Titles with genres, split 8:1:1."""

    labels: Floats
    """[titles, genres] 0 or 1; genres of at least 20 titles."""
    train: Rows
    validation: Rows
    test: Rows


def genre_split(graph: Graph, seed: int) -> GenreSplit:
    """Labels and a random 8:1:1 split of the titles that have one of the commoner genres.

    Raises:
        DataError: fewer than 50 titles have a genre of at least 20 titles.
    """
    relation = graph.relations.get("genre")
    counts = np.bincount(relation.matrix.indices, minlength=relation.matrix.shape[1]) if relation else np.zeros(0)
    common = np.flatnonzero(counts >= 20)
    labels = (relation.matrix[:, common].toarray() > 0).astype(np.float32) if relation and len(common) else None
    titles = np.flatnonzero(labels.any(axis=1)) if labels is not None else np.zeros(0, np.int64)
    if labels is None or len(titles) < 50:
        raise DataError("Too few titles have genres to learn genres from; at least 50 are needed.")
    shuffled = generator(seed, "genre split").permutation(titles)
    first, second = int(0.8 * len(titles)), int(0.9 * len(titles))
    return GenreSplit(labels, shuffled[:first], shuffled[first:second], shuffled[second:])


def make_encoder(graph: Graph, config: LearnConfig, seed: int, text: Floats | None = None) -> TitleEncoder:
    """An untrained encoder of the kind that `config.model` asks for, its first weights drawn from `seed`."""
    torch.manual_seed(seed)
    if isinstance(config.model, MessagePassingConfig):
        return MessagePassing(graph, config.model, seed)
    if isinstance(config.model, HeteroPassingConfig):
        return HeteroPassing(graph, config.model, seed)
    return PropagateLearn(channels(graph, seed, config.inputs, text), config.model, graph.nodes["title"].keys)


def embed_all(encoder: TitleEncoder, titles: int, at_once: int = 8192) -> Floats:
    """[titles, width] vectors of every title, from an encoder in evaluation mode."""
    encoder.eval()
    encoder.start_step()
    with torch.no_grad():
        parts = [encoder.embed(torch.arange(at, min(at + at_once, titles))) for at in range(0, titles, at_once)]
    return np.asarray(torch.cat(parts).numpy(), np.float32)
