"""Who will work together: a model of earlier years against neighbourhood measures and popularity, on years after.

    python -m benchmarks.collaborations CATALOGUE ... --until 2009 --seeds 1

Learned from splits at the ends of the years `until` - 10 and `until` - 5, whose windows of five years end by `until`;
judged once on pairs that first work together in the five years after it, over all people who find somebody new (or
`--people` of them by lot). `--earlier 5` moves all that back: settings were chosen there. See
`reelation.evaluation.collaborations` for what hits@50 and AUC are.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from reelation.catalogue.store import Catalogue
from reelation.evaluation.collaborations import Judged, Ranking, Split, baselines, interval, judge
from reelation.graph.build import build_graph
from reelation.search.collaborating import YEARS, PairModel
from reelation.training.assemble import assemble
from reelation.training.pair_model import PairConfig, fit, groups


def judged(
    folder: Path, until: int, people: int | None, seed: int
) -> tuple[Split, dict[str, Judged], dict[str, float]]:
    """Fit on the two splits before `until`, judge on the one at it."""
    graph = build_graph(Catalogue.open(folder))
    made = assemble(graph, None, [])
    splits = [
        Split.of(made.content, made.node_types, made.relations, until - back * YEARS, YEARS) for back in (2, 1, 0)
    ]
    earlier, last = [one for one in splits[:2] if one is not None], splits[2]
    if last is None or not earlier or not len(last.people):
        raise SystemExit(f"{folder}: nobody to judge by at the end of {until}")
    began = time.process_time()
    config, random = PairConfig(), np.random.default_rng(seed)
    model = fit([groups(one, config, random) for one in earlier], config, seed)
    if model is None:
        raise SystemExit(f"{folder}: too few people to learn from before {until}")
    fitted = time.process_time() - began
    chosen = last.people if people is None else np.sort(random.permutation(last.people)[:people])
    rankings = {**baselines(last), "model": _ranking(model)}
    found = judge(last, rankings, chosen, seed=seed)
    return last, found, {"fit": fitted, "judge": time.process_time() - began - fitted}


def _ranking(model: PairModel) -> Ranking:
    return lambda split, places: model.log_odds(split.features, split.active[places], split.active)


def table(name: str, split: Split, found: dict[str, Judged]) -> list[str]:
    """Rows of a Markdown table, and how far the model is above each baseline."""
    pairs = len(split.new) // 2
    people = len(found["model"].hits)
    lines = [
        f"{name}, known by {split.worked.until}: {len(split.active):,} active people, {pairs:,} new pairs, "
        f"{people:,} people judged",
        "",
        "| ranking | AUC | hits@50 | model's AUC above it | model's hits@50 above it |",
        "|---|---|---|---|---|",
    ]
    mine = found["model"]
    for one, result in found.items():
        above = ["", ""]
        if one != "model":
            for at, (ours, theirs) in enumerate(((mine.auc, result.auc), (mine.hits, result.hits))):
                low, high = interval(ours - theirs)
                above[at] = f"{(ours - theirs).mean():+.3f} ({low:.3f} to {high:.3f})"
        lines.append(f"| {one} | {result.auc.mean():.3f} | {result.hits.mean():.4f} | {above[0]} | {above[1]} |")
    return [*lines, ""]


def main() -> None:
    """Print a table a catalogue."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("catalogues", nargs="+", type=Path)
    parser.add_argument("--until", type=int, required=True)
    parser.add_argument("--earlier", type=int, default=0)
    parser.add_argument("--people", type=int)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    for folder in asked.catalogues:
        split, found, seconds = judged(folder, asked.until - asked.earlier, asked.people, asked.seed)
        print("\n".join(table(folder.name, split, found)))
        print(", ".join(f"{name} {value:.0f} s" for name, value in seconds.items()), flush=True)


if __name__ == "__main__":
    main()
