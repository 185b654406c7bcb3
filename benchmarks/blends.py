"""Whether blends are blends: how the score of the ten titles nearest the middle splits over the two parents.

    python -m benchmarks.blends ATLAS --pairs 300 --out blends.json

Pairs are drawn from the tenth of titles that are best known. A parent contributes where a fifth or more of a title's
score is its own. "Above usual" takes off what the parent gives to titles in general. The baseline: neighbours of one
parent, drawn by chance. `--validation` draws other pairs and compares ways to bring parents to one length.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.create.blend.blend import MEETS, blend
from reelation.create.blend.mixing import Mixed, facet_parts, mixed
from reelation.evaluation.metrics import bootstrap_interval
from reelation.insights.related import Wanted, related
from reelation.messages import messages
from reelation.search.exact import Measure, Point, Scorer, nearest, point_at
from reelation.search.fame import fame_of

Rows = NDArray[np.int64]
Floats = NDArray[np.float64]
K = 10


def well_known_pairs(atlas: Atlas, count: int, seed: int) -> Rows:
    """[count, 2] rows of two different titles among the tenth that is best known."""
    fame = fame_of(atlas)
    if fame is None:
        raise SystemExit("this atlas does not say how well known titles are")
    rows, random = np.flatnonzero(np.asarray(fame) >= 0.9), np.random.default_rng(seed)
    return np.stack([random.choice(rows, 2, replace=False) for _ in range(count)])


def contributions(atlas: Atlas, scorer: Scorer, found: Mixed, rows: Rows, *, above: bool) -> Floats:
    """[titles] the smaller parent's share of each title's score; where `above`, of what is more than usual."""
    parts = facet_parts(scorer, found, rows).sum(axis=2)
    if above:
        parts = parts - np.array([[scorer.scores_of(one).mean()] for one in found.parts])
    parts = np.maximum(parts, 0)
    return np.asarray(parts.min(axis=0) / np.maximum(parts.sum(axis=0), 1e-12))


def scaled_raw(atlas: Atlas, pair: Rows) -> Mixed:
    """The middle of two parents as long as they are."""
    parts = [_times(point_at(atlas, int(row)), 0.5) for row in pair]
    return _joined(atlas, parts)


def scaled_by_closeness(atlas: Atlas, scorer: Scorer, pair: Rows) -> Mixed:
    """The middle of two parents whose ten closest titles score alike."""
    points = [point_at(atlas, int(row)) for row in pair]
    best = [float(np.sort(scorer.scores_of(one))[-K - 1 : -1].mean()) for one in points]
    return _joined(atlas, [_times(one, 0.5 / max(own, 1e-9)) for one, own in zip(points, best, strict=True)])


def _times(point: Point, by: float) -> Point:
    return Point(
        point.vector * np.float32(by),
        point.nodes,
        point.relations,
        point.values * np.float32(by),
        point.norms * by * by,
    )


def _joined(atlas: Atlas, parts: list[Point]) -> Mixed:
    nodes, at = np.unique(np.concatenate([one.nodes for one in parts]), return_inverse=True)
    values = np.bincount(at, np.concatenate([one.values for one in parts]), minlength=len(nodes)).astype(np.float32)
    vector = np.sum([one.vector for one in parts], axis=0)
    whole = Point(vector, nodes, np.zeros(len(nodes), np.uint32), values, parts[0].norms)
    return Mixed(whole, tuple(parts))


def validation(atlas: Atlas, pairs: Rows) -> None:
    """Print how each way to bring parents to one length does."""
    measure = Measure.of(atlas)
    scorer = Scorer(atlas, measure)
    for name in ("as they are", "to one length", "to one closeness"):
        plain, above = [], []
        for pair in pairs:
            found = {
                "as they are": lambda pair=pair: scaled_raw(atlas, pair),
                "to one length": lambda pair=pair: mixed(atlas, pair.tolist(), (0.5, 0.5), measure.weights),
                "to one closeness": lambda pair=pair: scaled_by_closeness(atlas, scorer, pair),
            }[name]()
            allowed = np.ones(len(atlas), bool)
            allowed[pair] = False
            rows = nearest(scorer.scores_of(found.point), K, allowed=allowed)
            plain.append(float(np.mean(contributions(atlas, scorer, found, rows, above=False) >= MEETS)))
            above.append(float(np.mean(contributions(atlas, scorer, found, rows, above=True) >= MEETS)))
        print(f"{name}: both contribute {_told(plain)}, above usual {_told(above)}", flush=True)


def _told(values: list[float]) -> str:
    mean, low, high = bootstrap_interval(np.array(values, np.float64), 0)
    return f"{mean:.3f} ({low:.3f}-{high:.3f})"


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("atlas", type=Path)
    parser.add_argument("--pairs", type=int, default=300)
    parser.add_argument("--validation", action="store_true")
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    atlas = Atlas.open(asked.atlas)
    pairs = well_known_pairs(atlas, asked.pairs, seed=1 if asked.validation else 2)
    if asked.validation:
        validation(atlas, pairs)
        return
    measure, say, random = Measure.of(atlas), messages("en"), np.random.default_rng(0)
    scorer = Scorer(atlas, measure)
    wanted = Wanted(k=K, explain=False)
    found: dict[str, list[float]] = {}
    for pair in pairs:
        a, b = pair.tolist()
        one, two = blend(atlas, a, b, 0.5, wanted, say), blend(atlas, b, a, 0.5, wanted, say)
        middle = mixed(atlas, (a, b), (0.5, 0.5), measure.weights)
        rows = _rows(atlas, one)
        alone = _rows(atlas, related(atlas, (a, b)[int(random.integers(2))], Wanted(k=K, outside=pair, explain=False)))
        for name, some in (("blend", rows), ("neighbours of one parent", alone)):
            for above in (False, True):
                share = contributions(atlas, scorer, middle, some, above=above)
                label = f"{name}: both contribute{', above usual' if above else ''}"
                found.setdefault(label, []).append(float(np.mean(share >= MEETS)))
        found.setdefault("titles that differ when parents change places", []).append(
            float(K - len(np.intersect1d(rows, _rows(atlas, two))))
        )
        for mix, own in ((0.0, a), (1.0, b)):
            ends = _rows(atlas, blend(atlas, a, b, mix, wanted, say))
            same = _rows(atlas, related(atlas, own, Wanted(k=K, outside=pair, explain=False)))
            found.setdefault("overlap at the ends", []).append(float((ends == same).mean()))
        found.setdefault("sentences", []).append(float(np.mean([item.sentence is not None for item in one])))
    for name, values in found.items():
        print(f"| {name} | {_told(values)} |")
    if asked.out:
        told = {name: list(bootstrap_interval(np.array(values), 0)) for name, values in found.items()}
        asked.out.write_text(json.dumps({"pairs": len(pairs), **told}, indent=2))


def _rows(atlas: Atlas, found: object) -> Rows:
    return np.array([atlas.titles.find(one.title.title_id) for one in found], np.int64)  # type: ignore[attr-defined]


if __name__ == "__main__":
    main()
