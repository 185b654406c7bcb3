"""Run inside an environment with RecBole: events in, scores of all viewers for all titles out.

    python recbole_peer.py in.npz out.npz

Settings are chosen by NDCG@10 on the validation events; the chosen one is then fitted again on training and validation
events together, for the number of epochs that was best. Source: RecBole, Zhao et al. 2021 (arXiv:2011.01731).
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
from recbole.data import create_dataset, data_preparation
from recbole.utils import get_model, get_trainer, init_seed

GRIDS: dict[str, list[dict[str, Any]]] = {
    "LightGCN": [{"n_layers": layers, "reg_weight": reg} for layers in (2, 3) for reg in (1e-4, 1e-3)],
    "BPR": [{"embedding_size": 64}, {"embedding_size": 128}],
    "EASE": [{"reg_weight": weight} for weight in (100.0, 250.0, 500.0)],
    "SLIMElastic": [{"alpha": alpha, "l1_ratio": 0.02} for alpha in (0.2, 0.5)],
    "MultiVAE": [{"latent_dimension": 128}, {"latent_dimension": 64}],
}
_ONE_EPOCH = ("EASE", "SLIMElastic")


def write_events(folder: Path, name: str, viewer: Any, title: Any) -> None:
    """One of RecBole's atomic files."""
    lines = ["user_id:token\titem_id:token", *(f"{v}\t{t}" for v, t in zip(viewer, title, strict=True))]
    (folder / "x" / f"x.{name}.inter").write_text("\n".join(lines) + "\n")


def fit(folder: Path, model_name: str, settings: dict[str, Any], seed: int, epochs: int, *, validate: bool) -> Any:
    """Train once: (best validation figure, best epoch, model, dataset)."""
    options = {
        "data_path": str(folder),
        "benchmark_filename": ["train", "valid", "test"],
        "load_col": {"inter": ["user_id", "item_id"]},
        "eval_args": {"split": {"RS": [0.8, 0.1, 0.1]}, "order": "RO", "mode": "full", "group_by": "user"},
        "metrics": ["NDCG"],
        "topk": [10],
        "valid_metric": "NDCG@10",
        "epochs": epochs,
        "stopping_step": 10,
        "eval_step": 1 if model_name in _ONE_EPOCH else 5,
        "train_batch_size": 2048,
        "seed": seed,
        "use_gpu": False,
        "show_progress": False,
        "save_dataset": False,
        "state": "ERROR",
        "checkpoint_dir": str(folder / "saved"),
        **({"train_neg_sample_args": None} if model_name in (*_ONE_EPOCH, "MultiVAE") else {}),
        **settings,
    }
    config = Config(model=model_name, dataset="x", config_dict=options)
    init_seed(seed, reproducibility=True)
    dataset = create_dataset(config)
    train, valid, _ = data_preparation(config, dataset)
    model = get_model(model_name)(config, train.dataset).to(config["device"])
    trainer = get_trainer(config["MODEL_TYPE"], model_name)(config, model)
    looks: list[tuple[float, int]] = []
    trainer.fit(
        train,
        valid if validate else None,
        verbose=False,
        saved=False,
        show_progress=False,
        callback_fn=lambda epoch, score: looks.append((float(score), -epoch)),
    )
    best, epoch = max(looks, default=(0.0, 1 - epochs))
    return best, 1 - epoch, model, dataset


def all_scores(model: Any, dataset: Any, viewers: int, titles: int) -> Any:
    """[viewers, titles] scores under the numbers of the caller."""
    from recbole.data.interaction import Interaction

    known_viewers = set(dataset.field2token_id["user_id"])
    known_titles = dataset.field2token_id["item_id"]
    columns = np.array([known_titles.get(str(title), 0) for title in range(titles)])
    scores = np.full((viewers, titles), -np.inf, np.float32)
    model.eval()
    for viewer in range(viewers):
        if str(viewer) in known_viewers:
            ids = torch.tensor([dataset.field2token_id["user_id"][str(viewer)]])
            with torch.no_grad():
                row = model.full_sort_predict(Interaction({"user_id": ids})).reshape(-1).numpy()
            scores[viewer] = np.where(columns > 0, row[columns], -np.inf)
    return scores


def main() -> None:
    """Read, choose, fit again, write."""
    data = np.load(sys.argv[1])
    ask = json.loads(str(data["ask"]))
    grid, seed, model_name = GRIDS[ask["model"]], int(ask["seed"]), ask["model"]
    epochs = 1 if model_name in _ONE_EPOCH else int(ask["epochs"])
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "x").mkdir()
        parts = {name: (data[f"{name}_viewer"], data[f"{name}_title"]) for name in ("train", "validation")}
        write_events(folder, "train", *parts["train"])
        for name in ("valid", "test"):
            write_events(folder, name, *parts["validation"])
        tried = []
        for settings in grid:
            best, epoch, _, _ = fit(folder, model_name, settings, seed, epochs, validate=True)
            tried.append((best, epoch, settings))
        best, epoch, settings = max(tried, key=lambda one: one[0])
        both = [np.concatenate([parts[name][side] for name in parts]) for side in (0, 1)]
        write_events(folder, "train", *both)
        _, _, model, dataset = fit(folder, model_name, settings, seed, epoch, validate=False)
        scores = all_scores(model, dataset, int(ask["viewers"]), int(ask["titles"]))
    about = {"version": f"RecBole {recbole.__version__}", "chosen": settings, "epochs": epoch, "validation": best}
    np.savez(sys.argv[2], scores=scores, about=json.dumps(about))


if __name__ == "__main__":
    main()
