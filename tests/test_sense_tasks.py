"""Evaluation of posters: nothing leaks, known answers are marked as they should be, rows stand in the right order."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reelation.catalogue.store import Catalogue
from reelation.contenders import facets, one_sense, poster_genres
from reelation.evaluation.harness import run
from reelation.evaluation.tasks.one_sense import KINDS, OneSense, rich_titles
from reelation.evaluation.tasks.poster_genres import Pictures, PosterGenres
from reelation.evaluation.tasks.relatedness import Material, RelatednessTask
from reelation.features.senses import Sense, read_senses
from reelation.graph.build import build_graph
from reelation.graph.hide import hide_rows
from reelation.media.store import MediaVectors
from tests.clumps import clump_of, clumps_catalogue
from tests.posters import painted_media

TITLES = 420
World = tuple[Catalogue, Material, MediaVectors, tuple[Sense, ...]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Clumps of films; a text vector tells the clump too, but for some noise."""
    folder = tmp_path_factory.mktemp("tasks")
    catalogue = clumps_catalogue(folder / "catalogue", TITLES)
    graph = build_graph(catalogue)
    ids = list(graph.nodes["title"].ids)
    media = painted_media(folder / "posters", ids)
    rng = np.random.default_rng(0)
    vectors = np.eye(8, dtype=np.float32)[[clump_of(title) for title in ids]] + rng.normal(0, 0.3, (TITLES, 8))
    material = Material(catalogue, graph, ("",) * TITLES, vectors.astype(np.float32))
    return catalogue, material, media, read_senses(media, ids)


def _closest(material: Material) -> np.ndarray[tuple[int, int], np.dtype[np.int32]]:
    """Every title of the own clump, by number."""
    clumps = np.array([clump_of(title) for title in material.graph.nodes["title"].ids])
    return np.stack([np.flatnonzero(clumps == clumps[row])[:100] for row in range(len(clumps))]).astype(np.int32)


@pytest.fixture(scope="module")
def one(world: World) -> OneSense:
    _, material, _, senses = world
    return OneSense(material, senses, lambda: _closest(material))


def test_stripped_titles_keep_one_thing(world: World, one: OneSense) -> None:
    _, material, _, senses = world
    assert rich_titles(material, senses).all()
    problem, exam = one.open(0)
    assert exam.leaks(problem) == []
    stripped = exam._stripped
    assert set(stripped) == set(KINDS)
    assert len(np.unique(np.concatenate(list(stripped.values())))) == 3 * 70
    assert problem.senses[0].columns[stripped["poster"]].any(axis=1).all()
    assert problem.vectors[stripped["text"]].any(axis=1).all()
    assert (np.diff(problem.graph.relations["actor"].matrix.indptr)[stripped["people"]] > 0).all()


def test_whatever_is_left_of_a_stripped_title_is_found(world: World, one: OneSense) -> None:
    _, material, _, senses = world
    problem, exam = one.open(0)
    whole = material.graph
    assert material.vectors is not None
    seen = {
        "'genre'": replace(problem, graph=replace(problem.graph, relations=whole.relations)),
        "years": replace(problem, graph=replace(problem.graph, year=whole.year)),
        "names": replace(problem, graph=replace(problem.graph, names=whole.names)),
        "texts": replace(problem, vectors=material.vectors),
        "posters": replace(problem, senses=senses),
    }
    for word, leaking in seen.items():
        assert any(word in found for found in exam.leaks(leaking)), word
    only_people = hide_rows(whole, ["genre", "country"], np.concatenate(list(exam._stripped.values())))
    leaking = replace(problem, graph=replace(problem.graph, relations=only_people.relations))
    assert any("'actor'" in found for found in exam.leaks(leaking))


def test_recall_of_known_answers(world: World, one: OneSense) -> None:
    clumps = np.array([clump_of(title) for title in world[1].graph.nodes["title"].ids])
    closest = _closest(world[1])
    _, exam = one.open(1)
    ranks = np.zeros((TITLES, TITLES), np.float32)
    for row in range(TITLES):
        ranks[row, closest[row]] = np.arange(100, 0, -1)
    figures = exam.grade(lambda rows: ranks[rows])
    assert all(figure.value() == pytest.approx(1) for figure in figures.values())
    _, exam = one.open(1)
    figures = exam.grade(lambda rows: -(clumps[rows][:, None] == clumps).astype(np.float32))
    assert all(figure.value() == 0 for figure in figures.values())


def test_rows_of_titles_known_by_one_thing(one: OneSense) -> None:
    """What knows the catalogue beats the nearest by that thing, which beats chance."""
    names = ("random", "nearest by that thing", "ridge regression to the full vector", one_sense.OURS)
    rows = [row for row in one_sense.contenders(one) if row.name in names]
    found = {one.contender: one.figures for one in run(one, rows, [0])}
    values = {name: found[name]["recall@50"].value() for name in names}
    assert values["random"] < values["nearest by that thing"]
    assert values["nearest by that thing"] < values[one_sense.OURS]
    assert found[one_sense.OURS]["recall@50, poster only"].value() > found["random"]["recall@50, poster only"].value()


def test_genres_of_posters(world: World) -> None:
    _, material, media, _ = world
    block = media.blocks["image"]
    raw = np.asarray(block.vectors, np.float32)
    colours = np.random.default_rng(1).dirichlet(np.ones(512), TITLES).astype(np.float32)  # say nothing here
    task = PosterGenres(material, Pictures(raw, colours, media.hash), alone=True)
    problem, exam = task.open(0)
    assert exam.leaks(problem) == []
    assert problem.graph.relations == {}
    assert problem.text is None
    assert not problem.labels[np.setdiff1d(np.arange(TITLES), problem.known())].any()
    found = {row.contender: row.figures["macro F1"].value() for row in run(task, poster_genres.contenders(task), [0])}
    assert found[poster_genres.OURS_ALONE] > 0.7
    assert found[poster_genres.OURS_ALONE] > found["colour histogram"] + 0.2
    shown = replace(problem, labels=np.ones_like(problem.labels))
    assert any("labels" in leak for leak in exam.leaks(shown))


def test_facets_are_left_out_one_by_one(world: World) -> None:
    _, material, _, senses = world
    labels = {row: set(others.tolist()) - {row} for row, others in enumerate(_closest(material)[:40])}
    half, rest = (
        {
            row: frozenset(o for o in others if (o % 8 < 4) == first)
            for row, others in labels.items()
            if (row % 8 < 4) == first
        }
        for first in (True, False)
    )
    made = RelatednessTask("Clumps", "The same clump.", material, half, rest, None, masked=0.01)
    rows = {row.name: row for row in facets.contenders(made, senses)}
    assert {"all facets", "without look", "look alone", "without people", "people alone"} <= rows.keys()
    assert "without audience" not in rows
    chosen = [rows[name] for name in ("all facets", "without people", "look alone")]
    found = {one.contender: one.figures["recall@50"].value() for one in run(made, chosen, [0])}
    assert found["look alone"] > 0.25  # chance: 50 of 419
    assert found["all facets"] > 0.25
