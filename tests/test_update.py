"""New titles and events into an atlas: what is exact is that of a training, what was fitted stays."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray

from reelation.atlas.store import Atlas
from reelation.catalogue.schema import TABLES
from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.cli.main import app
from reelation.engine import Engine
from reelation.errors import DataError, UsageError
from reelation.models.message_passing import MessagePassingConfig
from reelation.search.closest import kept_closest
from reelation.search.described import Description
from reelation.search.exact import Measure
from reelation.search.inductive import Inductive
from reelation.search.naming import Understood
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.run import TrainConfig, train
from reelation.training.update import update
from tests.eras import eras_atlas, eras_catalogue
from tests.growing import without

NEW = 12


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    return eras_catalogue(tmp_path_factory.mktemp("grown") / "catalogue")


@pytest.fixture(scope="module")
def newcomers(grown: Catalogue) -> set[str]:
    ids = grown.table("titles")["title_id"]
    return set(ids.gather(np.random.default_rng(4).choice(len(ids), NEW, replace=False)).to_list())


@pytest.fixture(scope="module")
def earlier(grown: Catalogue, newcomers: set[str], tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    folder = tmp_path_factory.mktemp("earlier")
    return eras_atlas(without(grown, folder / "catalogue", newcomers, 1100), folder / "atlas")


@pytest.fixture(scope="module")
def updated(earlier: Atlas, grown: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    folder = tmp_path_factory.mktemp("updated") / "atlas"
    shutil.copytree(earlier.folder, folder)
    done = update(grown, folder)
    assert (done.new, done.gone, done.left_out) == (NEW, 0, ())
    assert done.titles == len(grown.table("titles"))
    assert done.events == grown.table("events").height > done.events_before == 1100
    return done.atlas


@pytest.fixture(scope="module")
def retrained(grown: Catalogue, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return eras_atlas(grown, tmp_path_factory.mktemp("retrained") / "atlas")


def test_what_is_exact_is_that_of_a_training(updated: Atlas, retrained: Atlas) -> None:
    assert list(updated.titles.ids) == list(retrained.titles.ids)
    assert list(updated.nodes.ids) == list(retrained.nodes.ids)
    for column in ("edge_start", "edge_node", "edge_relations", "year", "kind", "name_row", "posting_title"):
        assert np.array_equal(getattr(updated, column), getattr(retrained, column)), column
    assert np.allclose(updated.edge_value, retrained.edge_value, atol=1e-6)
    assert [one.name for one in updated.manifest.facets] == [one.name for one in retrained.manifest.facets]
    for mine, theirs in zip(updated.manifest.facets, retrained.manifest.facets, strict=True):
        assert mine.blocks == theirs.blocks
        for block in mine.blocks:
            if block.name != "learned":
                one, other = updated.vectors[:, block.columns], retrained.vectors[:, block.columns]
                assert np.allclose(one, other, atol=2e-5), (mine.name, block.name)
    for name in ("viewers", "evidence"):
        one_part, other_part = updated.part(name), retrained.part(name)
        assert one_part is not None
        assert other_part is not None
        for key, values in one_part.columns.items():
            if isinstance(values, np.ndarray):
                assert np.allclose(values, other_part.array(key), equal_nan=True), (name, key)


def test_what_was_fitted_stays(earlier: Atlas, updated: Atlas, newcomers: set[str]) -> None:
    old = np.array([updated.titles.row(title) for title in earlier.titles.ids])
    for one in updated.manifest.facets:
        for block in one.blocks:
            if block.name == "learned":
                assert np.allclose(np.linalg.norm(updated.vectors[:, block.columns], axis=1).std(), 0, atol=1e-4)
    before, after = earlier.part("layout"), updated.part("layout")
    assert before is not None
    assert after is not None
    assert np.allclose(before.array("position"), after.array("position")[old])
    groups = updated.part("groups")
    assert groups is not None
    fresh = [updated.titles.row(title) for title in sorted(newcomers)]
    assert (groups.array("group")[0, fresh] >= 0).mean() > 0.8
    assert groups.array("size").sum() == (groups.array("group") >= 0).sum()
    recommender, was = updated.part("recommender"), earlier.part("recommender")
    assert recommender is not None
    assert was is not None
    assert list(old[was.array("title")]) == recommender.array("title").tolist()
    assert recommender.about["weights"] == was.about["weights"]
    assert kept_closest(updated, Measure.of(updated)) is None


def closest(atlas: Atlas, k: int = 10) -> NDArray[np.int64]:
    vectors = np.asarray(atlas.vectors, np.float32)
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -np.inf)
    return np.argsort(-scores, axis=1)[:, :k]


def test_close_to_training_anew(updated: Atlas, retrained: Atlas) -> None:
    """A training of the same seed gives nearly what the update kept: all that it draws, it draws by id."""
    pairs = zip(closest(updated).tolist(), closest(retrained).tolist(), strict=True)
    assert np.mean([len(set(one) & set(other)) / 10 for one, other in pairs]) > 0.7
    for facet in updated.manifest.facets:
        for block in facet.blocks:
            if block.name == "learned":
                one, other = (np.asarray(side.vectors[:, block.columns], np.float64) for side in (updated, retrained))
                cosines = (one * other).sum(axis=1) / (np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1))
                assert cosines.mean() > 0.8, facet.name


def test_a_training_takes_the_seed_of_the_atlas_there(tiny_catalogue: Catalogue, tmp_path: Path) -> None:
    config = TrainConfig(learn=LearnConfig(fit=FitConfig(steps=2), threads=1), parts=("network",))
    first = train(tiny_catalogue, tmp_path / "atlas", config)
    assert train(tiny_catalogue, tmp_path / "atlas", config).manifest.seed == first.manifest.seed
    assert train(tiny_catalogue, tmp_path / "atlas", replace(config, seed=3)).manifest.seed == 3
    assert train(tiny_catalogue, tmp_path / "atlas", config).manifest.seed == 3


def test_new_titles_have_the_vectors_that_answering_gives_them(earlier: Atlas, updated: Atlas) -> None:
    """The network's blocks of titles that came are what `reelation place` makes of a title like them."""
    inductive = Inductive(updated)
    fresh = [row for row in range(len(updated)) if updated.titles[row] not in earlier.titles][:5]
    for row in fresh:
        edges = updated.edges_of(row)
        weights = updated.part("network")
        assert weights is not None
        runtime = float(updated.runtime[row])
        told = Understood(
            Description("same", title_id=updated.titles[row], year=int(updated.year[row]) or None, runtime_min=runtime),
            row,
            updated.edge_node[edges].astype(np.int64),
            np.asarray(updated.edge_relations[edges]),
            np.asarray(weights.array("tag-weight")[edges], np.float32),
        )
        found = inductive.point(told).vector
        for facet in updated.manifest.facets:
            for block in facet.blocks:
                if block.name == "learned":
                    one, other = found[block.columns], np.asarray(updated.vectors[row, block.columns])
                    assert one @ other / np.linalg.norm(one) / np.linalg.norm(other) > 0.999, facet.name


