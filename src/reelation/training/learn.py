"""From a graph to learned title vectors: choose the model, fit it, embed every title.

Graph + LearnConfig  ->  learn  ->  Learned: facet -> [titles, width]
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from reelation.features.propagate import PropagateConfig, channels
from reelation.graph.build import Graph
from reelation.models.base import TitleEncoder
from reelation.models.message_passing import MessagePassing, MessagePassingConfig
from reelation.models.propagate_learn import PropagateLearn, PropagateLearnConfig
from reelation.training.loop import FitConfig, History, fit
from reelation.training.objectives import Relatedness, RelatednessConfig
from reelation.training.walks import Walks

Floats = NDArray[np.float32]

ModelConfig = PropagateLearnConfig | MessagePassingConfig


@dataclass(frozen=True)
class LearnConfig:
    """What to train and how."""

    model: ModelConfig = field(default_factory=PropagateLearnConfig)
    """The class of the config decides the model."""
    inputs: PropagateConfig = field(default_factory=PropagateConfig)
    fit: FitConfig = field(default_factory=FitConfig)
    relatedness: RelatednessConfig = field(default_factory=RelatednessConfig)
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
    encoder = make_encoder(graph, config, seed, text)
    objective = Relatedness(Walks(graph), len(graph), seed, config.relatedness)
    history = fit(encoder, objective, config.fit, seed, checkpoint)
    vectors = embed_all(encoder, len(graph))
    starts = np.cumsum([0, *encoder.facets.values()])
    blocks = {name: vectors[:, a:b] for name, a, b in zip(encoder.facets, starts[:-1], starts[1:], strict=True)}
    with torch.no_grad():
        weights = dict(zip(encoder.facets, encoder.facet_weights().tolist(), strict=True))
    return Learned(blocks, weights, history)


def make_encoder(graph: Graph, config: LearnConfig, seed: int, text: Floats | None = None) -> TitleEncoder:
    """An untrained encoder of the kind that `config.model` asks for, its first weights drawn from `seed`."""
    torch.manual_seed(seed)
    if isinstance(config.model, MessagePassingConfig):
        return MessagePassing(graph, config.model, seed)
    return PropagateLearn(channels(graph, seed, config.inputs, text), config.model)


def embed_all(encoder: TitleEncoder, titles: int, at_once: int = 8192) -> Floats:
    """[titles, width] vectors of every title, from an encoder in evaluation mode."""
    encoder.eval()
    encoder.start_step()
    with torch.no_grad():
        parts = [encoder.embed(torch.arange(at, min(at + at_once, titles))) for at in range(0, titles, at_once)]
    return np.asarray(torch.cat(parts).numpy(), np.float32)
