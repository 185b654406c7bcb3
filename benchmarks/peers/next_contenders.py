"""SASRec of RecBole as a row of ours: it runs in its own environment, on the same events.

    sasrec_row(python of RecBole's environment)       ->  contender for a next-item task
    sasrec_list_row(python of RecBole's environment)  ->  contender for a top-N task in order of time

It gets the likes of training and validation and the sequences of what is asked; the sealed test stays here. A list is
what it says of the next title when all that is known has happened.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reelation.errors import DataError
from reelation.evaluation import moments, ranking
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.moments import Questions
from reelation.evaluation.ranking import Scores
from reelation.evaluation.recommenders.known import as_lists, at_the_end, everything
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.next_item import NextProblem
from reelation.evaluation.tasks.topn import RankingProblem
from reelation.histories.verdicts import LIKED_STARS
from reelation.seeds import generator

_SCRIPT = Path(__file__).parent / "recbole_next.py"
LENGTH = 50
ASKED = 1500
"""Validation questions, drawn evenly."""
SETTLED = {"dropouts": [0.5], "rate": 1e-3, "epochs": 20}
"""What ml-100k's next-item questions chose on validation data."""


class _Peer:
    """The other process; it ends with this object."""

    def __init__(self, python: Path) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._errors = (Path(self._folder.name) / "errors").open("w+")
        self._process = subprocess.Popen(
            [str(python), str(_SCRIPT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            cwd=self._folder.name,
        )

    def ask(self, what: str, **arrays: Any) -> dict[str, Any]:
        """One question and its answer.

        Raises:
            DataError: it failed; the end of what it printed is in the message.
        """
        given, answer = (Path(self._folder.name) / name for name in ("in.npz", "out.npz"))
        np.savez(given, allow_pickle=False, **arrays)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": what, "given": str(given), "answer": str(answer)}) + "\n")
        self._process.stdin.flush()
        while (line := self._process.stdout.readline()) and line != "done\n":
            pass
        if not line:
            self._errors.seek(0)
            raise DataError(f"{_SCRIPT.name} failed: {self._errors.read()[-800:]}")
        with np.load(answer) as found:
            return dict(found)

    def __del__(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)


def sasrec_row(python: Path, epochs: int | None = 100) -> Contender[NextProblem, moments.Predict]:
    """The row of a next-item table; dropout and epochs are chosen on validation questions.

    Args:
        python: of an environment made by `environments.py`.
        epochs: at the most; None: with the settings `SETTLED`, nothing is chosen.
    """
    plan = SETTLED if epochs is None else {"dropouts": [0.2, 0.5], "rate": 1e-3, "epochs": epochs}

    def fit(problem: NextProblem, seed: int) -> Fitted[moments.Predict]:
        peer = _Peer(python)
        if epochs is None:
            about = _learn(peer, {**plan, "seed": seed}, problem.log)
            return Fitted(lambda asked: _scores(peer, asked), about)
        look = problem.windows()[0]
        early = _by_viewer(problem.log.only(problem.log.time < problem.log.time[problem.train]))
        single = np.flatnonzero(np.diff(look.right.indptr) == 1)
        chosen = np.sort(generator(seed, "SASRec").permutation(single)[:ASKED])
        some = look.questions.only(chosen)
        seen = np.nonzero(some.barred())
        about = _learn(
            peer,
            {**plan, "seed": seed},
            problem.log,
            train_viewer=early.viewer,
            train_title=early.title,
            ask_sequences=sequences(some),
            ask_right=look.right[chosen].indices,
            ask_seen_row=seen[0],
            ask_seen_title=seen[1],
        )
        return Fitted(lambda asked: _scores(peer, asked), about)

    return Contender("RecBole SASRec", "baseline", fit, settings={**plan, "version": 1})


def sasrec_list_row(python: Path) -> Contender[RankingProblem, ranking.Predict]:
    """The row of a top-N table in order of time, with the settings `SETTLED`.

    Args:
        python: of an environment made by `environments.py`.
    """

    def fit(problem: RankingProblem, seed: int) -> Fitted[ranking.Predict]:
        peer, whole = _Peer(python), at_the_end(everything(problem))
        about = _learn(peer, {**SETTLED, "seed": seed}, whole.log)
        return Fitted(as_lists(lambda asked: _scores(peer, asked), whole), about)

    return Contender("RecBole SASRec", "baseline", fit, settings={**SETTLED, "version": 1})


def _learn(peer: _Peer, plan: dict[str, Any], log: Interactions, **choosing: NDArray[Any]) -> dict[str, Any]:
    """Let the peer choose, where it is given what to choose by, and learn all likes; what it says of itself."""
    likes = _by_viewer(log)
    ask = np.array(json.dumps({**plan, "titles": log.titles}))
    found = peer.ask("fit", ask=ask, both_viewer=likes.viewer, both_title=likes.title, **choosing)
    about: dict[str, Any] = json.loads(str(found["about"]))
    return about


def _by_viewer(log: Interactions) -> Interactions:
    """Likes, viewer by viewer, each one's oldest first, of events that are oldest first."""
    likes = log.only(np.flatnonzero(log.stars >= LIKED_STARS))
    return likes.only(np.argsort(likes.viewer, kind="stable"))


def _scores(peer: _Peer, asked: Questions) -> Scores:
    return np.asarray(peer.ask("ask", sequences=sequences(asked))["scores"], np.float32)


def sequences(asked: Questions) -> Any:
    """[questions, LENGTH] each viewer's last likes as title + 1, oldest first, 0 behind the end."""
    found = np.zeros((len(asked), LENGTH), np.int64)
    for row, (titles, _, stars) in enumerate(asked.own()):
        last = titles[stars >= LIKED_STARS][-LENGTH:] + 1
        found[row, : len(last)] = last
    return found
