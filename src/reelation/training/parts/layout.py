"""Where each title stands on the map: two numbers each, steady from one training to the next.

    neighbours + sketch (+ the last atlas's layout)  ->  PaCMAP, UMAP or PCA  ->  turned onto the last layout

A map is 1 wide: of the titles' x and y, whichever spreads more has its middle 98 % within -0.5 to 0.5.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.errors import AtlasError, MissingExtraError
from reelation.ids import Vocabulary
from reelation.training.parts import PartContext
from reelation.training.parts.neighbours import Neighbours

Floats = NDArray[np.float32]

_FEW = 60
"""Titles without a neighbourhood worth a method: below this, the two main axes are the map."""
_ENOUGH = 0.2
"""Share of titles that the last layout must have for the new one to go on from it."""


@dataclass(frozen=True)
class Placed:
    """Positions and how they came about."""

    positions: Floats
    """[titles, 2]."""
    method: str
    """"pacmap", "umap" or "pca"."""
    units: float
    """How many of the method's own units one map's width is, to go on from here."""
    aligned: bool
    """Whether the last atlas's layout was gone on from."""
    steady: float | None = None
    """Share of the titles of both layouts that stand within a tenth of the map's width of where they stood."""


def build(context: PartContext) -> Part | None:
    """`position` [titles, 2] float32 and `renown` [titles] 0 to 1; None for fewer than three titles."""
    placed = context.layout
    if placed is None:
        return None
    about: dict[str, Any] = {"method": placed.method, "units": round(placed.units, 4), "aligned": placed.aligned}
    if placed.steady is not None:
        about["steady"] = round(placed.steady, 4)
    return Part({"position": placed.positions, "renown": context.renown}, about)


def lay_out(context: PartContext) -> Placed | None:
    """Place all titles by the method of the settings; None for fewer than three titles.

    The two main axes are taken instead where there are few titles, or where PaCMAP's numba is not installed.

    Raises:
        MissingExtraError: UMAP was asked for and is not installed.
    """
    titles = len(context.graph)
    if titles < 3:
        return None
    earlier = _earlier(context.previous, context.graph.nodes["title"])
    kind: str = "pca" if titles < _FEW else context.settings.layout
    start = _start(earlier, context.neighbours) if earlier else None
    try:
        raw = _METHODS[kind](context.neighbours, context.sketch, context.seed, start)
    except ModuleNotFoundError:
        if kind != "pacmap":
            raise
        kind, raw = "pca", main_axes(context.sketch)
    width = _width(raw)
    positions = np.asarray((raw - np.median(raw, axis=0)) / width, np.float32)
    if earlier is None:
        return Placed(positions, kind, width, aligned=False)
    there = earlier.there
    positions, scale = align(positions, earlier.positions, there)
    moved = np.linalg.norm(positions[there] - earlier.positions[there], axis=1)
    return Placed(positions, kind, width / scale, aligned=True, steady=float((moved <= 0.1).mean()))


def main_axes(sketch: Floats) -> Floats:
    """[titles, 2] the two main axes of the sketch; each axis points to where its largest column lies."""
    centred = sketch - sketch.mean(axis=0)
    _, vectors = np.linalg.eigh((centred.T @ centred).astype(np.float64))
    axes = vectors[:, :-3:-1]
    axes = axes * np.sign(axes[np.abs(axes).argmax(axis=0), [0, 1]])
    return np.asarray(centred @ axes, np.float32)


def align(positions: Floats, onto: Floats, there: NDArray[np.bool_]) -> tuple[Floats, float]:
    """Turn, mirror, scale and shift `positions` so that they lie on `onto` as well as they can.

    Args:
        positions: [titles, 2].
        onto: [titles, 2].
        there: [titles] which titles to fit by.

    Returns:
        The moved positions, and by how much they were scaled.

    Source: Schoenemann & Carroll 1970, doi:10.1007/BF02291478 (orthogonal Procrustes with scaling).
    """
    a, b = positions[there].astype(np.float64), onto[there].astype(np.float64)
    centre, target = a.mean(axis=0), b.mean(axis=0)
    u, singular, v = np.linalg.svd((a - centre).T @ (b - target))
    spread = float(((a - centre) ** 2).sum())
    scale = float(singular.sum()) / spread if spread > 0 else 1.0
    if not 0.2 < scale < 5:  # the two have nothing in common: keep the size
        scale = 1.0
    return np.asarray(scale * (positions - centre) @ (u @ v) + target, np.float32), scale


@dataclass(frozen=True)
class _Earlier:
    positions: Floats
    """[titles, 2] where the last layout had them; 0 for titles that it had not."""
    there: NDArray[np.bool_]
    units: float
    method: str


def _earlier(previous: Atlas | None, titles: Vocabulary) -> _Earlier | None:
    """The last atlas's layout by the rows of the new one; None where there is none or it has few of the titles."""
    try:
        part = previous.part("layout") if previous is not None else None
    except AtlasError:
        return None
    if previous is None or part is None:
        return None
    rows = np.array([-1 if (row := previous.titles.find(title)) is None else row for title in titles.ids])
    there = rows >= 0
    if there.sum() < max(3, _ENOUGH * len(titles)):
        return None
    positions = np.zeros((len(titles), 2), np.float32)
    positions[there] = part.array("position")[rows[there]]
    return _Earlier(positions, there, float(part.about["units"]), part.about["method"])


def _start(earlier: _Earlier, neighbours: Neighbours) -> Floats:
    """[titles, 2] in the method's units: a title that the last layout lacks begins amid its neighbours."""
    placed, known = earlier.positions.copy(), earlier.there.copy()
    rows, columns = np.nonzero(neighbours.rows >= 0)
    links = sparse.csr_array(
        (neighbours.cosines[rows, columns], (rows, neighbours.rows[rows, columns])), shape=(len(placed), len(placed))
    )
    for _ in range(3):
        weight = links @ known.astype(np.float32)
        fresh = ~known & (weight > 0)
        placed[fresh] = (links @ (placed * known[:, None]))[fresh] / weight[fresh, None]
        known |= fresh
    return placed * np.float32(earlier.units)


def _by_pacmap(neighbours: Neighbours, sketch: Floats, seed: int, start: Floats | None) -> Floats:
    from reelation.training.parts.pacmap import pacmap

    begin = 0.01 * main_axes(sketch) if start is None else start
    return pacmap(neighbours.rows, sketch, seed, begin, refine=start is not None)


def _by_umap(_neighbours: Neighbours, sketch: Floats, seed: int, _start: Floats | None) -> Floats:
    try:
        import umap
    except ModuleNotFoundError as error:
        raise MissingExtraError("A layout by UMAP", "umap") from error
    axes = main_axes(sketch)  # it stretches every start to a square, so the last layout is no use as one
    return np.asarray(umap.UMAP(init=10 * axes / _width(axes), random_state=seed, n_jobs=1).fit_transform(sketch))


def _by_pca(_neighbours: Neighbours, sketch: Floats, _seed: int, _start: Floats | None) -> Floats:
    return main_axes(sketch)


_METHODS: dict[str, Callable[[Neighbours, Floats, int, Floats | None], Floats]] = {
    "pacmap": _by_pacmap,
    "umap": _by_umap,
    "pca": _by_pca,
}


def _width(positions: Floats) -> float:
    """How far the middle 98 % of titles reach, in the direction in which that is more."""
    low, high = np.percentile(positions, [1, 99], axis=0)
    return max(float((high - low).max()), 1e-9)
