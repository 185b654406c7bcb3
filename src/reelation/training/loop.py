"""The one training loop: any encoder, any objective.

    fit(encoder, objective, config)  ->  History, and the encoder with its best weights

Interrupting it loses nothing: with a checkpoint folder it goes on where it was, and ends with the same weights as
a run that was never interrupted.
"""

from __future__ import annotations

import math
import resource
import sys
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from reelation.arrays import load_bundle, save_bundle
from reelation.errors import DataError
from reelation.models.base import Model
from reelation.progress import progress
from reelation.seeds import generator

CHECKPOINT = "checkpoint.npz"
"""The file in a checkpoint folder that an interrupted run is continued."""


@dataclass(frozen=True)
class FitConfig:
    """How to train."""

    steps: int = 400
    """Optimiser steps at the most."""
    learning_rate: float = 3e-3
    """Peak step size; falls to a tenth along a cosine."""
    weight_decay: float = 1e-4
    """Decay of all weights (AdamW)."""
    validate_every: int = 50
    """Steps between two looks at the validation figure."""
    patience: int = 4
    """Stop after so many looks without a better figure."""
    tie: float = 0.0
    """Share by which a figure may stay behind the best and still count as good, so that of several the last weights are
    kept: which look has the best of nearly equal figures is chance, and another with each change of the catalogue."""
    checkpoint_seconds: float = 20.0
    """Time between two checkpoints."""


E = TypeVar("E", bound=Model)
E_contra = TypeVar("E_contra", bound=Model, contravariant=True)


class Objective(Protocol[E_contra]):
    """What to learn: a loss for one step and a figure on held-out data."""

    figure: str
    """Name of the validation figure; higher is better."""
    head: nn.Module
    """Weights of the objective's own; an empty module where it has none."""

    def loss(self, encoder: E_contra, rng: np.random.Generator) -> Tensor:
        """The loss of one batch, drawn with `rng`."""

    def validate(self, encoder: E_contra) -> float:
        """The figure on held-out data, never on test data."""


