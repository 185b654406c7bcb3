"""Neighbours, groups and their names: known answers on invented clumps, and laws."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import sparse

from reelation.atlas.store import Atlas
from reelation.engine import Engine
from reelation.errors import AtlasError, UsageError
from reelation.evaluation.metrics import adjusted_rand
from reelation.search.exact import Measure, Scorer
from reelation.training.parts import neighbours
from reelation.training.parts.communities import modularity, nested_levels, similarity
from reelation.training.parts.neighbours import Wholes, find_neighbours
from reelation.training.parts.settings import PartSettings
from tests.clumps import CLUMPS, clump_of, clumps_atlas, clumps_catalogue


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    folder = tmp_path_factory.mktemp("clumps")
    return clumps_atlas(clumps_catalogue(folder / "catalogue"), folder / "atlas")


@pytest.fixture(scope="module")
def engine(atlas: Atlas) -> Engine:
    return Engine(atlas, "en")


# Neighbours


def test_neighbours_are_those_of_the_exact_search(tiny_atlas: Atlas) -> None:
    found = find_neighbours(tiny_atlas, seed=0)
    for metric, rows in (("cosine", found.rows), ("dot", found.closest)):
        scorer = Scorer(tiny_atlas, Measure.of(tiny_atlas, metric=metric))
        for row in range(len(tiny_atlas)):
            scores = scorer.scores(row)
            scores[row] = -np.inf
            ours = rows[row][rows[row] >= 0]
            best = np.sort(scores[scores > 0])[::-1][: rows.shape[1]]
            assert scores[ours] == pytest.approx(best, abs=1e-5)


def test_cosines_are_those_of_the_exact_search(tiny_atlas: Atlas) -> None:
    everything = np.arange(len(tiny_atlas))
    cosines = Wholes(tiny_atlas).cosines(everything)
    scorer = Scorer(tiny_atlas, Measure.of(tiny_atlas, metric="cosine"))
    for row in everything.tolist():
        assert cosines[row] == pytest.approx(scorer.scores(row), abs=1e-5)


def test_cells_find_most_of_the_true_neighbours(atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten cells of about 16 titles, of which three are searched: chance would find a third."""
    monkeypatch.setattr(neighbours, "_CELL", 16)
    monkeypatch.setattr(neighbours, "_CELLS", 3)
    exact, quick = find_neighbours(atlas, seed=1), find_neighbours(atlas, seed=1, exact=100)
    hits = [len(set(a) & set(b)) / len(a) for a, b in zip(exact.rows.tolist(), quick.rows.tolist(), strict=True)]
    assert np.mean(hits) > 0.9
    same = exact.rows == quick.rows
    assert quick.cosines[same] == pytest.approx(exact.cosines[same], abs=1e-5)


def test_sketches_keep_inner_products(atlas: Atlas) -> None:
    wholes = Wholes(atlas)
    sketch, cosines = wholes.sketch(0), wholes.cosines(np.arange(len(atlas)))
    assert sketch.shape[1] <= 128
    assert np.abs(sketch @ sketch.T - cosines).mean() < 0.03
    assert wholes.sketch(0, width=8).shape == (len(atlas), 8)
    assert wholes.sketch(0).tobytes() == sketch.tobytes()


# Communities


def blocks(sizes: tuple[int, ...], inside: float, outside: float, seed: int) -> tuple[sparse.csr_array, Any]:
    """A graph with planted groups, and the group of each node."""
    rng = np.random.default_rng(seed)
    truth = np.repeat(np.arange(len(sizes)), sizes)
    chance = np.where(truth[:, None] == truth, inside, outside)
    upper = np.triu(rng.random(chance.shape) < chance, 1).astype(np.float32)
    return sparse.csr_array(upper + upper.T), truth


def test_planted_groups_are_found_whatever_the_seed() -> None:
    graph, truth = blocks((60, 50, 40, 30), 0.3, 0.01, seed=0)
    for seed in (1, 2, 3):
        top = nested_levels(graph, seed)[0]
        assert adjusted_rand(top.labels, truth) > 0.95
        assert top.stability > 0.9
        assert top.modularity == pytest.approx(modularity(graph, top.labels))


def test_one_seed_gives_one_answer_and_levels_are_nested() -> None:
    graph, _ = blocks((80, 70, 60), 0.2, 0.03, seed=4)
    once, twice = nested_levels(graph, 5), nested_levels(graph, 5)
    for first, second in zip(once, twice, strict=True):
        assert first.labels.tolist() == second.labels.tolist()
    for upper, lower in pairwise(once):
        pairs = set(zip(upper.labels.tolist(), lower.labels.tolist(), strict=True))
        assert len(pairs) == len({group for _, group in pairs})


def test_modularity_by_hand() -> None:
    """Two triangles joined by an edge: 6/7 inside, (7/14)^2 expected twice."""
    edges = [(0, 1), (1, 2), (0, 2), (3, 4), (4, 5), (3, 5), (2, 3)]
    rows, columns = np.array([*edges, *[(b, a) for a, b in edges]]).T
    graph = sparse.csr_array((np.ones(14, np.float32), (rows, columns)), shape=(6, 6))
    assert modularity(graph, np.array([0, 0, 0, 1, 1, 1])) == pytest.approx(6 / 7 - 0.5)


