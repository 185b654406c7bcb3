"""Matrix factorisation by the library `implicit`."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from reelation.errors import MissingExtraError
from reelation.evaluation.recommenders.known import Floats, Known


@dataclass(frozen=True)
class IalsConfig:
    """Implicit alternating least squares."""

    factors: int = 128
    regularisation: float = 0.05
    alpha: float = 1.0
    """Weight of a like above that of a title not liked."""
    iterations: int = 15


def ials(known: Known, seed: int, config: IalsConfig) -> Floats:
    """[viewers, titles] inner products of factors by alternating least squares.

    Raises:
        MissingExtraError: the library is not installed.

    Source: Hu, Koren & Volinsky 2008, doi:10.1109/ICDM.2008.22; settings to look at, Rendle et al. 2021
        (arXiv:2110.14037).
    """
    model: Any = _library().als.AlternatingLeastSquares(
        factors=config.factors,
        regularization=config.regularisation,
        alpha=config.alpha,
        iterations=config.iterations,
        random_state=seed,
        num_threads=1,
    )
    return _scores(model, known)


def _library() -> Any:
    try:
        import implicit
    except ModuleNotFoundError as error:
        raise MissingExtraError("Matrix factorisation by implicit", "evaluate") from error
    return implicit


def _scores(model: Any, known: Known) -> Floats:
    from scipy import sparse

    matrix = known.liked.matrix()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(sparse.csr_matrix(matrix), show_progress=False)
    return np.asarray(np.asarray(model.user_factors) @ np.asarray(model.item_factors).T, np.float32)
