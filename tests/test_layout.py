"""The layout: near titles stand near, retraining moves little, labels do not lie on each other."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.engine import Engine
from reelation.errors import AtlasError
from reelation.insights.plane import overlapping
from reelation.training.parts.layout import align, main_axes
from reelation.training.parts.pacmap import pacmap
from tests.clumps import CLUMPS, clump_of, clumps_atlas, clumps_catalogue


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return clumps_catalogue(tmp_path_factory.mktemp("clumps") / "catalogue")


@pytest.fixture(scope="module")
def atlas(catalogue: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return clumps_atlas(catalogue, tmp_path_factory.mktemp("clumps") / "atlas")


def three_balls(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Points around three far corners: [240, 8] points, their [240, 12] true neighbours, and the corner of each."""
    rng = np.random.default_rng(seed)
    ball = np.repeat(np.arange(3), 80)
    points = (np.eye(3, 8)[ball] * 20 + rng.standard_normal((240, 8))).astype(np.float32)
    distances = ((points[:, None] - points) ** 2).sum(axis=2)
    np.fill_diagonal(distances, np.inf)
    return points, np.argsort(distances, axis=1)[:, :12].astype(np.int32), ball


def test_pacmap_keeps_three_balls_apart() -> None:
    points, neighbours, ball = three_balls(0)
    placed = pacmap(neighbours, points, 1, 0.01 * main_axes(points))
    centres = np.stack([placed[ball == one].mean(axis=0) for one in range(3)])
    nearest = ((placed[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == ball).mean() > 0.99
    distances = ((placed[:, None] - placed) ** 2).sum(axis=2)
    near = distances[np.arange(240)[:, None], neighbours].mean()
    assert near < 0.1 * distances.mean()
    assert pacmap(neighbours, points, 1, 0.01 * main_axes(points)).tobytes() == placed.tobytes()


def test_refining_a_picture_changes_little() -> None:
    points, neighbours, _ = three_balls(0)
    placed = pacmap(neighbours, points, 1, 0.01 * main_axes(points))
    again = pacmap(neighbours, points, 2, placed, refine=True)
    width = np.ptp(placed, axis=0).max()
    assert (np.linalg.norm(again - placed, axis=1) < 0.1 * width).mean() > 0.9


@given(st.floats(0, 6.2), st.booleans(), st.floats(0.4, 2.5), st.floats(-3, 3))
def test_a_turned_mirrored_scaled_layout_is_turned_back(
    angle: float, mirrored: bool, size: float, shift: float
) -> None:
    rng = np.random.default_rng(0)
    onto = rng.standard_normal((40, 2)).astype(np.float32)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ np.diag(
        [1, -1 if mirrored else 1]
    )
    moved = (size * onto @ turn + shift).astype(np.float32)
    back, scale = align(moved, onto, np.arange(40) < 30)
    assert back == pytest.approx(onto, abs=1e-3)
    assert scale == pytest.approx(1 / size, rel=1e-3)


def test_clumps_stand_together(atlas: Atlas) -> None:
    found = Engine(atlas, "en").layout()
    clump = np.array([clump_of(title.title_id) for title in found.titles])
    centres = np.stack([np.median(found.positions[clump == one], axis=0) for one in range(len(CLUMPS))])
    nearest = ((found.positions[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == clump).mean() > 0.9
    spread = np.ptp(np.percentile(found.positions, [1, 99], axis=0), axis=0)
    assert spread.max() == pytest.approx(1, abs=1e-3)
    assert (found.renown.min() >= 0, found.renown.max() <= 1) == (True, True)


def test_training_again_with_another_seed_moves_few_titles(catalogue: Catalogue, tmp_path: Path) -> None:
    first = clumps_atlas(catalogue, tmp_path / "atlas", seed=1)
    before = np.array(first.part("layout").array("position"))  # type: ignore[union-attr]
    second = clumps_atlas(catalogue, tmp_path / "atlas", seed=2)
    part = second.part("layout")
    assert part is not None
    assert part.about["aligned"]
    moved = np.linalg.norm(part.array("position") - before, axis=1)
    assert (moved <= 0.1).mean() >= 0.9
    assert part.about["steady"] == pytest.approx((moved <= 0.1).mean(), abs=1e-3)


def test_a_title_that_is_new_begins_amid_its_neighbours(tmp_path: Path) -> None:
    clumps_atlas(clumps_catalogue(tmp_path / "few", titles=120), tmp_path / "atlas")
    grown = clumps_atlas(clumps_catalogue(tmp_path / "more", titles=160), tmp_path / "atlas", seed=9)
    found = Engine(grown, "en").layout()
    clump = np.array([clump_of(title.title_id) for title in found.titles])
    centres = np.stack([np.median(found.positions[:120][clump[:120] == one], axis=0) for one in range(len(CLUMPS))])
    nearest = ((found.positions[120:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
    assert (nearest == clump[120:]).mean() > 0.7


@pytest.mark.parametrize("language", ["en", "zh"])
def test_labels_do_not_lie_on_each_other(atlas: Atlas, tiny_atlas: Atlas, language: str) -> None:
    for some in (atlas, tiny_atlas):
        for level in Engine(some, language).layout().labels:
            assert level
            assert overlapping([label.box for label in level]) == []


def test_overlaps_are_seen() -> None:
    boxes = [(0.0, 0.0, 2.0, 1.0), (1.0, 0.5, 3.0, 2.0), (2.0, 0.0, 4.0, 0.5)]
    assert overlapping(boxes) == [(0, 1)]
    assert overlapping(boxes[:1]) == []


def test_layout_goes_to_json_and_frames(tiny_atlas: Atlas) -> None:
    found = Engine(tiny_atlas, "en").layout()
    said = json.loads(json.dumps(found.to_json()))
    assert len(said["titles"]) == len(found) == len(tiny_atlas)
    assert said["labels"][0][0]["level"] == 1
    assert found.to_frame().columns == ["title_id", "name", "year", "kind", "x", "y", "renown"]


def test_an_atlas_without_a_layout_says_how_to_get_one(tiny_atlas: Atlas) -> None:
    bare = Engine(replace(tiny_atlas, manifest=replace(tiny_atlas.manifest, parts={})), "en")
    with pytest.raises(AtlasError, match=r"has no layout.*reelation train"):
        bare.layout()
