"""The atlas as a row of the next-item tables: trained once, asked at every moment as answers are.

    problem  ->  graph with the known ratings  ->  learn, assemble, learn_recommender  ->  Preference a question

What is learned is learned from training and validation events. Histories go on with the log; standing is that of the
day's beginning, as in an atlas that is updated every night.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from reelation.atlas.parts import Part
from reelation.contenders.atlas_topn import with_ratings
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.moments import Predict, Questions
from reelation.evaluation.ranking import Scores
from reelation.evaluation.task import Contender, Fitted, Kind
from reelation.evaluation.tasks.next_item import NextProblem
from reelation.histories.verdicts import DISLIKED, LIKED, LIKED_STARS, ages
from reelation.search.preference import Preference, going_on
from reelation.training.assemble import Assembled, assemble
from reelation.training.ground import Ground, lay_ground
from reelation.training.learn import LearnConfig, learn
from reelation.training.parts.recommender import verdicts_of
from reelation.training.recipe import Recipe, plan_facets
from reelation.training.recommender import learn_recommender, stood
from reelation.training.recommender_config import RecommenderConfig
from reelation.training.standing import Daily

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class NextRow:
    """How the atlas is trained."""

    recommender: RecommenderConfig = field(default_factory=RecommenderConfig)
    learn: LearnConfig | None = None
    """None: the exact parts only. The network's blocks enter as content and side information, whose weights are next to
    nothing where viewers are known (docs/research/topn.md), and take minutes."""
    recipe: Recipe = field(default_factory=Recipe)


def atlas_next_row(name: str, kind: Kind, config: NextRow) -> Contender[NextProblem, Predict]:
    """A row."""

    def fit(problem: NextProblem, seed: int) -> Fitted[Predict]:
        return fit_atlas(problem, seed, config)

    return Contender(name, kind, fit, settings={**asdict(config), "version": 3})


def fit_atlas(problem: NextProblem, seed: int, row: NextRow) -> Fitted[Predict]:
    """Train an atlas on all that is known and answer with it."""
    assembled, events = learned_atlas(problem, seed, row)
    facets, types = assembled.facets, assembled.node_types
    part = learn_recommender(events, assembled.content, facets, types, seed, row.recommender)
    ground = lay_ground(events, assembled.content, facets, types, row.recommender)
    return Fitted(answering(ground, part, problem.rows), part.about)


def learned_atlas(problem: NextProblem, seed: int, row: NextRow) -> tuple[Assembled, Interactions]:
    """The atlas without its recommender, and the verdicts that this is learned from."""
    graph = with_ratings(problem.graph, problem.rows, problem.log)
    blocks = learn(graph, row.learn, seed).blocks if row.learn is not None else {}
    assembled = assemble(graph, None, plan_facets(graph, blocks, row.recipe, seed))
    events = verdicts_of(graph)
    assert events is not None
    return assembled, events


def answering(ground: Ground, part: Part, rows: NDArray[np.int64]) -> Predict:
    """Answer every question from its viewer's history and the standing of its day.

    Args:
        ground: of the atlas.
        part: what it learned.
        rows: [titles of the questions] rows in the atlas.
    """
    weights = {name: part.about[name] for name in ("weights", "next weights") if name in part.about}

    def predict(questions: Questions) -> Scores:
        log = questions.log
        said = np.where(log.stars >= LIKED_STARS, LIKED, DISLIKED).astype(np.float32)
        whole = replace(log, title=rows[log.title].astype(np.int32), stars=said, titles=len(ground.content.vectors))
        daily = Daily(whole, ground.standing)
        found = np.empty((len(questions), log.titles), np.float32)
        for number, (titles, times, stars) in enumerate(questions.own()):
            stands = daily.at(int(questions.time[number]))
            columns = {name.replace("weights", "standing"): stood(stands, some) for name, some in weights.items()}
            now = Part({**part.columns, **columns}, part.about)
            order = np.argsort(rows[titles], kind="stable")
            verdict = np.where(stars >= LIKED_STARS, LIKED, DISLIKED).astype(np.float32)[order]
            told = rows[titles][order], verdict, ages(verdict, times[order])
            one = Preference(ground.content, now, *told, at_it=going_on(int(times.max()), int(questions.time[number])))
            found[number] = one.scores[rows]
        return found

    return predict
