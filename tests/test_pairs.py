"""Weights from a user's own pairs: reading the table, and using weights only where they are better."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from reelation.catalogue.store import Catalogue
from reelation.errors import DataError
from reelation.training.assemble import DenseBlock, FacetPlan
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.pairs import fit_to_pairs, read_pairs
from reelation.training.run import TrainConfig, train
from reelation.training.weights import parts_of
from tests.crowd import crowd


def table(folder: Path, catalogue: Catalogue, *more: str, header: str = "one,other,note") -> Path:
    ids = catalogue.table("titles")["title_id"].to_list()
    lines = [header, *(f"{a},{b},x" for a, b in combinations(ids, 2)), *more]
    folder.mkdir(exist_ok=True)
    path = folder / "pairs.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_pairs_name_titles_by_id_or_by_name(tmp_path: Path, tiny_catalogue: Catalogue) -> None:
    ids = tiny_catalogue.table("titles")["title_id"].to_list()
    lines = [*combinations(ids, 2)][:60]
    ways = ["voidborn (1979),Hung Jury", '"Órdenes del Juez (1998)",The Tide (2002)']
    found = read_pairs(table(tmp_path, tiny_catalogue, *ways), tiny_catalogue)
    assert len(found.pairs) == 12 * 11 / 2
    assert not found.rejected
    path = tmp_path / "few.tsv"
    path.write_text("\n".join("\t".join(pair) for pair in lines), encoding="utf-8")
    assert len(read_pairs(path, tiny_catalogue).pairs) == 60  # a first line that is a pair is no header


def test_lines_that_give_no_pair_say_why(tmp_path: Path, tiny_catalogue: Catalogue) -> None:
    odd = ["The Tide,w:void1", "w:void1,w:void1", "w:void1", "w:void1,Nobody (1950)"]
    found = read_pairs(table(tmp_path, tiny_catalogue, *odd), tiny_catalogue)
    first = 12 * 11 // 2 + 2
    assert [line for line, _ in found.rejected] == [first, first + 1, first + 2, first + 3]
    reasons = [why for _, why in found.rejected]
    assert "2 titles are called 'The Tide'" in reasons[0]
    assert reasons[1:3] == ["both are the same title", "two titles are needed"]
    assert "no title 'Nobody (1950)'" in reasons[3]


def test_too_few_pairs_and_what_is_no_table_are_refused(tmp_path: Path, tiny_catalogue: Catalogue) -> None:
    path = tmp_path / "pairs.csv"
    path.write_text("one,other\nw:void1,w:void2\nw:void1,nobody\n", encoding="utf-8")
    with pytest.raises(DataError, match=r"1 pairs .* need 50; line 3: no title 'nobody'"):
        read_pairs(path, tiny_catalogue)
    path.write_bytes(b"\xff\xfe\x00binary")
    with pytest.raises(DataError, match="cannot be read"):
        read_pairs(path, tiny_catalogue)
    with pytest.raises(DataError, match="cannot be read"):
        read_pairs(tmp_path / "absent.csv", tiny_catalogue)


def plans(true: float, noise: float) -> tuple[FacetPlan, ...]:
    """Four hundred titles in pairs that "true" tells and "noise" does not."""
    rng = np.random.default_rng(0)
    kin = rng.normal(size=(200, 16)).repeat(2, axis=0).astype(np.float32)
    kin /= np.linalg.norm(kin, axis=1, keepdims=True)
    lost = rng.normal(size=(400, 16)).astype(np.float32)
    return (FacetPlan("a", (), (DenseBlock("a", "true", true, kin), DenseBlock("a", "noise", noise, lost))),)


def test_pairs_move_weights_to_what_tells_them() -> None:
    pairs = frozenset((row, row + 1) for row in range(0, 400, 2))
    found = fit_to_pairs(crowd(), plans(0.1, 1.0), pairs, 0)
    assert found.kept
    assert found.after["MRR"] > 0.9 > 0.5 > found.before["MRR"]
    weights = {part: block.weight for part, block in parts_of(found.plans).items()}
    assert weights["a", "true"] > 10 * weights.get(("a", "noise"), 0.0)
    assert found.figures()["after"]["MRR"] == round(found.after["MRR"], 4)


def test_weights_that_are_no_better_are_not_used() -> None:
    had = plans(1.0, 1e-9)
    found = fit_to_pairs(crowd(), had, frozenset((row, row + 1) for row in range(0, 400, 2)), 0)
    assert found.before["MRR"] == 1
    assert not found.kept
    assert found.plans == had


def test_an_atlas_with_weights_from_pairs_says_so(tmp_path: Path, tiny_catalogue: Catalogue) -> None:
    quick = LearnConfig(fit=FitConfig(steps=4, validate_every=2), threads=1)
    quick = replace(quick, audience=replace(quick.audience, fit=quick.fit))
    pairs = read_pairs(table(tmp_path, tiny_catalogue), tiny_catalogue).pairs
    atlas = train(tiny_catalogue, tmp_path / "atlas", TrainConfig(learn=quick, seed=1), pairs=pairs)
    told = atlas.manifest.scores["pairs"]
    assert set(told) == {"before", "after", "kept"}
    assert "MRR" in told["before"]
