"""New titles: placed as training would have placed them; what is wrong, unknown or ambiguous is said."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner

from reelation.atlas.store import Atlas
from reelation.audiences import SEEN_BY, WIDELY_SEEN
from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.cli.main import app
from reelation.encoders import encode_whole
from reelation.engine import Engine
from reelation.errors import AtlasError, DataError
from reelation.features.text import encode_texts
from reelation.models.message_passing import MessagePassingConfig
from reelation.search.described import description_of
from reelation.search.exact import point_at
from reelation.search.inductive import Inductive
from reelation.search.naming import understood
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.run import TrainConfig, train
from tests.describing import described
from tests.test_text import HashEncoder
from tests.world import SOURCE, tiny_tables

STEPS = LearnConfig(fit=FitConfig(steps=10, validate_every=10), threads=1)
SEQUEL = {
    "name": "Voidborn IV",
    "year": 1990,
    "credits": {"writer": ["Bo Ferrant"], "actor": ["Cy Marlow", "Nobody Known"]},
    "tags": {"genre": ["sci-fi", "Horror", "Horor"], "country": ["UK"]},
    "links": {"sequel": ["Voidborn III"]},
}


@pytest.fixture(scope="module")
def engine(tiny_atlas: Atlas) -> Engine:
    return Engine(tiny_atlas, "en")


def assert_reproduced(atlas: Atlas, catalogue: Catalogue, texts: dict[str, Any], ids: set[str]) -> None:
    """Titles described anew, by their ids, get the vectors that they have."""
    inductive = Inductive(atlas)
    for title, content in described(catalogue, ids).items():
        mine = understood(atlas, description_of({**content, "id": title}))
        new, old = inductive.point(mine, texts.get(title)), point_at(atlas, atlas.titles.row(title))
        for facet in atlas.manifest.facets:
            for block in facet.blocks:
                if block.name in (SEEN_BY, WIDELY_SEEN):  # no description says who has seen it
                    continue
                a, b = new.vector[block.columns], old.vector[block.columns]
                if block.name == "learned":
                    assert a @ b >= 0.99 * np.linalg.norm(a) * np.linalg.norm(b) > 0, (title, facet.name)
                else:
                    assert a == pytest.approx(b, abs=1e-4), (title, facet.name, block.name)
        kept = dict(zip(old.nodes.tolist(), old.values.tolist(), strict=True))
        for node, value in zip(new.nodes.tolist(), new.values.tolist(), strict=True):
            assert value == pytest.approx(kept[node], abs=1e-5)


def test_a_title_described_anew_gets_its_own_vector(tiny_atlas: Atlas, tiny_catalogue: Catalogue) -> None:
    unseen = {"w:void3", "w:bench3", "w:tide72", "w:tide02"}
    assert_reproduced(tiny_atlas, tiny_catalogue, {}, unseen)


def test_weights_of_tags_texts_and_wide_vocabularies_count_as_in_training(tmp_path: Path) -> None:
    tables = tiny_tables()
    weights = np.linspace(0.2, 1.0, tables["tags"].height)
    tables["tags"] = tables["tags"].with_columns(weight=weights)
    tables.pop("events")
    catalogue = write_catalogue(tmp_path / "catalogue", tables, (SOURCE,))
    encoder = HashEncoder()
    config = TrainConfig(learn=replace(STEPS, inputs=replace(STEPS.inputs, people_width=4, tag_width=1)), seed=3)
    config = replace(config, recipe=replace(config.recipe, columns={**config.recipe.columns, "company": (3.0, 0)}))
    atlas = train(catalogue, tmp_path / "atlas", config, text=encode_texts(catalogue, encoder))
    assert {"directions-person", "directions-genre", "tag-weight"} <= atlas.part("network").columns.keys()  # type: ignore[union-attr]
    plots = {"w:void1": "A crew wakes beside an egg.", "w:bench1": "A judge doubts her verdict."}
    texts = {title: encode_whole(encoder, [plot])[0] for title, plot in plots.items()}
    assert_reproduced(atlas, catalogue, texts, {str(key) for key in atlas.titles.ids} - {"w:nothing"})


def test_a_sequel_lands_beside_its_series(engine: Engine) -> None:
    placed = engine.place(SEQUEL)
    assert {one.name for one in placed.known} >= {"Bo Ferrant", "Cy Marlow", "Horror", "Sci-Fi", "United Kingdom"}
    assert [(one.where, one.text) for one in placed.unknown] == [
        ("credits.actor", "Nobody Known"),
        ("tags.genre", "Horor"),
    ]
    assert placed.unknown[1].close == ("Horror",)
    near = engine.related_to_new(SEQUEL, k=3)
    assert {item.title.title_id for item in near} == {"w:void1", "w:void2", "w:void3"}
    assert "same writer: Bo Ferrant" in near[0].reason
    assert engine.related_to_new(placed, k=3).to_json() == near.to_json()
    assert sum(near[0].facets.values()) == pytest.approx(near[0].score, abs=1e-5)


def test_a_title_of_the_atlas_is_not_its_own_neighbour(engine: Engine) -> None:
    again = {**SEQUEL, "id": "w:void2", "name": "Voidborn II"}
    placed = engine.place(again)
    assert placed.row is not None
    assert "described anew" in placed.notes[0]
    assert "w:void2" not in {item.title.title_id for item in engine.related_to_new(placed, k=12)}


def test_a_catalogue_without_years_or_lengths(tmp_path: Path) -> None:
    tables = tiny_tables()
    tables["titles"] = tables["titles"].with_columns(year=pl.lit(None, pl.Int16), runtime_min=pl.lit(None, pl.Float32))
    catalogue = write_catalogue(tmp_path / "catalogue", tables, (SOURCE,))
    engine = Engine(train(catalogue, tmp_path / "atlas", TrainConfig(learn=STEPS, seed=0)), "en")
    near = engine.related_to_new(SEQUEL, k=3)
    assert {item.title.title_id for item in near} == {"w:void1", "w:void2", "w:void3"}


def test_namesakes_are_a_question(tmp_path: Path) -> None:
    tables = tiny_tables()
    names = tables["people"]["name"].replace("Hal Wren", "Gus Orrin")
    tables["people"] = tables["people"].with_columns(name=names)
    catalogue = write_catalogue(tmp_path / "catalogue", tables, (SOURCE,))
    engine = Engine(train(catalogue, tmp_path / "atlas", TrainConfig(learn=STEPS, seed=0)), "en")
    asked = engine.place({"name": "Fog II", "credits": {"director": ["Gus Orrin"]}, "links": {"sequel": ["The Tide"]}})
    assert not asked.known
    assert [question.where for question in asked.questions] == ["credits.director", "links.sequel"]
    assert {each.id for each in asked.questions[0].candidates} == {"p:gus", "p:hal"}
    assert {each.id for each in asked.questions[1].candidates} == {"w:tide72", "w:tide02"}
    answered = engine.place({"name": "Fog II", "credits": {"director": ["p:gus"]}})
    assert [one.node_id for one in answered.known] == ["person:p:gus"]


def test_models_that_pass_messages_compare_what_is_exact(tiny_catalogue: Catalogue, tmp_path: Path) -> None:
    learn = replace(STEPS, model=MessagePassingConfig(kind="gcn"))
    engine = Engine(train(tiny_catalogue, tmp_path, TrainConfig(learn=learn, seed=0)), "en")
    placed = engine.place(SEQUEL)
    assert placed.learned == ()
    assert "gives no vectors to new titles" in placed.notes[0]
    assert {item.title.title_id for item in engine.related_to_new(placed, k=3)} == {"w:void1", "w:void2", "w:void3"}


def test_an_atlas_without_the_part_says_what_to_do(tiny_catalogue: Catalogue, tmp_path: Path) -> None:
    engine = Engine(train(tiny_catalogue, tmp_path, TrainConfig(learn=STEPS, seed=0, parts=())))
    with pytest.raises(AtlasError, match="reelation train"):
        engine.place(SEQUEL)


def test_a_plot_that_cannot_be_read_is_said(engine: Engine) -> None:
    placed = engine.place({"name": "Egg", "plot": "A crew wakes."})
    assert not placed.text_used
    assert "trained without texts" in placed.notes[0]
    assert "says little" in placed.notes[1]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "JSON object with a name, got \\[\\]"),
        ({"year": 1999}, "needs a name"),
        ({"name": "X", "yeer": 1999}, 'no field "yeer"'),
        ({"name": "X", "year": "1999"}, 'year is "1999"; expected a number'),
        ({"name": "X", "year": 199}, "year is 199; expected 1870 to 2200"),
        ({"name": "X", "year": 1999.5}, "expected a whole number"),
        ({"name": "X", "runtime_min": True}, "runtime_min is true"),
        ({"name": "X", "kind": "movie"}, "one of film, series"),
        ({"name": "X", "credits": ["A"]}, "expected an object of lists"),
        ({"name": "X", "credits": {"star": ["A"]}}, 'credits has no field "star"'),
        ({"name": "X", "credits": {"actor": "A"}}, 'credits.actor is "A"; expected a list'),
        ({"name": "X", "tags": {"genre": [1]}}, "tags.genre holds 1"),
        ({"name": "X", "tags": {"genre": [{"value": "a", "weight": 2}]}}, "weight is 2"),
    ],
)
def test_wrong_descriptions_say_where(engine: Engine, content: Any, message: str) -> None:
    with pytest.raises(DataError, match=message):
        engine.place(content)


def test_the_command_reads_files_and_standard_input(tiny_atlas: Atlas, tmp_path: Path) -> None:
    file = tmp_path / "new.json"
    file.write_text(json.dumps(SEQUEL), "utf-8")
    options = ["--atlas", str(tiny_atlas.folder), "--related", "2", "--json"]
    from_file = CliRunner().invoke(app, ["place", str(file), *options])
    from_input = CliRunner().invoke(app, ["place", "-", *options], input=json.dumps(SEQUEL))
    assert json.loads(from_file.output) == json.loads(from_input.output)
    assert len(json.loads(from_file.output)["related"]) == 2
    plain = CliRunner().invoke(app, ["place", str(file), *options[:-1], "--lang", "zh"])
    assert "图谱认识的" in plain.output
    file.write_text("{", "utf-8")
    broken = CliRunner().invoke(app, ["place", str(file), *options])
    assert isinstance(broken.exception, DataError)
    assert "line 1, column 2" in str(broken.exception)
