"""Look and sound in the sensing_atlas: exact facets, titles known by a poster alone, questions by a picture."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner

from reelation.atlas.parts import Column, Part
from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.cli.main import app
from reelation.engine import Engine
from reelation.errors import DataError, MissingPartError, UsageError
from reelation.features.senses import read_senses
from reelation.graph.build import build_graph
from reelation.insights.alike import FIGURES
from reelation.insights.related import RelatedTitle
from reelation.media import audio, images, video
from reelation.media.store import write_media
from reelation.media.traits import TRAITS, traits_of
from reelation.messages import messages
from reelation.rows import Measured
from reelation.search.fusing import PEOPLE, Fusion, guesses
from reelation.training.assemble import assemble
from reelation.training.fold_in.senses import moved_fusion, places_of_columns
from reelation.training.fusing import FusingConfig, fuse
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.recipe import Recipe, plan_facets
from reelation.training.run import TrainConfig, train
from reelation.training.update import update
from tests.clumps import clump_of
from tests.growing import without
from tests.posters import BARE, TITLES, paint, painted_media


@pytest.fixture(scope="module")
def engine(sensing_atlas: Atlas) -> Engine:
    return Engine(sensing_atlas, "en")


def _clumps(titles: Sequence[str]) -> list[int]:
    return [clump_of(title) for title in titles if int(title[2:]) < TITLES]


def test_measured_rows_are_comparable() -> None:
    rng = np.random.default_rng(0)
    raw = np.stack([rng.normal(0, 1, 200), rng.normal(5, 1000, 200), np.full(200, 7.0)], axis=1).astype(np.float32)
    rows = Measured.of(raw, 3)(raw)
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1, abs=1e-5)
    assert (
        abs(np.corrcoef(np.abs(rows @ rows[0]), np.abs(raw[:, 1] - raw[0, 1]))[0, 1]) < 0.9
    )  # no unit drowns the rest


def test_look_is_an_exact_steerable_facet(engine: Engine) -> None:
    plain = engine.related("c:0001", k=20)
    assert "look" in engine.atlas.facet_names
    for item in plain:
        assert sum(item.facets.values()) == pytest.approx(item.score, abs=1e-5)
        without_poster = int(item.title.title_id[2:]) % 3 == 0 and int(item.title.title_id[2:]) < TITLES
        assert (item.facets["look"] == 0) == without_poster
    doubled = {item.title.title_id: item.facets for item in engine.related("c:0001", k=100, weights={"look": 2})}
    for item in plain:
        assert doubled[item.title.title_id]["look"] == pytest.approx(2 * item.facets["look"], abs=1e-5)
    only = engine.related("c:0001", k=10, weights=dict.fromkeys(engine.atlas.facet_names, 0.0) | {"look": 1})
    assert np.mean([clump == 1 for clump in _clumps([item.title.title_id for item in only])]) >= 0.8


def test_a_title_with_only_a_poster_lands_among_its_kin(engine: Engine) -> None:
    right = []
    for number in range(TITLES, TITLES + BARE):
        found = engine.related(f"c:{number:04d}", k=10, weights={"look": 0})
        right += [clump == number % 4 for clump in _clumps([item.title.title_id for item in found])]
        assert all(item.facets["look"] == 0 for item in found)  # it is the guessed facets that bring it there
    assert np.mean(right) >= 0.8


def test_a_picture_finds_its_kin(engine: Engine, tmp_path: Path) -> None:
    for clump in range(4):
        poster = paint(tmp_path / f"unseen-{clump}.png", clump, 9_000)
        placed = engine.place(files=[poster])
        assert set(placed.guessed) == {"people", "story", "context"}
        assert placed.guessed_from == {"image": pytest.approx(1)}
        assert any("guessed from the picture" in note for note in placed.notes)
        found = engine.related_to_new(placed, k=10)
        assert np.mean([one == clump for one in _clumps([item.title.title_id for item in found])]) >= 0.8
    several = engine.place(files=[paint(tmp_path / "a.png", 1, 1), paint(tmp_path / "b.png", 1, 2)])
    assert several.facets["look"] > 0


def test_what_is_known_is_not_guessed(engine: Engine, tmp_path: Path) -> None:
    poster = paint(tmp_path / "p.png", 0, 9_001)
    title = {"name": "Dust", "year": 1966, "tags": {"genre": ["western"]}, "credits": {"actor": ["Player 0-1"]}}
    known, seen = engine.place(title), engine.place(title, files=[poster])
    assert seen.guessed == ()
    look = next(facet for facet in engine.atlas.manifest.facets if facet.name == "look").blocks[0].columns
    rest = np.ones(engine.atlas.manifest.width, bool)
    rest[look] = False
    assert seen.point.vector[rest] == pytest.approx(known.point.vector[rest], abs=1e-6)
    assert not known.point.vector[look].any()
    assert np.linalg.norm(seen.point.vector[look]) > 0


def test_a_title_described_anew_with_its_own_poster_has_its_own_look(
    engine: Engine, sensing_atlas: Atlas, tmp_path: Path
) -> None:
    poster = paint(tmp_path / "again.png", clump_of("c:0001"), 1)
    look = next(facet for facet in sensing_atlas.manifest.facets if facet.name == "look").blocks[0].columns
    placed = engine.place({"id": "c:0001", "name": "Reel 1"}, files=[poster])
    assert placed.row == 1
    assert placed.point.vector[look] == pytest.approx(np.asarray(sensing_atlas.vectors[1, look]), abs=1e-4)


def test_numpy_says_what_the_network_says(sensing_catalogue: Catalogue, sensing_atlas: Atlas, tmp_path: Path) -> None:
    graph = build_graph(sensing_catalogue)
    media = painted_media(tmp_path / "posters", [f"c:{number:04d}" for number in range(TITLES)])
    senses = read_senses(media, list(graph.nodes["title"].ids))
    made = assemble(graph, None, plan_facets(graph, {}, Recipe(), 0, None, senses))
    fused = fuse(graph, made.content, made.facets, senses, None, 0, FusingConfig(fit=FitConfig(steps=5)))
    assert fused is not None
    columns: dict[str, Column] = {**fused.network.export(), "whole": np.packbits(fused.given.whole)}
    part = Part(
        columns,
        {"inputs": {name: rows.shape[1] for name, rows in fused.given.inputs.items()}, "titles": len(graph), "most": 9},
    )
    fusion = Fusion(sensing_atlas, part)
    for row in (0, 7, 33):
        for names in (("image",), ("people",), ("people", "image")):
            given = {name: fused.given.inputs[name][row] for name in names}
            guess, shares = fusion.guess(given) or (np.zeros(0), {})
            looked_at = torch.tensor([[name in names for name in fused.given.inputs]])
            expected = fused.network.guess(torch.tensor([row]), looked_at).detach().numpy()[0]
            assert guess == pytest.approx(expected, abs=1e-4)
            assert sum(shares.values()) == pytest.approx(1)
    assert fusion.guess({}) is None


def test_people_say_where_their_other_titles_are(sensing_atlas: Atlas) -> None:
    """The same mean in training and in answering: of a title of the sensing_atlas, its own vector does not count."""
    fusion = Fusion.of(sensing_atlas)
    assert fusion is not None
    row = sensing_atlas.titles.row("c:0008")
    edges = sensing_atlas.edges_of(row)
    person = sensing_atlas.manifest.node_types.index("person")
    people = np.array(
        [n for n in sensing_atlas.edge_node[edges].tolist() if sensing_atlas.node_type[n] == person], np.int64
    )
    without, with_itself = fusion.people(people, row), fusion.people(people)
    assert without.any()
    assert not np.allclose(without, with_itself)
    assert not fusion.people(np.zeros(0, np.int64)).any()


def test_an_atlas_without_pictures_says_so(tiny_atlas: Atlas, tmp_path: Path) -> None:
    engine = Engine(tiny_atlas, "en")
    with pytest.raises(MissingPartError, match="reelation train --media"):
        engine.place(files=[paint(tmp_path / "p.png", 0, 0)])
    with pytest.raises(MissingPartError, match="reelation extract"):
        engine.look("Voidborn (1979)")
    with pytest.raises(UsageError, match="picture"):
        engine.place()


def test_look_of_a_title(engine: Engine) -> None:
    (look,) = engine.look("c:0001")
    assert look.modality == "image"
    assert look.facet == "look"
    assert all(colour.startswith("#") and len(colour) == 7 for colour, _ in look.palette)
    assert sum(share for _, share in look.palette) == pytest.approx(1, abs=0.02)
    assert 0 <= look.figures["lightness"] <= 100
    assert engine.look("c:0000") == ()
    json.dumps(look.to_json())


def test_related_by_poster_on_the_command_line(sensing_atlas: Atlas, tmp_path: Path) -> None:
    poster = paint(tmp_path / "unseen.png", 2, 9_002)
    call = ["related", "--poster", str(poster), "--atlas", str(sensing_atlas.folder), "--json", "--lang", "en"]
    said = CliRunner().invoke(app, [*call, "--weight", "look=2"], catch_exceptions=False)
    found = json.loads(said.stdout)
    assert found["weights"]["look"] == 2
    assert found["guessed"] == ["people", "story", "context"]
    assert np.mean([clump == 2 for clump in _clumps([one["title_id"] for one in found["related"]])]) >= 0.8
    people = CliRunner().invoke(app, [arg for arg in call if arg != "--json"], catch_exceptions=False)
    assert "unseen.png" in people.stdout
    assert "guessed from the picture" in people.stderr
    with pytest.raises(UsageError, match="--poster"):
        CliRunner().invoke(app, ["related", "c:0001", *call[1:]], catch_exceptions=False, standalone_mode=False)
    with pytest.raises(UsageError, match="--poster"):
        CliRunner().invoke(app, ["related", "--atlas", str(sensing_atlas.folder)], catch_exceptions=False)


def test_what_is_alike_adds_up_to_the_score(engine: Engine) -> None:
    """The parts of the traits are the facet's part, by any metric that multiplies, whatever the weights."""
    for weights, metric in (({"look": 2.5}, "dot"), ({"look": 4.0, "people": 0.0}, "cosine")):
        found = engine.related("c:0001", k=30, weights=weights, metric=metric)
        for item in found:
            total = sum(one.part for one in item.alike)
            assert total == pytest.approx(item.facets["look"], abs=2e-5)
            assert (item.alike == ()) == (item.facets["look"] == 0)
            assert [one.part for one in item.alike] == sorted((one.part for one in item.alike), reverse=True)
        told = engine.explain("c:0001", found[0].title, weights=weights, metric=metric)
        assert [one.to_json() for one in told.alike] == [one.to_json() for one in found[0].alike]
        assert told.reason == found[0].reason
    assert {one.trait for one in found[0].alike} == {"palette", "light", "composition", "texture"}
    assert engine.related("c:0001", k=1, explain=False)[0].alike == ()


