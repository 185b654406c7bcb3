"""Run inside an environment with RecBole: SASRec for next-item and top-N tables, asked over standard input.

    python recbole_next.py     one JSON object a line: {"do": "fit" or "ask", "given": in.npz, "answer": out.npz}

Model and layers are RecBole's; its loop trains one position of a sequence at a time, which takes hours on a processor,
so all positions are trained at once here, as in the paper, with RecBole's cross-entropy over all titles. Dropout and
the number of epochs are chosen by NDCG@10 on the validation questions; the chosen one is trained again on training and
validation likes together. Given no validation questions, it takes the only dropout and all epochs that it is told.
Source: Kang & McAuley 2018 (arXiv:1808.09781); RecBole, Zhao et al. 2021 (arXiv:2011.01731).
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import recbole
import torch
from recbole.config import Config
from recbole.data import create_dataset
from recbole.model.sequential_recommender import SASRec
from recbole.utils import init_seed

LENGTH, BATCH, LOOK = 50, 64, 4
ROWS = 64
"""Positions whose scores of all items are held at once while training."""
PATIENCE = 2
"""Looks without a better figure after which training ends."""


def build(folder: Path, titles: int, dropout: float, seed: int) -> Any:
    """An untrained SASRec over `titles` titles; title n is RecBole's item n + 1."""
    (folder / "x").mkdir(exist_ok=True)
    lines = ["user_id:token\titem_id:token\ttimestamp:float", *(f"u\t{n}\t{n}" for n in range(titles))]
    (folder / "x" / "x.inter").write_text("\n".join(lines) + "\n")
    options = {
        "data_path": str(folder),
        "load_col": {"inter": ["user_id", "item_id", "timestamp"]},
        "MAX_ITEM_LIST_LENGTH": LENGTH,
        "hidden_size": 64,
        "inner_size": 256,
        "n_layers": 2,
        "n_heads": 2,
        "hidden_dropout_prob": dropout,
        "attn_dropout_prob": dropout,
        "loss_type": "CE",
        "train_neg_sample_args": None,
        "seed": seed,
        "use_gpu": False,
        "show_progress": False,
        "state": "ERROR",
    }
    config = Config(model="SASRec", dataset="x", config_dict=options)
    init_seed(seed, reproducibility=True)
    return SASRec(config, create_dataset(config))


def hidden(model: Any, sequences: Any) -> Any:
    """[sequences, LENGTH, width] SASRec's output at every position: its own `forward` before the last is taken."""
    places = torch.arange(sequences.shape[1]).expand_as(sequences)
    inputs = model.item_embedding(sequences) + model.position_embedding(places)
    inputs = model.dropout(model.LayerNorm(inputs))
    mask = model.get_attention_mask(sequences)
    return model.trm_encoder(inputs, mask, output_all_encoded_layers=True)[-1]


