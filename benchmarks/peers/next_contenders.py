"""SASRec of RecBole as a row of the next-item tables: it runs in its own environment, on the same events.

    sasrec_row(python of RecBole's environment)  ->  contender for a next-item task

It gets the likes of training and validation and the sequences of what is asked; the sealed test stays here.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from reelation.errors import DataError
from reelation.evaluation.moments import Predict, Questions
from reelation.evaluation.ranking import Scores
from reelation.evaluation.task import Contender, Fitted
from reelation.evaluation.tasks.next_item import NextProblem
from reelation.histories.verdicts import LIKED_STARS
from reelation.seeds import generator

_SCRIPT = Path(__file__).parent / "recbole_next.py"
LENGTH = 50
ASKED = 1500
"""Validation questions, drawn evenly."""


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


def sasrec_row(python: Path, epochs: int = 100) -> Contender[NextProblem, Predict]:
    """The row.

    Args:
        python: of an environment made by `environments.py`.
        epochs: at the most.
    """
    plan = {"dropouts": [0.2, 0.5], "rate": 1e-3, "epochs": epochs}

    def fit(problem: NextProblem, seed: int) -> Fitted[Predict]:
        peer = _Peer(python)
        likes = problem.log.only(np.flatnonzero(problem.log.stars >= LIKED_STARS))
        order = np.argsort(likes.viewer, kind="stable")
        before = likes.only(np.flatnonzero(likes.time < problem.log.time[problem.train]))
        early = np.argsort(before.viewer, kind="stable")
        look = problem.windows()[0]
        single = np.flatnonzero(np.diff(look.right.indptr) == 1)
        chosen = np.sort(generator(seed, "SASRec").permutation(single)[:ASKED])
        some, right = look.questions.only(chosen), look.right[chosen]
        seen = np.nonzero(some.barred())
        arrays = {
            "ask": np.array(json.dumps({**plan, "seed": seed, "titles": likes.titles})),
            "both_viewer": likes.viewer[order],
            "both_title": likes.title[order],
            "train_viewer": before.viewer[early],
            "train_title": before.title[early],
            "ask_sequences": sequences(some),
            "ask_right": right.indices,
            "ask_seen_row": seen[0],
            "ask_seen_title": seen[1],
        }
        about = json.loads(str(peer.ask("fit", **arrays)["about"]))
        return Fitted(lambda asked: _scores(peer, asked), about)

    return Contender("RecBole SASRec", "baseline", fit, settings={**plan, "version": 1})


def _scores(peer: _Peer, asked: Questions) -> Scores:
    return np.asarray(peer.ask("ask", sequences=sequences(asked))["scores"], np.float32)


def sequences(asked: Questions) -> Any:
    """[questions, LENGTH] each viewer's last likes as title + 1, oldest first, 0 behind the end."""
    found = np.zeros((len(asked), LENGTH), np.int64)
    for row, (titles, _, stars) in enumerate(asked.own()):
        last = titles[stars >= LIKED_STARS][-LENGTH:] + 1
        found[row, : len(last)] = last
    return found