@dataclass
class History:
    """What happened."""

    figure: str
    seed: int
    losses: list[float] = field(default_factory=list)
    """One a step."""
    validation: list[tuple[int, float]] = field(default_factory=list)
    """(step, figure)."""
    times: list[float] = field(default_factory=list)
    """Seconds of training behind each of them, the looks themselves included."""
    best_step: int = 0
    seconds: float = 0.0
    peak_memory_mb: float = 0.0
    """Largest resident size of the process so far."""
    stopped_early: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain values; losses thinned out to a hundred."""
        thin = max(1, len(self.losses) // 100)
        return {
            **asdict(self),
            "losses": [round(loss, 5) for loss in self.losses[::thin]],
            "validation": [[step, round(value, 5)] for step, value in self.validation],
        }


def fit(
    encoder: E,
    objective: Objective[E],
    config: FitConfig,
    seed: int,
    checkpoint: Path | None = None,
) -> History:
    """Train `encoder` on `objective`, keep the weights with the best validation figure.

    Args:
        encoder: trained in place.
        objective: supplies loss and figure.
        config: steps, step size, patience.
        seed: of batches and dropout; the same seed gives the same weights on the same machine.
        checkpoint: a folder; a run that was interrupted there goes on. Emptied when training is done.

    Raises:
        DataError: the loss is no longer a number.
    """
    run = _Run(encoder, objective, config, seed)
    if checkpoint is not None:
        run.resume(checkpoint)
    saved = time.monotonic()
    run.began = saved - run.history.seconds
    try:
        with progress("training", config.steps) as bar:
            bar.advance(run.step)
            while run.step < config.steps and not run.history.stopped_early:
                run.one_step()
                bar.advance()
                bar.say(run.status())
                run.history.seconds = round(time.monotonic() - run.began, 3)
                if checkpoint is not None and time.monotonic() - saved > config.checkpoint_seconds:
                    run.save(checkpoint)
                    saved = time.monotonic()
    except KeyboardInterrupt:
        if checkpoint is not None:
            run.save(checkpoint)
        raise
    run.restore_best()
    unit = 2**20 if sys.platform == "darwin" else 2**10
    run.history.peak_memory_mb = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, 1)
    if checkpoint is not None:
        for path in checkpoint.glob("checkpoint.*"):
            path.unlink()
    return run.history


class _Run(Generic[E]):
    """The state of one training, all of which goes into a checkpoint."""

    def __init__(self, encoder: E, objective: Objective[E], config: FitConfig, seed: int) -> None:
        self._encoder, self._objective, self._config = encoder, objective, config
        self._modules = nn.ModuleDict({"encoder": encoder, "head": objective.head})
        self._optimizer = torch.optim.AdamW(
            self._modules.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        self._rng = generator(seed, "batches")
        torch.manual_seed(seed)
        self._best: dict[str, Tensor] = {}
        self._best_figure = -math.inf
        self.history = History(figure=objective.figure, seed=seed)
        self.step = 0
        self.began = time.monotonic()

    def one_step(self) -> None:
        if self.step == 0:
            self._look()
        rate = self._config.learning_rate * (0.55 + 0.45 * math.cos(math.pi * self.step / self._config.steps))
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._modules.train()
        self._encoder.start_step()
        self._optimizer.zero_grad()
        loss = self._objective.loss(self._encoder, self._rng)
        value = loss.item()
        if not math.isfinite(value):
            raise DataError(
                f"Training broke off at step {self.step}: the loss is {value}. Try a smaller --learning-rate."
            )
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self._modules.parameters(), 1.0)
        self._optimizer.step()
        self.history.losses.append(value)
        self.step += 1
        if self._due():
            self._look()

    def _due(self) -> bool:
        return self.step % self._config.validate_every == 0 or self.step == self._config.steps

    def _look(self) -> None:
        self._modules.eval()
        self._encoder.start_step()
        with torch.no_grad():
            figure = self._objective.validate(self._encoder)
        self.history.validation.append((self.step, figure))
        self.history.times.append(round(time.monotonic() - self.began, 3))
        tied = self._config.tie > 0 and figure >= self._best_figure - self._config.tie * abs(self._best_figure)
        if figure > self._best_figure or tied:
            self._best_figure, self.history.best_step = max(figure, self._best_figure), self.step
            self._best = {name: value.clone() for name, value in self._modules.state_dict().items()}
        waited = sum(1 for step, _ in self.history.validation if step > self.history.best_step)
        self.history.stopped_early = waited >= self._config.patience

    def restore_best(self) -> None:
        """Put the best weights back, ready to embed."""
        if self._best:
            self._modules.load_state_dict(self._best)
        self._modules.eval()
        self._encoder.start_step()

    def status(self) -> str:
        """A few words for the progress bar."""
        figure = f"{self._objective.figure} {self.history.validation[-1][1]:.3f}" if self.history.validation else ""
        return f"loss {self.history.losses[-1]:.3f} {figure}"

    def save(self, folder: Path) -> None:
        """Write everything that the rest of the run depends on."""
        moments = self._optimizer.state_dict()["state"]
        arrays: dict[str, Any] = {"torch_rng": torch.get_rng_state()}
        arrays |= {f"now/{name}": value for name, value in self._modules.state_dict().items()}
        arrays |= {f"best/{name}": value for name, value in self._best.items()}
        arrays |= {f"adam/{i}/{name}": value for i, state in moments.items() for name, value in state.items()}
        about = {
            "step": self.step,
            "seed": self.history.seed,
            "best_figure": self._best_figure,
            "rng": self._rng.bit_generator.state,
            "history": asdict(self.history),
            "config": asdict(self._config),
        }
        save_bundle(folder / CHECKPOINT, {name: value.numpy() for name, value in arrays.items()}, about)

    def resume(self, folder: Path) -> None:
        """Go on from a checkpoint of the same run; one of another seed, config or model is left alone."""
        found = load_bundle(folder / CHECKPOINT)
        if found is None:
            return
        arrays, about = found
        now = {name.removeprefix("now/"): value for name, value in arrays.items() if name.startswith("now/")}
        mine = self._modules.state_dict()
        same = {name: tuple(value.shape) for name, value in mine.items()} == {k: v.shape for k, v in now.items()}
        if not same or about["seed"] != self.history.seed or about["config"] != asdict(self._config):
            return
        self._modules.load_state_dict(_tensors(now))
        self._best = _tensors({n.removeprefix("best/"): v for n, v in arrays.items() if n.startswith("best/")})
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in arrays.items():
            if name.startswith("adam/"):
                _, i, part = name.split("/")
                state.setdefault(int(i), {})[part] = torch.from_numpy(value)
        whole = self._optimizer.state_dict()
        self._optimizer.load_state_dict({**whole, "state": state})
        torch.set_rng_state(torch.from_numpy(arrays["torch_rng"]))
        self._rng.bit_generator.state = about["rng"]
        self._best_figure, self.step = about["best_figure"], about["step"]
        history = about["history"]
        self.history = History(**{**history, "validation": [tuple(look) for look in history["validation"]]})
        looked = self.history.validation[-1][0] if self.history.validation else -1
        if self._due() and looked < self.step:  # it was interrupted while it looked
            self._look()


def _tensors(arrays: Mapping[str, Any]) -> dict[str, Tensor]:
    return {name: torch.from_numpy(value) for name, value in arrays.items()}


def saved_seed(folder: Path) -> int | None:
    """The seed of the run that was interrupted in `folder`; None where there is none."""
    found = load_bundle(folder / CHECKPOINT)
    return int(found[1]["seed"]) if found is not None else None