def cut(viewer: Any, title: Any) -> Any:
    """[windows, LENGTH + 1] items of one viewer in order, 0 behind the end; windows overlap by half."""
    rows = []
    for one in np.unique(viewer):
        items = title[viewer == one] + 1
        for start in range(0, max(len(items) - 1, 0), LENGTH // 2):
            part = items[start : start + LENGTH + 1]
            if len(part) > 1:
                rows.append(np.pad(part, (0, LENGTH + 1 - len(part))))
            if start + LENGTH + 1 >= len(items):
                break
    return torch.from_numpy(np.stack(rows).astype(np.int64))


class CrossEntropy(torch.autograd.Function):
    """Mean cross-entropy of the softmax over all items, and its slopes, so few rows at a time that they stay in cache.

    The same numbers as `torch.nn.functional.cross_entropy(hidden @ items.T, right)`, in less than half of its time.
    """

    @staticmethod
    def forward(context: Any, hidden: Any, items: Any, right: Any) -> Any:
        """Loss of hidden [positions, width] with items [items, width] and right [positions]."""
        of_hidden, of_items = torch.empty_like(hidden), torch.zeros_like(items)
        loss = hidden.new_zeros(())
        for at in range(0, len(hidden), ROWS):
            some, wanted = hidden[at : at + ROWS], right[at : at + ROWS]
            rows = torch.arange(len(some))
            share = some @ items.T
            share -= share.amax(dim=1, keepdim=True)
            loss -= share[rows, wanted].sum()
            total = share.exp_().sum(dim=1, keepdim=True)
            loss += total.log().sum()
            share /= total
            share[rows, wanted] -= 1
            of_hidden[at : at + ROWS] = share @ items
            of_items.addmm_(share.T, some)
        context.save_for_backward(of_hidden / len(hidden), of_items / len(hidden))
        return loss / len(hidden)

    @staticmethod
    def backward(context: Any, slope: Any) -> Any:
        """Slopes of `forward`."""
        of_hidden, of_items = context.saved_tensors
        return slope * of_hidden, slope * of_items, None


def epoch(model: Any, optimiser: Any, windows: Any) -> None:
    """Every window once."""
    model.train()
    for at in torch.split(torch.randperm(len(windows)), BATCH):
        some = windows[at]
        given, wanted = some[:, :-1], some[:, 1:]
        kept = wanted > 0
        states = hidden(model, given)[kept]
        loss = CrossEntropy.apply(states, model.item_embedding.weight, wanted[kept])  # type: ignore[no-untyped-call]
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()


def answer(model: Any, sequences: Any) -> Any:
    """[questions, titles] from [questions, LENGTH] items, 0 behind the end."""
    model.eval()
    found = []
    with torch.no_grad():
        for some in torch.split(torch.from_numpy(sequences), 256):
            last = (some > 0).sum(dim=1).clamp(min=1) - 1
            out = hidden(model, some)[torch.arange(len(some)), last]
            found.append((out @ model.item_embedding.weight.T)[:, 1:].numpy())
    return np.concatenate(found)


def quality(model: Any, data: Any) -> float:
    """NDCG@10 on the validation questions, each with one right title; what was seen is barred."""
    scores = answer(model, data["ask_sequences"])
    scores[data["ask_seen_row"], data["ask_seen_title"]] = -np.inf
    right = scores[np.arange(len(scores)), data["ask_right"]]
    rank = 1 + (scores > right[:, None]).sum(axis=1)
    return float(np.where(rank <= 10, 1 / np.log2(rank + 1), 0).mean())


def choose(data: Any, ask: dict[str, Any], folder: Path) -> tuple[float, int, float]:
    """NDCG@10 on the validation questions, epochs and dropout of the best look."""
    train = cut(data["train_viewer"], data["train_title"])
    tried = []
    for dropout in ask["dropouts"]:
        model = build(folder, ask["titles"], dropout, ask["seed"])
        optimiser = torch.optim.Adam(model.parameters(), lr=ask["rate"])
        best = (-1.0, 0)
        for number in range(1, ask["epochs"] + 1):
            epoch(model, optimiser, train)
            if number % LOOK == 0:
                best = max(best, (quality(model, data), number))
                print(dropout, number, best, file=sys.stderr, flush=True)
                if number - best[1] >= PATIENCE * LOOK:
                    break
        tried.append((*best, dropout))
    return max(tried)


def fit(data: Any, folder: Path) -> tuple[Any, dict[str, Any]]:
    """Choose, then train again on everything."""
    ask = json.loads(str(data["ask"]))
    both = cut(data["both_viewer"], data["both_title"])
    (dropout, *more), epochs, told = ask["dropouts"], ask["epochs"], {}
    if "ask_sequences" in data:
        figure, epochs, dropout = choose(data, ask, folder)
        told = {"validation": figure}
    elif more:
        raise ValueError("several dropouts, and no validation questions to choose by")
    model = build(folder, ask["titles"], dropout, ask["seed"])
    optimiser = torch.optim.Adam(model.parameters(), lr=ask["rate"])
    for _ in range(epochs):
        epoch(model, optimiser, both)
    about = {"version": f"RecBole {recbole.__version__}", "dropout": dropout, "epochs": epochs, **told}
    return model, about


def main() -> None:
    """Answer line by line."""
    model: Any = None
    with tempfile.TemporaryDirectory() as scratch:
        for line in sys.stdin:
            wanted = json.loads(line)
            data = np.load(wanted["given"])
            if wanted["do"] == "fit":
                model, about = fit(data, Path(scratch))
                np.savez(wanted["answer"], about=json.dumps(about))
            else:
                np.savez(wanted["answer"], scores=answer(model, data["sequences"]))
            print("done", flush=True)


if __name__ == "__main__":
    main()