def test_parts_of_traits_are_those_of_their_measurements(engine: Engine, sensing_atlas: Atlas) -> None:
    """Measured another way: without the measurements of a trait, the columns of one title lose just this part."""
    found = next(item for item in engine.related("c:0001", k=30, weights={"look": 2}) if item.alike)
    part = sensing_atlas.part("senses")
    assert part is not None
    runs = part.about["blocks"]["image"]["traits"]
    traits = np.repeat([trait for trait, _ in runs], [count for _, count in runs])
    look = next(facet for facet in sensing_atlas.manifest.facets if facet.name == "look").blocks[0].columns
    directions = part.array("image-directions")
    here, there = (np.asarray(sensing_atlas.vectors[sensing_atlas.titles.row(title), look]) for title in _ids(found))
    for one in found.alike:
        kept = directions * (traits == one.trait)[:, None]
        assert one.part == pytest.approx(2 * float((kept @ here) @ (kept @ there)), abs=1e-5)


def _ids(found: RelatedTitle) -> tuple[str, str]:
    return "c:0001", found.title.title_id


def test_reasons_name_the_look_with_figures(engine: Engine, sensing_atlas: Atlas, tmp_path: Path) -> None:
    only = dict.fromkeys(engine.atlas.facet_names, 0.0) | {"look": 1.0}
    first = engine.related("c:0001", k=1, weights=only)[0]
    assert first.reason.startswith("alike in look: ")
    here, there = (engine.look(title)[0].figures for title in _ids(first))
    most = first.alike[0]
    assert most.words in first.reason
    for pair in most.figures:
        assert (pair.here, pair.there) == (here[pair.name], there[pair.name])
    zh = Engine(sensing_atlas, "zh")
    assert zh.related("c:0001", k=1, weights=only)[0].reason.startswith("画面相近：")
    off = engine.related("c:0001", k=20, weights={"look": 0.0})
    assert not any("look" in item.reason or item.alike for item in off)
    asked = engine.related_to_new(files=[paint(tmp_path / "p.png", 1, 9_003)], k=1, weights=only)[0]
    assert asked.reason.startswith("alike in look: ")
    assert asked.alike[0].figures
    call = ["why", *_ids(first), "--atlas", str(sensing_atlas.folder), "--weight", "look=3", "--lang", "en"]
    shown = CliRunner().invoke(app, call, catch_exceptions=False).stdout
    assert "what it adds to the score" in shown
    assert all(one.words in shown for one in first.alike)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_trait_has_words(language: str) -> None:
    say = messages(language)
    for trait in TRAITS:
        assert say.knows(f"alike.trait.{trait}")
    for encoder, width in (("image 1", images.WIDTH), ("video 1", video.WIDTH), ("audio 1", audio.WIDTH)):
        assert len(traits_of(encoder, width)) == width
        assert set(traits_of(encoder, width)) < set(TRAITS) - {"whole"}
    assert set(traits_of("image.mine 7", 5)) == {"whole"}
    layout = traits_of("image 1", images.WIDTH)[images.GROUPS.layout]
    assert dict(zip(images.PLAIN, layout, strict=True))["lightness"] == "light"
    for trait, names in FIGURES.items():
        for name in names:
            known = {*images.FIGURES} | {*video.FIGURES} | {*audio.FIGURES}
            assert name in known, trait
            assert say.knows(f"alike.figure.{name}")


