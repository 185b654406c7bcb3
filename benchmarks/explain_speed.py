"""How long `explain` and `paths` take on an atlas, on one thread: quantiles of processor time over pairs.

OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python benchmarks/explain_speed.py --atlas demo/atlas
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from reelation.engine import Engine
from reelation.insights.titles import Title


def main() -> None:
    """Print a line a question."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--atlas", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=200)
    given = parser.parse_args()
    engine, rng = Engine.open(given.atlas, "en"), np.random.default_rng(0)
    titles = engine.titles()
    asked = [titles[int(row)] for row in rng.integers(0, len(titles), given.pairs)]
    near = [(title, engine.related(title, k=5)[int(rng.integers(5))].title) for title in asked]
    far = [
        (one, titles[int(row)])
        for one, row in zip(asked, rng.integers(0, len(titles), given.pairs), strict=True)
        if one.title_id != titles[int(row)].title_id
    ]
    questions: dict[str, tuple[Callable[[Title, Title], object], list[tuple[Title, Title]]]] = {
        "related": (lambda a, b: engine.related(a), near),
        "explain": (lambda a, b: engine.explain(a, b), near),
        "paths, 4 hops": (lambda a, b: engine.paths(a, b), near),
        "paths, 4 hops, any two titles": (lambda a, b: engine.paths(a, b), far),
        "paths, 6 hops": (lambda a, b: engine.paths(a, b, length=6), near),
    }
    print(f"{len(titles):,} titles, {given.pairs} pairs; processor time of one thread, ms")
    for name, (ask, pairs) in questions.items():
        spent = []
        for a, b in pairs:
            began = time.thread_time()
            ask(a, b)
            spent.append(1000 * (time.thread_time() - began))
        half, most = np.quantile(spent, [0.5, 0.95])
        print(f"{name:<32} median {half:6.1f}   p95 {most:6.1f}")


if __name__ == "__main__":
    main()
