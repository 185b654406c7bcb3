"""Training and asking of TGN: events are read in order, each batch asked about before it is read.

Stream  ->  train_tgn  ->  Tgn that has read it  ->  TgnAnswers: scores at any place of a longer stream
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from reelation.evaluation.interactions import Interactions
from reelation.evaluation.moments import Questions
from reelation.models.tgn import Stream, Tgn
from reelation.seeds import generator

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class StreamConfig:
    """How it is trained and asked."""

    batch: int = 200
    """Events, as in the paper."""
    wrong: int = 512
    """Titles drawn evenly that a batch's own liked titles are told from, beside each other."""
    learning_rate: float = 2e-3
    epochs: int = 8
    patience: int = 2
    """Epochs without a better figure after which training ends."""
    block: int = 32
    """Events after which memories are brought up to date when asked; fewer are slower."""


def stream_of(log: Interactions, liked: float) -> Stream:
    """Events as tensors; a message is 1 for a like and -1 for a dislike."""
    verdict = np.where(log.stars >= liked, 1.0, -1.0).astype(np.float32)
    return Stream(
        torch.from_numpy(log.viewer.astype(np.int64)),
        torch.from_numpy(log.title.astype(np.int64) + log.viewers),
        torch.from_numpy(np.ascontiguousarray(log.time)),
        torch.from_numpy(verdict)[:, None],
    )


def train_tgn(
    model: Tgn, stream: Stream, config: StreamConfig, seed: int, epochs: int, judge: Callable[[Tgn], float] | None
) -> tuple[Tgn, list[float]]:
    """Train on a stream; every epoch reads it anew.

    Args:
        model: trained in place.
        stream: likes and dislikes; only likes are asked for.
        config: how.
        seed: of the wrong titles.
        epochs: at the most.
        judge: figure on validation data, of a model that has read the stream; None: train to the end.

    Returns:
        The best model (by `judge`, else the last), having read the whole stream; figures by epoch.
    """
    rng = generator(seed, "TGN")
    optimiser = torch.optim.Adam(model.parameters(), lr=config.learning_rate)
    figures: list[float] = []
    best = model
    for _ in range(epochs):
        model.train()
        model.restart()
        while model.read < len(stream.time):
            upto = min(model.read + config.batch, len(stream.time))
            loss = _loss(model, stream, upto, rng, config.wrong)
            if loss is not None:
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
            model.learn_of(stream, upto)
            model.memory.detach()
        with torch.no_grad():
            model.eval()  # what is waiting goes into the memory
        if judge is None:
            best = model
            continue
        figures.append(judge(model))
        if figures[-1] >= max(figures):
            best = model.snapshot()
        if len(figures) - int(np.argmax(figures)) > config.patience:
            break
    return best, figures


def _loss(model: Tgn, stream: Stream, upto: int, rng: np.random.Generator, wrong: int) -> torch.Tensor | None:
    some = slice(model.read, upto)
    liked = stream.message[some, 0] > 0
    if not liked.any():
        return None
    right = stream.target[some][liked] - model.viewers
    drawn = torch.from_numpy(rng.integers(0, model.titles, wrong))
    titles, place = torch.unique(torch.cat([right, drawn]), return_inverse=True)
    logits = model.scores(stream.source[some][liked], titles, stream)
    return nn.functional.cross_entropy(logits, place[: len(right)])


class TgnAnswers:
    """A trained model asked about moments after what it was trained on; it reads on as it goes."""

    def __init__(self, trained: Tgn, block: int, liked: float) -> None:
        """Keep a model.

        Args:
            trained: has read the stream that it was trained on.
            block: events after which memories are brought up to date.
            liked: stars from which on an event is a like.
        """
        self._start, self._block, self._liked = trained, block, liked
        self._now = trained.snapshot()

    def __call__(self, questions: Questions) -> Floats:
        """[questions, titles] scores, each from the last whole block of events before the question."""
        stream = stream_of(questions.log, self._liked)
        first, model = self._start.read, self._now
        found = np.empty((len(questions), model.titles), np.float32)
        titles = torch.arange(model.titles)
        reach = first + (questions.known - first) // self._block * self._block
        with torch.no_grad():
            for place in np.unique(reach).tolist():
                if place < model.read:
                    model = self._now = self._start.snapshot()
                model.eval()
                while model.read < place:
                    model.learn_of(stream, model.read + self._block)
                rows = np.flatnonzero(reach == place)
                viewer = torch.from_numpy(questions.viewer[rows])
                found[rows] = model.scores(viewer, titles, stream).numpy()
        return found
