"""The atlas as a row of the top-N tables: trained on what is known, asked by the function that answers are made with.

    problem  ->  graph with the known ratings  ->  learn, plan_facets, assemble, learn_recommender  ->  Preference

The same steps as `reelation train`, and `reelation recommend` scores with the same `Preference`, so a figure of this
row is a figure of the product; a test compares the two.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.catalogue.schema_names import EVENTS, UNKNOWN_TIME
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.ranking import Predict, Scores
from reelation.evaluation.recommenders.known import Known, everything
from reelation.evaluation.task import Contender, Fitted, Kind
from reelation.evaluation.tasks.topn import RankingProblem
from reelation.graph.build import Graph, Relation
from reelation.histories.history import RATING, History
from reelation.histories.verdicts import timed_verdicts
from reelation.ids import Vocabulary
from reelation.search.preference import Preference, going_on
from reelation.training.assemble import assemble
from reelation.training.learn import LearnConfig, learn
from reelation.training.parts.recommender import verdicts_of
from reelation.training.recipe import Recipe, plan_facets
from reelation.training.recommender import learn_recommender
from reelation.training.recommender_config import RecommenderConfig

NAME = "Reelation (atlas)"
STATIC_NAME = "Reelation (atlas), nothing that knows time"
TODAY_NAME = "Reelation (atlas), recent popularity only"


@dataclass(frozen=True)
class AtlasRow:
    """How the atlas is trained; what `reelation train` does where nothing is said."""

    learn: LearnConfig | None = field(default_factory=LearnConfig)
    """None: the exact parts only."""
    recipe: Recipe = field(default_factory=Recipe)
    recommender: RecommenderConfig = field(default_factory=RecommenderConfig)
    """`in_order` is the problem's."""


def atlas_row(
    config: AtlasRow | None = None, name: str = NAME, kind: Kind = "ours"
) -> Contender[RankingProblem, Predict]:
    """The row."""
    row = config or AtlasRow()

    def fit(problem: RankingProblem, seed: int) -> Fitted[Predict]:
        return _fit(problem, seed, row)

    return Contender(name, kind, fit, settings={**asdict(row), "version": 4})


def _fit(problem: RankingProblem, seed: int, row: AtlasRow) -> Fitted[Predict]:
    known = everything(problem)
    graph = with_ratings(known.graph, known.rows, known.liked.join(known.disliked))
    blocks = learn(graph, row.learn, seed).blocks if row.learn is not None else {}
    assembled = assemble(graph, None, plan_facets(graph, blocks, row.recipe, seed))
    config = replace(row.recommender, in_order=problem.in_order)
    part = learn_recommender(
        verdicts_of(graph), assembled.content, assembled.facets, assembled.node_types, seed, config
    )

    now = int(known.liked.join(known.disliked).time.max(initial=UNKNOWN_TIME))

    def predict(viewers: NDArray[np.int64]) -> Scores:
        found = np.empty((len(viewers), known.liked.titles), np.float32)
        for number, viewer in enumerate(viewers.tolist()):
            history = history_in(known, viewer)
            rows, said, ages = timed_verdicts(history)
            at_it = going_on(history.last, now)
            scores = Preference(assembled.content, part, rows, said, ages, at_it=at_it).scores.copy()
            scores[rows] = -np.inf  # what was seen is never recommended
            found[number] = scores[known.rows]
        return found

    return Fitted(predict, part.about)


def with_ratings(graph: Graph, rows: NDArray[np.int64], events: Interactions) -> Graph:
    """A graph without events, with some as ratings.

    Args:
        graph: metadata.
        rows: [titles of the events] their rows in it.
        events: `stars` are stars.
    """
    row, order = rows[events.title], np.lexsort((events.viewer, rows[events.title]))
    indptr = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(graph)))])
    matrix = sparse.csr_array((events.stars[order], events.viewer[order], indptr), shape=(len(graph), events.viewers))
    rating = Relation("rating", "viewer", matrix, {"time": events.time[order]})
    assert not set(graph.relations) & set(EVENTS)
    viewers = Vocabulary.of_sorted(f"viewer:{number:09}" for number in range(events.viewers))
    return replace(
        graph,
        nodes={**graph.nodes, "viewer": viewers},
        names={**graph.names, "viewer": list(viewers.ids)},
        relations={**graph.relations, "rating": rating},
    )


def history_in(known: Known, viewer: int) -> History:
    """What is known of a viewer, as the histories that answers are made from."""
    parts: list[Interactions] = [
        events.only(np.flatnonzero(events.viewer == viewer)) for events in (known.liked, known.disliked)
    ]
    own = parts[0].join(parts[1])
    order = np.lexsort((own.title, own.time))
    return History(
        name=str(viewer),
        row=known.rows[own.title[order]].astype(np.int64),
        kind=np.full(len(own), RATING, np.uint8),
        value=own.stars[order],
        time=own.time[order],
    )
