"""What came since the training folded in by `reelation update`, against training anew on all of it.

    python benchmarks/updating.py wikidata_films ml-latest-small-2018 --pairs wikidata_films/relation_pairs.tsv.gz

Imports the sources as one catalogue, leaves 1 % of the titles (by lot) and the last 2 % of the events out, trains,
updates with the whole, and trains anew on the whole with the same seed. Prints one line of JSON: seconds of the update
(by the clock and of the processor; lists, groups and map included), how many of a title's 20 closest are the same as
after training anew (titles that were there, new titles, and the earlier atlas for comparison, among titles that it
has), and retrieval within series for both.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from held_out import without
from reelation.atlas.store import Atlas
from reelation.catalogue.schema import TABLES
from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.evaluation.datasets.wikidata_series import series_groups
from reelation.evaluation.retrieval import evaluate_retrieval, group_labels
from reelation.search.exact import Measure, Scorer, nearest
from reelation.seeds import generator
from reelation.sources.importing import import_paths
from reelation.training.learn import LearnConfig
from reelation.training.run import TrainConfig, train
from reelation.training.update import update

K = 20


def earlier(catalogue: Catalogue, folder: Path, left_out: set[str], share: float) -> Catalogue:
    """The catalogue without some titles and without the last `share` of its events."""
    whole = without(catalogue, folder / "titles", left_out)
    tables = {name: whole.table(name) for name in TABLES}
    tables["events"] = tables["events"].sort("time").head(int(len(tables["events"]) * (1 - share)))
    return write_catalogue(folder / "earlier", tables, catalogue.sources)


def closest(atlas: Atlas, ids: list[str], among: set[str]) -> list[set[str]]:
    """Ids of the `K` titles closest to each, among some only."""
    scorer, allowed = Scorer(atlas, Measure.of(atlas)), np.array([key in among for key in atlas.titles.ids])
    found = []
    for key in ids:
        row = atlas.titles.row(key)
        rows = nearest(scorer.scores(row), K, allowed=allowed, without=row)
        found.append({atlas.titles[other] for other in rows.tolist()})
    return found


def agreement(some: list[set[str]], others: list[set[str]]) -> float:
    """Mean share of the closest that are the same."""
    return round(float(np.mean([len(mine & theirs) / K for mine, theirs in zip(some, others, strict=True)])), 4)


def retrieval(atlas: Atlas, labels: dict[int, set[int]]) -> dict[str, float]:
    """MRR and recall of the other films of a series."""
    scorer = Scorer(atlas, Measure.of(atlas))
    found = evaluate_retrieval(lambda rows: np.stack([scorer.scores(int(row)) for row in rows]), labels)
    means = {"MRR": found.reciprocal_rank, "recall@10": found.recall_10, "recall@50": found.recall_50}
    return {name: round(float(values.mean()), 4) for name, values in means.items()}


def measure(catalogue: Catalogue, pairs: Path, asked: int, seed: int, folder: Path) -> dict[str, Any]:
    """See this module's docstring."""
    ids = catalogue.table("titles")["title_id"].sort().to_list()
    lot = generator(seed, "updating").permutation(len(ids)).tolist()
    new = [ids[i] for i in lot[: len(ids) // 100]]
    old = [ids[i] for i in lot[len(ids) // 100 :][:asked]]
    config = TrainConfig(seed=seed, learn=LearnConfig(threads=1))
    before = train(earlier(catalogue, folder, set(new), 0.02), folder / "atlas", config)
    there, everything = set(before.titles.ids), set(ids)
    stale = closest(before, old, there)
    began, worked = time.perf_counter(), time.process_time()
    done = update(catalogue, folder / "atlas")
    seconds, busy = time.perf_counter() - began, time.process_time() - worked
    began, worked = time.perf_counter(), time.process_time()
    anew = train(catalogue, folder / "anew", config)
    again, again_busy = time.perf_counter() - began, time.process_time() - worked
    labels = group_labels(series_groups(pairs, catalogue))
    return {
        "titles": len(ids),
        "new titles": done.new,
        "new events": done.events - done.events_before,
        "seconds": round(seconds, 2),
        "seconds of the processor": round(busy, 2),
        "training anew, seconds": round(again, 1),
        "training anew, of the processor": round(again_busy, 1),
        "overlap": agreement(closest(done.atlas, old, everything), closest(anew, old, everything)),
        "overlap, new titles": agreement(closest(done.atlas, new, everything), closest(anew, new, everything)),
        "overlap, not updated": agreement(stale, closest(anew, old, there)),
        "series asked": len(labels),
        "update": retrieval(done.atlas, labels),
        "anew": retrieval(anew, labels),
    }


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("--pairs", type=Path, required=True, help="relation_pairs.tsv.gz, for series")
    parser.add_argument("--titles", type=int, default=3000, help="how many earlier titles are asked for their closest")
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        catalogue = import_paths(options.sources, Path(name) / "catalogue").catalogue
        print(json.dumps(measure(catalogue, options.pairs, options.titles, options.seed, Path(name))))


if __name__ == "__main__":
    main()
