"""Same-series retrieval: how high the other films of a series rank, when nobody says that they are one.

    python benchmarks/same_series.py --pairs ../shared/data/wikidata_films/relation_pairs.tsv.gz --seeds 3

Groups come from Wikidata's "part of the series" (P179); those with more than 30 films in the catalogue and two
over-broad ones (Q16290, Q380519) are left out. The catalogue is the default one, which knows no series; `--also PATH`
imports something beside it (texts, for the TF-IDF row). Prints a Markdown table and writes JSON. With `--validation`
the groups are sequels that titles give away (`evaluation/sequels.py`), none of them in the test's series: choose by
those.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from reelation.atlas.store import Atlas
from reelation.evaluation.baselines import overlap_baselines
from reelation.evaluation.datasets.wikidata_series import series_groups
from reelation.evaluation.metrics import bootstrap_interval
from reelation.evaluation.retrieval import Retrieval, ScoreRows, evaluate_retrieval, group_labels
from reelation.evaluation.sequels import sequel_groups
from reelation.evaluation.similarity import by_vectors, by_words
from reelation.evaluation.tasks.relatedness import Material
from reelation.evaluation.tasks.series import SERIES
from reelation.graph.build import GraphOptions, build_graph
from reelation.models.message_passing import MessagePassingConfig
from reelation.search.exact import Measure, Scorer
from reelation.sources.default import default_path
from reelation.sources.importing import import_paths
from reelation.training.learn import MESSAGE_PASSING_RATE, LearnConfig, learn
from reelation.training.loop import FitConfig
from reelation.training.recipe import Recipe
from reelation.training.run import TrainConfig, train

FIT = FitConfig(steps=150, learning_rate=MESSAGE_PASSING_RATE, validate_every=25)
MODELS = {
    "gcn": LearnConfig(MessagePassingConfig("gcn"), fit=FIT),
    "gat": LearnConfig(MessagePassingConfig("gat", hidden=32), fit=FIT),  # half as wide: it costs five times as much
    "sage": LearnConfig(MessagePassingConfig("sage"), fit=FIT),
}


def atlas_scores(atlas: Atlas) -> ScoreRows:
    """What `reelation related` would rank by."""
    scorer = Scorer(atlas, Measure.of(atlas))
    return lambda rows: np.stack([scorer.scores(int(row)) for row in rows])


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=Path, required=True)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--models", default="gcn,gat,sage")
    parser.add_argument("--also", type=Path, nargs="*", default=[], help="import this beside the default catalogue")
    parser.add_argument("--validation", action="store_true", help="sequels given away by titles, not the test's series")
    parser.add_argument("--out", type=Path, default=Path("same_series.json"))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        catalogue = import_paths([default_path(), *options.also], Path(folder) / "catalogue").catalogue
        graph = build_graph(catalogue, GraphOptions(leave_out=SERIES))
        groups = series_groups(options.pairs, catalogue)
        if options.validation:
            names = [str(name) for name in graph.names["title"]]
            groups = sequel_groups(names, graph.year.tolist(), set().union(*groups.values()))
        labels = group_labels(groups)
        print(f"{len(labels)} queries in {sum(2 <= len(g) <= 30 for g in groups.values())} series\n")
        rows: dict[str, list[Retrieval]] = {
            name: [evaluate_retrieval(score, labels)] for name, score in overlap_baselines(graph).items()
        }
        if any(texts := Material.of(catalogue, None).texts):
            rows["TF-IDF of texts"] = [evaluate_retrieval(by_words(texts), labels)]
        seconds: dict[str, float] = {}
        kinds = [kind for kind in options.models.split(",") if kind]
        for seed in range(options.seeds):
            for name, words in (("default, no title words", 0.0), ("default", Recipe().words)):
                began = time.monotonic()
                hidden = GraphOptions(leave_out=SERIES)
                config = TrainConfig(graph=hidden, recipe=replace(Recipe(), words=words), seed=seed)
                atlas = train(catalogue, Path(folder) / "atlas", config)
                seconds[name] = time.monotonic() - began
                rows.setdefault(name, []).append(evaluate_retrieval(atlas_scores(atlas), labels))
            for kind, config_ in (("default network alone", LearnConfig()), *((kind, MODELS[kind]) for kind in kinds)):
                began = time.monotonic()
                learned = learn(graph, config_, seed)
                seconds[kind] = time.monotonic() - began
                parts = [learned.blocks[f] * np.float32(w**0.5) for f, w in learned.facet_weights.items()]
                rows.setdefault(kind, []).append(evaluate_retrieval(by_vectors(np.concatenate(parts, axis=1)), labels))
                mrr = rows[kind][-1].reciprocal_rank.mean()
                print(f"seed {seed}, {kind}: MRR {mrr:.3f}, {seconds[kind]:.0f} s", file=sys.stderr, flush=True)
        report(rows, seconds, options.out)


def report(rows: dict[str, list[Retrieval]], seconds: dict[str, float], out: Path) -> None:
    """Print the table and write the figures."""
    references = {"no words": "hand-weighted overlap", "lighter": "hand-weighted overlap, lighter"}
    print("| model | MRR | recall@10 | recall@50 | MRR minus hand-weighted | minus its lighter variant | seconds |")
    print("|---|---|---|---|---|---|---|")
    found = {}
    for name, runs in sorted(rows.items(), key=lambda item: np.mean([run.reciprocal_rank.mean() for run in item[1]])):
        mean = Retrieval(*(np.mean([getattr(run, part) for run in runs], axis=0) for part in Retrieval.__annotations__))
        summary = mean.summary()
        ahead = {
            key: bootstrap_interval(mean.reciprocal_rank - rows[reference][0].reciprocal_rank, 0)
            for key, reference in references.items()
        }
        found[name] = {
            "runs": len(runs),
            "mrr_by_seed": [float(run.reciprocal_rank.mean()) for run in runs],
            **{key: list(value) for key, value in summary.items()},
            "mrr_minus_hand_weighted": list(ahead["no words"]),
            "mrr_minus_lighter": list(ahead["lighter"]),
            "seconds": seconds.get(name),
        }
        cells = [
            f"{value.mean:.3f} ({value.low:.3f}–{value.high:.3f})" for value in (*summary.values(), *ahead.values())
        ]
        print(f"| {name} | {' | '.join(cells)} | {seconds.get(name, 0):.0f} |")
    out.write_text(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