def test_new_titles_with_only_a_poster_are_folded_in(
    sensing_catalogue: Catalogue, sensing_atlas: Atlas, tmp_path: Path
) -> None:
    """An atlas of before the bare titles came, updated with them and their posters, is about that of a training."""
    bare = [f"c:{number:04d}" for number in range(TITLES, TITLES + BARE)]
    old = [f"c:{number:04d}" for number in range(TITLES) if number % 3]
    config = TrainConfig(
        learn=LearnConfig(fit=FitConfig(steps=40, validate_every=20), threads=1),
        fusing=FusingConfig(fit=FitConfig(steps=80, validate_every=40, learning_rate=2e-3)),
        parts=("names", "evidence", "network", "senses", "fusion"),
        seed=3,
    )
    before = without(sensing_catalogue, tmp_path / "before", set(bare))
    folder = tmp_path / "atlas"
    train(before, folder, config, media=painted_media(tmp_path / "old", old))
    earlier = Atlas.open(folder)
    done = update(sensing_catalogue, folder, painted_media(tmp_path / "new", bare))
    assert (done.new, done.left_out) == (BARE, ())
    assert [facet.name for facet in done.atlas.manifest.facets] == [f.name for f in sensing_atlas.manifest.facets]
    engine = Engine(done.atlas, "en")
    right = []
    for number in range(TITLES, TITLES + BARE):
        found = engine.related(f"c:{number:04d}", k=10, weights={"look": 0})
        right += [clump == number % 4 for clump in _clumps([item.title.title_id for item in found])]
        assert len(engine.look(f"c:{number:04d}")) == 1
    assert np.mean(right) >= 0.8
    look = next(facet for facet in done.atlas.manifest.facets if facet.name == "look").blocks[0].columns
    was = next(facet for facet in earlier.manifest.facets if facet.name == "look").blocks[0].columns
    for title in old[:20]:
        one, other = (
            done.atlas.vectors[done.atlas.titles.row(title), look],
            earlier.vectors[earlier.titles.row(title), was],
        )
        assert one / np.linalg.norm(one) == pytest.approx(other / np.linalg.norm(other), abs=1e-5)
    placed = engine.place(files=[paint(tmp_path / "unseen.png", 1, 9_004)])
    assert placed.guessed_from == {"image": pytest.approx(1)}
    again = update(sensing_catalogue, folder)  # without the folder: what is known stays
    assert Engine(again.atlas).look(bare[0])[0].figures == engine.look(bare[0])[0].figures
    assert np.allclose(again.atlas.vectors, done.atlas.vectors, atol=1e-4)


