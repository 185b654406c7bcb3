"""Run inside an environment with LensKit: events in, scores of all viewers for all titles out.

    python lenskit_peer.py in.npz out.npz

Settings are chosen by NDCG@10 on the validation events; the chosen one is then fitted again on training and validation
events together. Source: LensKit, Ekstrand 2020 (doi:10.1145/3340531.3412778).
"""

from __future__ import annotations

import json
import sys
from typing import Any

import lenskit
import numpy as np
import pandas as pd
from lenskit.als import ImplicitMFScorer
from lenskit.data import ItemList, from_interactions_df
from lenskit.knn import ItemKNNScorer, UserKNNScorer
from lenskit.training import TrainingOptions

GRIDS: dict[str, list[tuple[Any, dict[str, Any]]]] = {
    "item-kNN": [(ItemKNNScorer, {"max_nbrs": k, "feedback": "implicit"}) for k in (20, 50, 100)],
    "user-kNN": [(UserKNNScorer, {"max_nbrs": k, "feedback": "implicit"}) for k in (30, 60, 100)],
    "implicit MF": [
        (ImplicitMFScorer, {"embedding_size": size, "regularization": reg, "weight": weight})
        for size in (32, 64)
        for reg in (0.1, 10.0)
        for weight in (10.0, 40.0)
    ],
}


def fit(one: tuple[Any, dict[str, Any]], events: Any, seed: int) -> tuple[Any, Any]:
    """A trained scorer and its data set."""
    frame = pd.DataFrame(dict(zip(("user_id", "item_id"), events, strict=True)))
    dataset = from_interactions_df(frame)
    scorer = one[0](**one[1])
    scorer.train(dataset, TrainingOptions(rng=seed))
    return scorer, dataset


def all_scores(scorer: Any, dataset: Any, viewers: int, titles: int) -> Any:
    """[viewers, titles]; minus infinity where LensKit gives no score."""
    from lenskit.data import RecQuery

    items = ItemList(item_ids=np.arange(titles))
    found = np.full((viewers, titles), -np.inf, np.float32)
    for viewer in range(viewers):
        history = dataset.user_row(viewer)
        if history is None:
            continue
        scores = scorer(RecQuery(user_id=viewer, user_items=history), items).scores("numpy")
        found[viewer] = np.where(np.isnan(scores), -np.inf, scores)
    return found


def ndcg(scores: Any, known: Any, right: Any) -> float:
    """Mean NDCG@10 over viewers with right titles, known ones barred."""
    scores = scores.copy()
    scores[known] = -np.inf
    top = np.argsort(-scores, axis=1, kind="stable")[:, :10]
    discount = 1 / np.log2(np.arange(2, 12))
    gains = (np.take_along_axis(right, top, axis=1) * discount).sum(axis=1)
    count = right.sum(axis=1)
    asked = count > 0
    return float((gains[asked] / np.cumsum(discount)[np.minimum(count[asked], 10) - 1]).mean())


def main() -> None:
    """Read, choose, fit again, write."""
    data = np.load(sys.argv[1])
    ask = json.loads(str(data["ask"]))
    shape = int(ask["viewers"]), int(ask["titles"])
    parts = {name: (data[f"{name}_viewer"], data[f"{name}_title"]) for name in ("train", "validation")}
    has = {name: np.zeros(shape, bool) for name in parts}
    for name, pairs in parts.items():
        has[name][pairs] = True
    tried = []
    for one in GRIDS[ask["model"]]:
        scores = all_scores(*fit(one, parts["train"], int(ask["seed"])), *shape)
        tried.append((ndcg(scores, has["train"], has["validation"]), one))
    best, chosen = max(tried, key=lambda pair: pair[0])
    both = [np.concatenate([parts[name][side] for name in parts]) for side in (0, 1)]
    scores = all_scores(*fit(chosen, both, int(ask["seed"])), *shape)
    about = {"version": f"LensKit {lenskit.__version__}", "chosen": chosen[1], "validation": best}
    np.savez(sys.argv[2], scores=scores, about=json.dumps(about))


if __name__ == "__main__":
    main()
