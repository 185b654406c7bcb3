"""New titles placed without training, against the same titles trained with.

    python benchmarks/placing.py CATALOGUE --titles 300

Leaves titles out of the catalogue, trains without them, places each from its metadata alone, and compares its nearest
titles with those that it has in an atlas trained with it (same seed and config), among the titles that both have.
Beside it stands how much two trainings on the whole catalogue with different seeds agree. Prints one line of JSON: mean
overlap of the nearest K, the same of the reseeded training, and milliseconds to place one (by the clock, and of the
processor, which a busy machine does not change much).
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from held_out import without

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.describing import described

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.engine import Engine
from reelation.search.exact import Measure, Point, Scorer, nearest, point_at
from reelation.seeds import generator
from reelation.training.learn import LearnConfig
from reelation.training.run import TrainConfig, train


def neighbours(atlas: Atlas, point: Point, left_out: set[str], k: int) -> set[str]:
    """Ids of the `k` titles closest to a point, held-out ones not counted."""
    scores = Scorer(atlas, Measure.of(atlas)).scores_of(point)
    ids = [atlas.titles[row] for row in nearest(scores, k + len(left_out)).tolist()]
    return set([key for key in ids if key not in left_out][:k])


def measure(catalogue: Catalogue, titles: int, k: int, seed: int, folder: Path) -> dict[str, Any]:
    """See this module's docstring."""
    ids = catalogue.table("credits")["title_id"].unique().sort().to_list()
    held = {ids[i] for i in generator(seed, "placing").choice(len(ids), titles, replace=False).tolist()}
    smaller = without(catalogue, folder / "catalogue", held)

    def trained(source: Catalogue, name: str, run: int) -> Atlas:
        return train(source, folder / name, TrainConfig(seed=run, learn=LearnConfig(threads=1), parts=("network",)))

    before, whole, again = (
        trained(smaller, "before", seed),
        trained(catalogue, "whole", seed),
        trained(catalogue, "again", seed + 1),
    )
    engine, overlaps, reseeded, seconds, busy = Engine(before), [], [], [], []
    for title, content in described(catalogue, held).items():
        began, worked = time.perf_counter(), time.process_time()
        placed = engine.place(content)
        seconds.append(time.perf_counter() - began)
        busy.append(time.process_time() - worked)
        truth = neighbours(whole, point_at(whole, whole.titles.row(title)), held, k)
        other = neighbours(again, point_at(again, again.titles.row(title)), held, k)
        overlaps.append(len(truth & neighbours(before, placed.point, held, k)) / k)
        reseeded.append(len(truth & other) / k)
    return {
        "titles": len(overlaps),
        "k": k,
        "overlap": round(float(np.mean(overlaps)), 4),
        "overlap_reseeded": round(float(np.mean(reseeded)), 4),
        "ms_median": round(float(np.median(seconds)) * 1e3, 2),
        "ms_p95": round(float(np.quantile(seconds, 0.95)) * 1e3, 2),
        "ms_p95_of_processor": round(float(np.quantile(busy, 0.95)) * 1e3, 2),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("catalogue", type=Path)
    parser.add_argument("--titles", type=int, default=300)
    parser.add_argument("--k", type=int, default=20)
    parser.add_argument("--seed", type=int, default=0)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(measure(Catalogue.open(told.catalogue), told.titles, told.k, told.seed, Path(scratch))))
