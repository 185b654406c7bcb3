"""The whole of `reelation train`: a catalogue in, an atlas out.

Catalogue -> graph -> learned vectors + exact parts -> one folder
"""

from __future__ import annotations

import contextlib
import hashlib
import platform
import shutil
import time
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import reelation
from reelation.atlas.manifest import Manifest
from reelation.atlas.store import Atlas, write_atlas
from reelation.catalogue.store import Catalogue
from reelation.errors import AtlasError
from reelation.features.senses import read_senses
from reelation.features.text import text_map
from reelation.graph.build import GraphOptions, build_graph
from reelation.media.store import MediaVectors
from reelation.seeds import resolve_seed
from reelation.training import fusing
from reelation.training.assemble import assemble
from reelation.training.fusing import FusingConfig
from reelation.training.learn import LearnConfig, learn
from reelation.training.loop import saved_seed
from reelation.training.pairs import Pair, fit_to_pairs
from reelation.training.parts import PARTS, PartContext, build_parts
from reelation.training.parts.settings import PartSettings
from reelation.training.recipe import Recipe, plan_facets
from reelation.training.recommender_config import RecommenderConfig

_LIBRARIES = ("numpy", "scipy", "polars", "torch", "torch-geometric", "numba", "networkit")


@dataclass(frozen=True)
class TrainConfig:
    """Everything that decides an atlas, besides the catalogue."""

    graph: GraphOptions = field(default_factory=GraphOptions)
    learn: LearnConfig = field(default_factory=LearnConfig)
    recipe: Recipe = field(default_factory=Recipe)
    seed: int | None = None
    """None takes that of the atlas in the folder, so that answers change no more than the catalogue did; where there is
    none, it draws one. The manifest has it."""
    recommender: RecommenderConfig = field(default_factory=RecommenderConfig)
    text_encoder: str | None = None
    """Name and version of the encoder of the text vectors, so that texts of new titles can be read."""
    parts: tuple[str, ...] = PARTS
    """Optional parts to make; see `reelation.training.parts`."""
    settings: PartSettings = field(default_factory=PartSettings)
    """Methods of the parts that have several."""
    fusing: FusingConfig = field(default_factory=FusingConfig)
    """Where there are pictures or sound."""


def train(
    catalogue: Catalogue,
    folder: Path,
    config: TrainConfig | None = None,
    *,
    text: NDArray[np.float32] | None = None,
    media: MediaVectors | None = None,
    pairs: frozenset[Pair] = frozenset(),
    checkpoint: Path | None = None,
) -> Atlas:
    """Train on `catalogue` and write the atlas into `folder`.

    Args:
        catalogue: what to learn from.
        folder: gets the atlas; an earlier one in it stays readable until the new one is whole.
        config: what to do.
        text: [titles, width] text vectors in the catalogue's order of titles; made `compact` here.
        media: what `reelation extract` wrote, for the facets look and sound.
        pairs: rows of titles that belong together, for the weights; see `reelation.training.pairs`.
        checkpoint: a folder where an interrupted training of the same catalogue and config goes on, with the seed
            that it had where the config names none. What runs left there goes when the atlas is written.

    Raises:
        DataError: the catalogue has no titles, or they share nothing.
    """
    config, began = config or TrainConfig(), time.monotonic()
    run = checkpoint / f"run-{_fingerprint(catalogue.hash, config, text)}" if checkpoint is not None else None
    interrupted = saved_seed(run) if run is not None and config.seed is None else None
    before = _earlier(folder)
    named = config.seed if interrupted is None else interrupted
    seed = resolve_seed(before.manifest.seed if named is None and before is not None else named)
    graph = build_graph(catalogue, config.graph)
    mapped = text_map(text) if text is not None else None
    text = mapped(text) if mapped is not None and text is not None else None
    learned = learn(graph, config.learn, seed, text=text, checkpoint=run)
    senses = read_senses(media, list(graph.nodes["title"].ids)) if media is not None else ()
    plans = plan_facets(graph, learned.blocks, config.recipe, seed, text, senses)
    fit = fit_to_pairs(graph, plans, pairs, seed) if pairs else None
    plans = fit.plans if fit else plans
    assembled = assemble(graph, catalogue, plans)
    fused = fusing.fuse(graph, assembled.content, assembled.facets, senses, text, seed, config.fusing)
    content = fused.content if fused is not None else assembled.content
    context = PartContext(
        graph=graph,
        catalogue=catalogue,
        content=content,
        facets=assembled.facets,
        node_types=assembled.node_types,
        relations=assembled.relations,
        plans=plans,
        learned=learned,
        learn=config.learn,
        recommender=config.recommender,
        recipe=config.recipe,
        text=text,
        text_map=mapped,
        text_encoder=config.text_encoder,
        seed=seed,
        previous=before,
        settings=config.settings,
        senses=senses,
        fused=fused,
    )
    parts = build_parts(context, config.parts)
    manifest = Manifest(
        facets=assembled.facets,
        node_types=assembled.node_types,
        relations=assembled.relations,
        titles=len(graph),
        width=content.vectors.shape[1],
        seed=seed,
        catalogue_hash=catalogue.hash,
        sources=tuple(asdict(source) for source in catalogue.sources),
        config=asdict(config),
        scores={
            "training": learned.history.to_json(),
            **({"audience": learned.audience.to_json()} if learned.audience else {}),
            "learned_facet_weights": {name: round(value, 6) for name, value in learned.facet_weights.items()},
            **({"genres": asdict(learned.genres)} if learned.genres else {}),
            **({"pairs": fit.figures()} if fit else {}),
            **({"fusion": fusing.about(fused)} if fused else {}),
            "seconds": round(time.monotonic() - began, 2),
        },
        libraries={"python": platform.python_version(), **library_versions()},
        reelation=reelation.__version__,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    atlas = write_atlas(folder, content, manifest, parts)
    if checkpoint is not None:
        for old in checkpoint.glob("run-*"):
            shutil.rmtree(old, ignore_errors=True)
        with contextlib.suppress(OSError):  # it holds something of the user's, or was never made
            checkpoint.rmdir()
    return atlas


def _earlier(folder: Path) -> Atlas | None:
    try:
        return Atlas.open(folder)
    except AtlasError:
        return None


def _fingerprint(catalogue_hash: str, config: TrainConfig, text: NDArray[np.float32] | None) -> str:
    """What decides a training besides its seed, in 16 letters: a checkpoint of anything else is not gone on with."""
    content = [catalogue_hash, repr(replace(config, seed=None))]
    content += [hashlib.sha256(text.tobytes()).hexdigest()] if text is not None else []
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:16]


def library_versions() -> dict[str, str]:
    """Versions of what vectors depend on."""
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
