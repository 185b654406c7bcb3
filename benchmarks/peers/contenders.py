"""Other people's recommenders as rows of our tables: each runs in its own environment, on the same events.

    peer_contenders(python of RecBole's environment, python of LensKit's)  ->  contenders for a top-N task

The environments are made by `environments.py`. A peer gets training and validation events and gives scores of all
viewers for all titles; the sealed test stays here and marks it like any other row.
"""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from reelation.errors import DataError
from reelation.evaluation.ranking import Predict
from reelation.evaluation.task import Contender, Fitted, Kind
from reelation.evaluation.tasks.topn import RankingProblem

_HERE = Path(__file__).parent
RECBOLE: dict[str, Kind] = {
    "EASE": "baseline",
    "SLIMElastic": "baseline",
    "MultiVAE": "other model",
    "LightGCN": "graph network",
}
LENSKIT: dict[str, Kind] = {"item-kNN": "baseline", "user-kNN": "baseline", "implicit MF": "baseline"}


def peer_contenders(recbole: Path | None, lenskit: Path | None, epochs: int = 150) -> list[Contender[Any, Any]]:
    """Rows for the peers whose environment's Python is given."""
    found = []
    for library, python, script, models in (
        ("RecBole", recbole, "recbole_peer.py", RECBOLE),
        ("LensKit", lenskit, "lenskit_peer.py", LENSKIT),
    ):
        if python is not None:
            found += [
                _contender(f"{library} {model}", kind, [str(python), str(_HERE / script)], model, epochs)
                for model, kind in models.items()
            ]
    return found


def _contender(name: str, kind: Kind, command: list[str], model: str, epochs: int) -> Contender[Any, Any]:
    def fit(problem: RankingProblem, seed: int) -> Fitted[Predict]:
        scores, about = _ask(command, problem, {"model": model, "seed": seed, "epochs": epochs})
        return Fitted(lambda viewers: scores[viewers], about)

    return Contender(name, kind, fit, settings={"model": model, "epochs": epochs})


def _ask(command: list[str], problem: RankingProblem, ask: dict[str, Any]) -> tuple[Any, dict[str, Any]]:
    """Run a peer on the events of a problem: its scores, and what it says of itself.

    Raises:
        DataError: it failed; the end of what it printed is in the message.
    """
    events = {
        f"{name}_{side}": getattr(getattr(problem, name), side)
        for name in ("train", "validation")
        for side in ("viewer", "title")
    }
    size = {"viewers": problem.train.viewers, "titles": problem.train.titles}
    with tempfile.TemporaryDirectory() as folder:
        given, answer = Path(folder) / "in.npz", Path(folder) / "out.npz"
        np.savez(given, allow_pickle=False, ask=np.array(json.dumps({**ask, **size})), **events)
        whole = [*command, str(given), str(answer)]
        done = subprocess.run(whole, capture_output=True, text=True, check=False, cwd=folder)
        if done.returncode:
            raise DataError(f"{command[1]} failed for {ask['model']}: {done.stderr[-800:]}")
        with np.load(answer) as found:
            return found["scores"], json.loads(str(found["about"]))