def test_closest_lists_name_new_titles(updated: Atlas, newcomers: set[str]) -> None:
    part = updated.part("neighbours")
    assert part is not None
    lists, engine = part.array("closest"), Engine(updated, "en")
    fresh = {updated.titles.row(title) for title in newcomers}
    for row in [*sorted(fresh)[:4], 10, 60, 110, 160, 210]:
        told = [updated.titles.row(one.title.title_id) for one in engine.related(updated.titles[row], k=30)]
        kept = lists[row, :30].tolist()
        assert len(set(told) & set(kept)) >= 27
        assert len(set(lists[row][lists[row] >= 0].tolist())) == int((lists[row] >= 0).sum())
    assert sum(len(fresh & set(lists[row].tolist())) for row in range(len(updated))) > 5 * NEW


def test_titles_that_changed_or_are_gone(updated: Atlas, grown: Catalogue, tmp_path: Path) -> None:
    folder = tmp_path / "atlas"
    shutil.copytree(updated.folder, folder)
    gone = {updated.titles[5], updated.titles[77]}
    smaller = without(grown, tmp_path / "smaller", gone)
    tables = {name: smaller.table(name) for name in TABLES}
    other = updated.titles[100]
    tables["credits"] = tables["credits"].filter(~((pl.col("title_id") == other) & (pl.col("role") == "director")))
    done = update(write_catalogue(tmp_path / "changed", tables, smaller.sources), folder)
    linked = sum(target in gone for target in grown.table("links")["other_id"].to_list())
    assert (done.new, done.gone) == (0, 2)
    assert 1 <= done.changed <= 1 + linked
    assert not gone & set(done.atlas.titles.ids)
    assert done.since_training > 2 / len(done.atlas)
    engine = Engine(done.atlas, "en")
    assert len(engine.related(other)) == 10
    assert engine.recommend("v:03", k=5)
    assert engine.classify(other)
    assert engine.groups()
    again = update(smaller, folder)  # and back
    assert again.changed == 1
    assert again.since_training > done.since_training


def test_refused(updated: Atlas, grown: Catalogue, tiny_catalogue: Catalogue, tmp_path: Path) -> None:
    folder = tmp_path / "atlas"
    shutil.copytree(updated.folder, folder)
    with pytest.raises(DataError, match="another one"):
        update(tiny_catalogue, folder)
    config = LearnConfig(model=MessagePassingConfig(), fit=FitConfig(steps=2), threads=1)
    passing = train(tiny_catalogue, tmp_path / "gcn", TrainConfig(learn=config, seed=1, parts=("network",)))
    with pytest.raises(UsageError, match="passes messages"):
        update(tiny_catalogue, passing.folder)
    ids = grown.table("titles")["title_id"].to_list()
    few = eras_atlas(without(grown, tmp_path / "few", set(ids[::3])), tmp_path / "fewer")
    with pytest.raises(UsageError, match="are new"):
        update(grown, few.folder)


def test_the_command(earlier: Atlas, grown: Catalogue, tmp_path: Path) -> None:
    folder = tmp_path / "atlas"
    shutil.copytree(earlier.folder, folder)
    asked = ["--catalogue", str(grown.folder), "--atlas", str(folder)]
    told = CliRunner().invoke(app, ["update", *asked, "--lang", "en"], catch_exceptions=False)
    assert f"{NEW} of them new" in told.output
    assert "came or changed" in told.output
    assert "新增 0" in CliRunner().invoke(app, ["update", *asked, "--lang", "zh"], catch_exceptions=False).output


def test_killed_at_any_moment_the_last_good_atlas_stays(earlier: Atlas, grown: Catalogue, tmp_path: Path) -> None:
    folder = tmp_path / "atlas"
    shutil.copytree(earlier.folder, folder)
    code = (
        "import sys\nfrom pathlib import Path\nfrom reelation.catalogue.store import Catalogue\n"
        "from reelation.training.update import update\nprint('ready', flush=True)\n"
        "while True:\n    update(Catalogue.open(Path(sys.argv[1])), Path(sys.argv[2]))\n"
    )
    for wait in (0.3, 0.8, 1.3):
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(grown.folder), str(folder)], stdout=subprocess.PIPE, env={**os.environ}
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        engine = Engine(Atlas.open(folder), "en")
        assert len(engine.related(earlier.titles[3])) == 10
        for name in engine.atlas.manifest.parts:
            assert engine.atlas.part(name) is not None