def test_what_is_near_to_everything_counts_little(atlas: Atlas) -> None:
    """In a graph where one title is everybody's neighbour, links to it weigh less than those inside a clump."""
    found = find_neighbours(atlas, seed=0)
    rows, cosines = found.rows.copy(), found.cosines.copy()
    rows[1:, -1], cosines[1:, -1] = 0, 0.99
    graph = similarity(replace(found, rows=rows, cosines=cosines))
    hub, others = graph[[0]].data.mean(), graph[list(range(1, len(atlas)))].data.mean()
    assert hub < 0.7 * others
    assert abs(graph - graph.T).max() == 0


# The answer


def test_groups_are_the_clumps_and_are_called_after_what_they_share(engine: Engine) -> None:
    found = engine.groups(level=1, titles=8)
    assert len(found) == len(CLUMPS)
    assert {group.name.partition(" · ")[0].lower() for group in found} == {genre for genre, *_ in CLUMPS}
    for group in found:
        genre, _, year = CLUMPS[clump_of(group.typical[0].title_id)]
        assert {clump_of(title.title_id) for title in group.typical} == {clump_of(group.typical[0].title_id)}
        assert group.name.lower().startswith(genre)
        assert f"{year // 10 * 10}s" in group.name
        assert len(group.terms) <= 3
    assert found.quality["stability_ari"] > 0.8
    assert 0 < found.quality["genres_ami"] <= 1


def test_names_are_said_in_chinese(atlas: Atlas) -> None:
    names = " ".join(group.name for group in Engine(atlas, "zh").groups())
    assert all(word in names for word in ("西部", "恐怖", "歌舞", "纪录片", "1960 年代"))


def test_names_of_a_level_differ(engine: Engine) -> None:
    for level in range(1, engine.groups().levels + 1):
        names = [group.name for group in engine.groups(level=level)]
        assert len(set(names)) == len(names)
        assert all(names)


def test_sizes_add_up_and_children_lie_in_their_parents(engine: Engine) -> None:
    levels = [engine.groups(level=level) for level in range(1, engine.groups().levels + 1)]
    assert len(levels) > 1
    for level in levels:
        assert sum(group.size for group in level) == len(engine.atlas)
    for upper, lower in pairwise(levels):
        for group in upper:
            assert group.size == sum(child.size for child in lower if child.parent == group.group)


def test_the_groups_of_a_title(engine: Engine) -> None:
    found = engine.group_of("Reel 40")
    assert [one.group.level for one in found.memberships] == list(range(1, engine.groups().levels + 1))
    assert found.memberships[0].group.name.startswith("Western")
    for upper, lower in pairwise(found.memberships):
        assert lower.group.parent == upper.group.group
        assert 0 <= lower.strength <= upper.strength <= 1


def test_boundary_titles_lie_between_two_groups(engine: Engine) -> None:
    boundary = [(group, one) for group in engine.groups(level=2) for one in group.boundary]
    assert boundary
    for group, one in boundary:
        assert one.group != group.group
        own = engine.group_of(one.title).memberships[1]
        assert (own.group.group, own.other) == (group.group, one.group)
        assert own.strength < 1


def test_groups_go_to_json_and_frames(engine: Engine) -> None:
    found = engine.groups()
    assert json.loads(json.dumps(found.to_json()))["groups"][0]["size"] == found[0].size
    assert found.to_frame()["name"].to_list() == [group.name for group in found]
    assert json.loads(json.dumps(engine.group_of("Reel 1").to_json()))["groups"][0]["level"] == 1


def test_wrong_questions_are_refused(engine: Engine) -> None:
    with pytest.raises(UsageError, match=r"no level 9 .* 1 \(coarsest\) to"):
        engine.groups(level=9)
    with pytest.raises(UsageError, match="0 to 8"):
        engine.groups(titles=9)
    with pytest.raises(UsageError, match="no groups by 'magic'"):
        PartSettings(groups="magic")  # type: ignore[arg-type]


def test_an_atlas_without_groups_says_how_to_get_them(atlas: Atlas) -> None:
    bare = replace(atlas, manifest=replace(atlas.manifest, parts={}))
    with pytest.raises(AtlasError, match=r"has no groups.*reelation train"):
        Engine(bare, "en").groups()
    with pytest.raises(AtlasError, match=r"has no groups.*reelation train"):
        Engine(bare, "en").group_of("Reel 1")


def test_the_tiny_world_has_its_series_in_one_group(tiny_atlas: Atlas) -> None:
    engine = Engine(tiny_atlas, "en")
    first, second, other = (
        engine.group_of(title).memberships[0].group.group for title in ("Voidborn", "Voidborn III", "Hung Jury")
    )
    assert first == second != other


def test_groups_by_density(atlas: Atlas, tmp_path: Path) -> None:
    found = clumps_atlas(clumps_catalogue(tmp_path / "catalogue"), tmp_path / "atlas", groups="hdbscan")
    groups = Engine(found, "en").groups(level=1)
    assert found.manifest.parts["groups"]["about"]["method"] == "hdbscan"
    truth = np.array([clump_of(found.titles[row]) for row in range(len(found))])
    labels = found.part("groups").array("group")[0]  # type: ignore[union-attr]
    assert adjusted_rand(labels.astype(np.int64), truth) > 0.7
    assert sum(group.size for group in groups) == len(found)
