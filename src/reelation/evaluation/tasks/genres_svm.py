"""MAGNN's own protocol: a linear support vector machine on vectors of the test titles, trained on a part of them.

    problem  ->  vectors [titles, width]  --20, 40, 60, 80 % of the test titles train the machine-->  F1 on the others

The machine sees labels of test titles, so its figures say how well vectors separate classes, not how well genres of
unseen titles are predicted. Report it beside the literature; do not compare it with anything else.

Source: Fu et al. 2020, MAGNN (arXiv:2002.01680), section 5.3 and the authors' `svm_test`: ten random splits a share.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reelation.errors import MissingExtraError
from reelation.evaluation.datasets.labelled import Rows
from reelation.evaluation.datasets.magnn import read_magnn_imdb
from reelation.evaluation.figures import Figure
from reelation.evaluation.task import Exam
from reelation.evaluation.tasks.genres import Flags, LabelExam, LabelProblem, LabelTask

Floats = NDArray[np.floating]
Vectors = Callable[[Rows], Floats]
"""[titles] rows -> [titles, width]."""

SHARES = (0.2, 0.4, 0.6, 0.8)
REPEATS = 10


class SvmExam(Exam[LabelProblem, Vectors]):
    """The test titles, some of which train the machine."""

    def __init__(self, population: str, labels: Flags, test: Rows) -> None:
        super().__init__(population)
        self._truth, self._test = labels[test], test
        self._strict = LabelExam(population, labels, test, exclusive=True)

    def leaks(self, problem: LabelProblem) -> list[str]:
        """As in the clean protocol: vectors are learned without the test's labels."""
        return self._strict.leaks(problem)

    def _mark(self, predict: Vectors) -> dict[str, Figure]:
        vectors = np.asarray(predict(self._test), np.float64)
        found = {}
        for share in SHARES:
            values = _separated(vectors, self._truth, share)
            found[f"macro F1, {share:.0%}"] = Figure(values, "macro f1")
            found[f"micro F1, {share:.0%}"] = Figure(values, "micro f1")
        return found


def _separated(vectors: Floats, truth: Flags, share: float) -> NDArray[np.float64]:
    """[titles, hits | predicted | true] counts over all repeats in which a title was not trained on."""
    try:
        from sklearn.model_selection import train_test_split
        from sklearn.svm import LinearSVC
    except ModuleNotFoundError as error:
        raise MissingExtraError("MAGNN's protocol", "evaluate") from error
    classes = truth.argmax(axis=1)
    values = np.zeros((len(truth), 3 * truth.shape[1]))
    for repeat in range(REPEATS):
        rest, held = train_test_split(np.arange(len(truth)), train_size=share, random_state=182318 + repeat)
        machine = LinearSVC(dual=False).fit(vectors[rest], classes[rest])
        said = np.eye(truth.shape[1], dtype=bool)[machine.predict(vectors[held])]
        values[held] += np.concatenate([truth[held] & said, said, truth[held]], axis=1)
    return values


@dataclass(frozen=True)
class SvmTask:
    """MAGNN's IMDB in MAGNN's own protocol."""

    strict: LabelTask
    name: str = "Genres, MAGNN IMDB, MAGNN's own protocol"
    about: str = "How well vectors of films separate action, comedy and drama, given the genres of other test films."
    main: str = "macro F1, 20%"
    lower_is_better: bool = False

    @property
    def fingerprint(self) -> str:
        """Changes with the data."""
        return f"svm 1 {self.strict.fingerprint}"

    def open(self, seed: int) -> tuple[LabelProblem, SvmExam]:
        """See `Task.open`."""
        problem, _ = self.strict.open(seed)
        data = self.strict.data
        return problem, SvmExam(f"{self.name} {self.fingerprint}", data.labels, data.test)


def magnn_svm(folder: Path) -> SvmTask:
    """Read the data.

    Args:
        folder: see `read_magnn_imdb`.

    Raises:
        DataError: the file is missing or broken.
    """
    return SvmTask(LabelTask("Genres, MAGNN IMDB", "", read_magnn_imdb(folder)))
