"""Who recommends titles that nobody has met: content, text, regressions on content, a network, and our blend.

contenders(task)  ->  the rows of a cold-start table
"""

from __future__ import annotations

from dataclasses import asdict

from reelation.contenders.ranking_networks import TasteRow, taste_row
from reelation.contenders.topn import Row, tuned
from reelation.evaluation.ranking import Predict
from reelation.evaluation.recommenders.blend import BlendConfig, fit_blend
from reelation.evaluation.recommenders.cold import (
    ColdConfig,
    cold_features,
    expected_popularity,
    regressed,
    title_facts,
    title_kernel,
    warm_titles,
)
from reelation.evaluation.recommenders.content import CONTENT, content_knn, text_knn
from reelation.evaluation.recommenders.known import Floats, Known, Member
from reelation.evaluation.recommenders.linear import histories
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.cold import ColdStart
from reelation.evaluation.tasks.topn import RankingProblem

CALLING = ("EASE by everything", "people kNN", "EASE by story", "everybody by everything")
"""What proposes candidates."""
NEIGHBOURS = (5, 20, 50)


def contenders(task: ColdStart) -> list[Row]:
    """The rows of a cold-start table.

    Args:
        task: any; the text row is left out where no title has a text.
    """
    rows = [
        tuned("content kNN", _content_options(), seeded=False),
        tuned("text kNN (TF-IDF)", _text_options(), seeded=False) if task.has_texts else None,
        tuned("popularity expected from metadata", {"as it is": _expected}),
        tuned("ridge on content, one a viewer", _ridge_options(), seeded=False),
        taste_row(TasteRow(own=False)),
        ours(),
    ]
    return [row for row in rows if row is not None]


def ours() -> Row:
    """Our default."""
    signals, blend = ColdConfig(), BlendConfig(CALLING, each=60)

    def fit(problem: RankingProblem, seed: int) -> Fitted[Predict]:
        return fit_blend(problem, seed, lambda known, seed: cold_features(known, seed, signals), blend)

    settings = {"signals": asdict(signals), "blend": asdict(blend), "version": 2}
    return Contender("our blend", "ours", fit, settings=settings)


def _content_options() -> dict[str, Member]:
    mixes = {
        "people, genres, pairs, keywords": CONTENT,
        "people": {"people": 1.0},
        "genres and keywords": {"genre": 1.0, "keyword": 1.0},
        "people, some keywords": {"people": 1.0, "keyword": 0.2},
        "people, more keywords": {"people": 1.0, "keyword": 0.5},
        "people, a little of genres and keywords": {"people": 1.0, "genre": 0.05, "keyword": 0.2},
    }

    def content(shares: dict[str, float], neighbours: int) -> Member:
        return lambda known, seed: content_knn(known, shares, neighbours)

    return {f"{name}; {_counted(k)}": content(shares, k) for name, shares in mixes.items() for k in NEIGHBOURS}


def _text_options() -> dict[str, Member]:
    def text(neighbours: int) -> Member:
        return lambda known, seed: text_knn(known, None, neighbours)

    return {_counted(k): text(k) for k in NEIGHBOURS}


def _counted(neighbours: int) -> str:
    return f"{neighbours} neighbours"


def _ridge_options() -> dict[str, Member]:
    def ridge(noise: float) -> Member:
        def member(known: Known, seed: int) -> Floats:
            return regressed(title_kernel(known), warm_titles(known), histories(known), noise)

        return member

    return {f"noise {noise:g}": ridge(noise) for noise in (1.5, 5.0)}


def _expected(known: Known, seed: int) -> Floats:
    import numpy as np

    fame = expected_popularity(title_facts(known, seed), known, seed)
    return np.broadcast_to(fame, (known.liked.viewers, len(fame)))
