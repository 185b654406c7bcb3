"""The one way to run an evaluation: every contender on every seed, each result on disk as soon as it is there.

    run(task, contenders, seeds, folder)  ->  [Run, ...]   one a contender and seed

Started again, it computes only what is missing: a result counts while task, contender and settings are the same.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar, get_args

import numpy as np

from reelation.arrays import load_bundle, save_bundle
from reelation.evaluation.figures import Figure, Statistic
from reelation.evaluation.task import Contender, Kind, LeakError, Task
from reelation.progress import progress

P = TypeVar("P")
M = TypeVar("M")


@dataclass(frozen=True)
class Run:
    """One contender at one seed."""

    contender: str
    kind: Kind
    seed: int
    population: str
    figures: dict[str, Figure]
    fit_seconds: float
    """Wall time of fitting, everything chosen on validation data included."""
    fit_cpu_seconds: float
    """Processor time of the same, all threads together."""
    answer_seconds: float
    """Wall time of answering the whole test."""
    peak_mb: float
    """Most memory during fitting and answering above what the process held before."""
    about: dict[str, Any]


def run(
    task: Task[P, M], contenders: Sequence[Contender[P, M]], seeds: Sequence[int], folder: Path | None = None
) -> list[Run]:
    """Fit and mark every contender.

    Args:
        task: opened anew for each run, so that no contender can change what another sees.
        contenders: rows of the table.
        seeds: of splits and of models.
        folder: results are kept here and not computed twice.

    Raises:
        LeakError: the problem holds answers of its own test.
    """
    found: list[Run] = []
    with progress(task.name, len(contenders) * len(seeds)) as bar:
        for contender in contenders:
            seen: set[str] = set()
            for seed in seeds:
                bar.say(f"{contender.name}, seed {seed}")
                path = _place(folder, task.name, contender.name, seed) if folder is not None else None
                mark = _fingerprint(task, contender)
                one = _load(path, mark) if path is not None else None
                if one is None:
                    one = _run(task, contender, seed, seen)
                    if one is not None and path is not None:
                        _save(path, mark, one)
                if one is not None:
                    seen.add(one.population)
                    found.append(replace(one, kind=contender.kind))
                bar.advance()
    return found


def _run(task: Task[P, M], contender: Contender[P, M], seed: int, seen: set[str]) -> Run | None:
    problem, exam = task.open(seed)
    if not contender.seeded and exam.population in seen:
        return None
    if leaks := exam.leaks(problem):
        raise LeakError(f"{task.name}: what contenders see holds answers of the test: {'; '.join(leaks)}")
    with _memory() as memory:
        began, cpu = time.perf_counter(), time.process_time()
        fitted = contender.fit(problem, seed)
        fit_seconds, fit_cpu = time.perf_counter() - began, time.process_time() - cpu
        began = time.perf_counter()
        figures = exam.grade(fitted.predict)
        answer_seconds = time.perf_counter() - began
    return Run(
        contender=contender.name,
        kind=contender.kind,
        seed=seed,
        population=exam.population,
        figures=figures,
        fit_seconds=round(fit_seconds, 3),
        fit_cpu_seconds=round(fit_cpu, 3),
        answer_seconds=round(answer_seconds, 3),
        peak_mb=round(memory.peak / 2**20, 1),
        about=fitted.about,
    )


class _Peak:
    peak = 0.0


@contextmanager
def _memory() -> Iterator[_Peak]:
    """Watch the largest resident size above the present one, looking fifty times a second."""
    import psutil

    process, found, done = psutil.Process(), _Peak(), threading.Event()
    start = process.memory_info().rss

    def watch() -> None:
        while not done.wait(0.02):
            found.peak = max(found.peak, process.memory_info().rss - start)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        done.set()
        thread.join()
        found.peak = max(found.peak, process.memory_info().rss - start)


def slug(name: str) -> str:
    """A name as a file name: "Top-N, ml-100k" -> "top-n-ml-100k"."""
    return re.sub(r"[^\w+]+", "-", name.lower()).strip("-")


def _place(folder: Path, task: str, contender: str, seed: int) -> Path:
    return folder / slug(task) / f"{slug(contender)}.{seed}.npz"


def _fingerprint(task: Task[Any, Any], contender: Contender[Any, Any]) -> str:
    content = [task.fingerprint, contender.name, json.dumps(contender.settings, sort_keys=True, default=repr)]
    return hashlib.sha256("\n".join(content).encode()).hexdigest()[:16]


def _save(path: Path, mark: str, one: Run) -> None:
    arrays = {name: figure.values for name, figure in one.figures.items()}
    about = {name: value for name, value in vars(one).items() if name != "figures"}
    statistics = {name: figure.statistic for name, figure in one.figures.items()}
    save_bundle(path, arrays, {"fingerprint": mark, "statistics": statistics, "run": about})


def _load(path: Path, mark: str) -> Run | None:
    found = load_bundle(path)
    if found is None or found[1].get("fingerprint") != mark:
        return None
    arrays, about = found
    statistics: Mapping[str, Statistic] = about["statistics"]
    if not set(statistics.values()) <= set(get_args(Statistic)):
        return None
    figures = {name: Figure(np.asarray(arrays[name], np.float64), statistics[name]) for name in statistics}
    return Run(figures=figures, **about["run"])
