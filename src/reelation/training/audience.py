"""Learned audience: who would watch both, read off what a title is, so that a title that nobody has rated has one too.

    content channels + "seen by"  ->  one small network, trained on walks title -> viewer -> title  ->  [titles, width]

The network sees viewers through one channel among many and has to do without it in a third of its examples, so it
learns which people, genres, texts and years share an audience.

Source: from content to collaborative vectors, Volkovs et al. 2017 (DropoutNet, NeurIPS) and Barkan et al. 2019
(CB2CF, arXiv:1611.00384); here with the contrastive loss of `reelation.training.objectives`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse

from reelation.draws import Keys
from reelation.features.audience import audience_vectors
from reelation.features.propagate import Channel
from reelation.graph.build import Graph
from reelation.models.propagate_learn import FacetNetwork, PropagateLearn, PropagateLearnConfig
from reelation.rows import unit_rows
from reelation.training.loop import FitConfig, History, fit
from reelation.training.objectives import Relatedness, RelatednessConfig
from reelation.training.walks import Walks

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class AudienceConfig:
    """How the audience is learned; the defaults were chosen on validation pairs (docs/research/relatedness.md)."""

    model: PropagateLearnConfig = field(default_factory=PropagateLearnConfig)
    fit: FitConfig = field(default_factory=lambda: FitConfig(steps=250, tie=0.1))
    relatedness: RelatednessConfig = field(default_factory=RelatednessConfig)
    seen_width: int = 16
    """Axes of the channel that says who has seen a title; few, or single viewers are learned by heart."""
    shrink: float = 20.0
    """See `audience_vectors`."""
    idf_power: float = 3.0
    """How much less walks go through viewers who have seen a lot; see `Walks`."""
    start_power: float = 1.0
    """A title that n viewers like starts n^start_power times as many walks as one with a single viewer."""


def seen_by(audience: sparse.csr_array, config: AudienceConfig, seed: int, viewers: Keys | None = None) -> Floats:
    """Who has seen a title, as the network reads it before any step: [titles, columns] float32, unit length."""
    return unit_rows(audience_vectors(audience, config.seen_width, config.shrink, seed, viewers))


def learn_audience(
    graph: Graph,
    audience: sparse.csr_array,
    content: Sequence[Channel],
    config: AudienceConfig,
    seed: int,
    checkpoint: Path | None = None,
) -> tuple[NDArray[np.float32], History, FacetNetwork]:
    """Train on walks over viewers and embed every title.

    Args:
        graph: whose events to walk on.
        audience: [titles, viewers] see `audience_matrix`.
        content: channels of every facet.
        config: how.
        seed: the same seed gives the same vectors on the same machine.
        checkpoint: a folder where an interrupted run goes on.

    Returns:
        [titles, width] float32 of unit length; what happened; the network.

    Raises:
        DataError: no two titles share a viewer.
    """
    seen = seen_by(audience, config, seed, graph.nodes["viewer"].keys).astype(np.float16)
    inputs = [replace(one, facet="audience", name=f"{one.facet} {one.name}") for one in content]
    torch.manual_seed(seed)
    channels = [*inputs, Channel("audience", "seen by", seen)]
    encoder = PropagateLearn(channels, config.model, graph.nodes["title"].keys)
    walks = Walks(graph, {"liked": 1.0}, config.idf_power)
    if config.start_power > 0:
        likes = np.diff(audience.indptr)[walks.starts]
        walks.starts = np.repeat(walks.starts, np.maximum(1, np.round(likes**config.start_power)).astype(np.int64))
    history = fit(encoder, Relatedness(walks, len(graph), seed, config.relatedness), config.fit, seed, checkpoint)
    with torch.no_grad():
        rows = torch.arange(len(graph))
        parts = [encoder.embed(some) for some in torch.split(rows, 8192)]
    network = encoder.export()["audience"]
    network = network._replace(channels=tuple(name.removeprefix("audience ") for name in network.channels))
    return np.asarray(torch.cat(parts).numpy(), np.float32), history, network