def test_files_read_by_another_encoder_are_refused(
    sensing_catalogue: Catalogue, sensing_atlas: Atlas, tmp_path: Path
) -> None:
    folder = tmp_path / "atlas"
    shutil.copytree(sensing_atlas.folder, folder)
    media = painted_media(tmp_path / "posters", ["c:0001", "c:0002"])
    block = replace(media.blocks["image"], encoder="image 99")
    with pytest.raises(DataError, match="image 99"):
        update(sensing_catalogue, folder, write_media(tmp_path / "other", [block], []))
    call = ["update", "--catalogue", str(sensing_catalogue.folder), "--atlas", str(folder), "--lang", "en"]
    said = CliRunner().invoke(app, [*call, "--media", str(media.folder)], catch_exceptions=False)
    assert "0 of them new" in said.stdout


def test_guesses_find_their_columns_again(sensing_atlas: Atlas) -> None:
    """With blocks in another order and one label more, the same network says the same."""
    facets = sensing_atlas.manifest.facets
    part = sensing_atlas.part("fusion")
    assert part is not None
    start, moved = 0, []
    for facet in reversed(facets):
        blocks = []
        for block in facet.blocks:
            labels = (*block.labels, "genre:new") if block.name == "genre" else block.labels
            width = block.stop - block.start + (block.name == "genre")
            blocks.append(replace(block, start=start, stop=start + width, labels=labels))
            start += width
        moved.append(replace(facet, blocks=tuple(blocks)))
    places = places_of_columns(facets, moved)
    assert sorted(places[places >= 0].tolist()) == list(range(sensing_atlas.manifest.width))
    assert (places < 0).sum() == 1
    other = moved_fusion(part, places, sensing_atlas.manifest.width)
    rng = np.random.default_rng(5)
    given = {name: rng.normal(0, 1, (4, width)).astype(np.float32) for name, width in part.about["inputs"].items()}
    people = np.where(places >= 0, given[PEOPLE][:, places], 7).astype(np.float32)
    mine, shares = guesses(part, given)
    theirs, same = guesses(other, {**given, PEOPLE: people})
    assert theirs[:, places >= 0] == pytest.approx(mine[:, places[places >= 0]], abs=1e-4)
    assert not theirs[:, places < 0].any()
    assert same == pytest.approx(shares, abs=1e-5)
