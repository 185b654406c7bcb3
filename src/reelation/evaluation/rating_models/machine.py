"""A Bayesian factorisation machine with implicit rows, features, links and days, by Gibbs sampling (package `myfm`).

    viewer | titles rated | features | links     title | raters | features | links     day  ->  stars, or their level

Stars are a regression, or an ordered probit whose expected level is the answer.

Source: Rendle 2013, Scaling factorization machines to relational data, doi:10.14778/2535573.2488340; the implicit rows,
days and the ordered probit follow Rendle, Zhang & Koren 2019 (arXiv:1905.01395) and the notebooks of `myfm`.
"""

from __future__ import annotations

import warnings
from contextlib import redirect_stderr
from dataclasses import dataclass
from io import StringIO
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from reelation.catalogue.schema_names import UNKNOWN_TIME
from reelation.errors import MissingExtraError
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.tasks.ratings import Predict, RatingProblem

Doubles = NDArray[np.float64]
_DAY = 86_400


@dataclass(frozen=True)
class MachineConfig:
    """What enters, and how long to sample."""

    kind: Literal["regression", "ordered probit"] = "ordered probit"
    rank: int = 16
    """Columns of the factors."""
    samples: int = 200
    """Rounds of Gibbs sampling; the first tenth is thrown away."""
    implicit: bool = True
    """Which titles a viewer rated, which viewers rated a title."""
    features: bool = True
    """Features and links, where the problem has them."""
    days: bool = True
    """The day of the rating, where times are known."""


def fit_machine(problem: RatingProblem, events: Interactions, config: MachineConfig, seed: int) -> Predict:
    """Sample the posterior.

    Args:
        problem: for features and links; its ratings are not read.
        events: ratings to learn from.
        config: what enters.
        seed: of the sampler.

    Raises:
        MissingExtraError: myfm is not installed.
    """
    try:
        with warnings.catch_warnings():  # it still asks setuptools for its own version
            warnings.filterwarnings("ignore", "pkg_resources is deprecated", UserWarning)
            import myfm
    except ModuleNotFoundError as error:
        raise MissingExtraError("The Bayesian factorisation machine", "evaluate") from error
    design = _Design(problem, events, config)
    levels = np.asarray(problem.levels)
    fitting: dict[str, Any] = {
        "n_iter": config.samples,
        "n_kept_samples": config.samples - config.samples // 10,
        "group_shapes": design.groups,
    }
    table, relations = design.rows(events.viewer, events.title, events.time)
    regression = config.kind == "regression"
    overall = float(events.stars.mean()) if regression else 0.0
    kind = myfm.MyFMRegressor if regression else myfm.MyFMOrderedProbit
    model = kind(rank=config.rank, random_seed=seed)
    target = events.stars.astype(np.float64) - overall if regression else np.searchsorted(levels, events.stars)
    with redirect_stderr(StringIO()):  # its progress bar
        model.fit(table, target, X_rel=relations, **fitting)

    def predict(viewer: NDArray[np.int32], title: NDArray[np.int32], time: NDArray[np.int64]) -> Doubles:
        table, relations = design.rows(viewer, title, time)
        if regression:
            return np.asarray(model.predict(table, relations) + overall)
        return np.asarray(model.predict_proba(table, relations) @ levels)

    return predict


class _Design:
    """Tables of viewers, titles and days, and which rows a rating takes from them."""

    def __init__(self, problem: RatingProblem, events: Interactions, config: MachineConfig) -> None:
        rated = events.matrix()
        viewers = [sparse.eye_array(events.viewers)]
        titles = [sparse.eye_array(events.titles)]
        if config.implicit:
            viewers.append(_unit(rated))
            titles.append(_unit(sparse.csr_array(rated.T)))
        if config.features:
            for table, features, links in (
                (viewers, problem.viewer_features, problem.viewer_links),
                (titles, problem.title_features, problem.title_links),
            ):
                table.extend([features] if features is not None else [])
                table.extend([_unit(links)] if links is not None else [])
        timed = config.days and len(events) > 0 and bool((events.time != UNKNOWN_TIME).all())
        self._days = np.unique(events.time // _DAY) if timed else np.zeros(0, np.int64)
        self._viewers, self._titles = (sparse.csr_matrix(sparse.hstack(table)) for table in (viewers, titles))
        self.groups = [part.shape[1] for part in (*viewers, *titles)]
        if timed:
            self.groups.insert(0, len(self._days))

    def rows(self, viewer: NDArray[Any], title: NDArray[Any], time: NDArray[Any]) -> tuple[Any, list[Any]]:
        """The main table [ratings, days] (None without days) and the relations."""
        import myfm

        relations = [
            myfm.RelationBlock(viewer.astype(np.int64), self._viewers),
            myfm.RelationBlock(title.astype(np.int64), self._titles),
        ]
        if not len(self._days):
            return None, relations
        column = np.searchsorted(self._days, time // _DAY).clip(0, len(self._days) - 1)
        known = self._days[column] == time // _DAY
        where = np.flatnonzero(known), column[known]
        table = sparse.csr_matrix((np.ones(int(known.sum())), where), shape=(len(time), len(self._days)))
        return table, relations


def _unit(matrix: sparse.csr_array) -> sparse.csr_array:
    """Rows scaled to length 1; empty ones stay."""
    length = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    return sparse.csr_array(sparse.diags_array(1 / np.maximum(length, 1e-12)) @ matrix)
