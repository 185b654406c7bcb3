"""Who will work together: nothing after the year is used, known answers, the same model twice."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reelation.atlas.parts import Part
from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.errors import MissingPartError
from reelation.evaluation.collaborations import Compiled, Split, above, baselines, hits_at, interval, judge
from reelation.graph.build import build_graph
from reelation.search.collaborating import Collaborating, PairModel, model_of
from reelation.search.pair_features import PAIR, PERSON, PairFeatures
from reelation.search.working import Worked
from reelation.training.learn import LearnConfig, Learned
from reelation.training.loop import History
from reelation.training.pair_model import PairConfig, fit, groups
from reelation.training.parts import PartContext, collaborations
from reelation.training.recipe import Recipe
from tests.invented import invented_atlas
from tests.troupes import LAST, troupes_atlas

SMALL = PairConfig(people=60, hard=20, drawn=20, hidden=4, epochs=8)


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    return troupes_atlas(tmp_path_factory.mktemp("troupes") / "atlas")


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """The same world before anybody knew of the last ten years."""
    return troupes_atlas(tmp_path_factory.mktemp("troupes") / "atlas", LAST - 10)


def split_of(atlas: Atlas, until: int) -> Split:
    found = Split.of(atlas, atlas.manifest.node_types, atlas.manifest.relations, until)
    assert found is not None
    return found


def worked_of(atlas: Atlas, until: int | None = None) -> Worked:
    found = Worked.of(atlas, atlas.manifest.node_types, atlas.manifest.relations, until)
    assert found is not None
    return found


def test_four_people_by_hand(tmp_path: Path) -> None:
    """a and b meet in 2000, b and c in 2001, c and d in 2003; e has a film of unknown year."""
    having = {"person:a": [0], "person:b": [0, 1], "person:c": [1, 2], "person:d": [2], "person:e": [3]}
    atlas = invented_atlas(tmp_path / "atlas", [2000, 2001, 2003, 0], having)
    worked = worked_of(atlas, 2001)
    assert [atlas.nodes[int(node)] for node in worked.nodes] == ["person:a", "person:b", "person:c"]
    assert worked.age.tolist() == [1, 0]
    place, other = worked.beside(np.array([1]))
    assert (place.tolist(), other.tolist()) == ([0, 0], [0, 2])
    assert worked.numbers_of(np.array([atlas.nodes.row("person:d")])).tolist() == [-1]
    features = PairFeatures(worked, atlas, atlas.manifest.node_types)
    shared = features.of(np.array([0]))[PAIR.index("shared")][0]
    expected = np.log(1e-4 + 1 / np.log(2 + 2)) - np.log(1e-4)  # a - b - c, and b has two places beside others
    assert shared[2] == pytest.approx(expected, rel=1e-4)
    lately = features.of(np.array([0]))[PAIR.index("shared 2")][0]
    assert lately[2] == pytest.approx(np.log(1e-4 + 2**-0.5 / np.log(4)) - np.log(1e-4), rel=1e-4)
    split = split_of(atlas, 2000)
    assert split.people.tolist() == []  # c was not known in 2000, so nobody who was meets anybody new


def test_hits_and_auc_by_hand() -> None:
    scores = np.array([0.9, 0.5, 0.5, 0.5, 0.1, -np.inf])
    assert hits_at(scores, np.array([0]), 2) == 1
    assert hits_at(scores, np.array([1]), 2) == pytest.approx(1 / 3)  # one place left for three that are equal
    assert hits_at(scores, np.array([0, 4]), 2) == 0.5
    assert above(np.array([0.9, 0.5]), np.array([0.5, 0.1])) == pytest.approx((1 + 0.75) / 2)
    low, high = interval(np.array([0.0, 1.0] * 50))
    assert low < 0.5 < high


def test_nothing_after_the_year_is_used(atlas: Atlas, cut: Atlas) -> None:
    until = LAST - 10
    whole, early = worked_of(atlas, until), worked_of(cut, until)
    people = np.arange(0, len(whole), 7)
    types = atlas.manifest.node_types
    one, other = PairFeatures(whole, atlas, types), PairFeatures(early, cut, types)
    assert np.array_equal(whole.nodes, early.nodes)
    assert np.array_equal(one.of(people), other.of(people))
    assert np.array_equal(one.person, other.person)
    known, past = split_of(atlas, until - 5), split_of(cut, until - 5)  # its window ends with `until`
    assert np.array_equal(known.new, past.new)
    mine, theirs = (groups(part, SMALL, np.random.default_rng(1)) for part in (known, past))
    assert np.array_equal(mine.features, theirs.features)


def test_compiled_walks_are_the_same(atlas: Atlas) -> None:
    plain = worked_of(atlas, 2000)
    quick = Compiled.of(atlas, atlas.manifest.node_types, atlas.manifest.relations, 2000)
    assert quick is not None
    random = np.random.default_rng(0).random((len(plain), 3), np.float32)
    assert np.allclose(plain.to_titles(random), quick.to_titles(random), atol=1e-4)
    titles = plain.to_titles(random)
    assert np.allclose(plain.to_people(titles), quick.to_people(titles), rtol=1e-4)
    assert np.allclose(plain.to_people(titles[:, :1])[:, 0], plain.to_people(titles)[:, 0], rtol=1e-5)


def fitted(atlas: Atlas) -> PairModel:
    parts = [groups(split_of(atlas, year), SMALL, np.random.default_rng(1)) for year in (1994, 1999)]
    found = fit(parts, SMALL, 3)
    assert found is not None
    return found


def test_troupes_are_found(atlas: Atlas) -> None:
    model, split = fitted(atlas), split_of(atlas, 2004)
    rankings = baselines(split)
    rankings["model"] = lambda split, places: model.log_odds(split.features, split.active[places], split.active)
    found = judge(split, rankings, split.people, first=5)
    assert found["model"].auc.mean() > 0.9
    assert found["model"].hits.mean() > found["titles"].hits.mean() + 0.2
    assert found["model"].hits.mean() >= found["common neighbours"].hits.mean()


def test_the_same_model_twice(atlas: Atlas) -> None:
    one, two = fitted(atlas), fitted(atlas)
    assert np.array_equal(one.weights, two.weights)
    assert np.array_equal(one.out, two.out)


def with_part(atlas: Atlas, model: PairModel) -> Collaborating:
    part = Part(
        {"weights": model.weights, "bias": model.bias, "out": model.out}, {"features": [*PAIR, *PERSON], "years": 5}
    )
    read = model_of(part)
    assert read is not None
    worked = worked_of(atlas)
    return Collaborating(worked, PairFeatures(worked, atlas, atlas.manifest.node_types), read)


def test_chances_of_those_who_never_met(atlas: Atlas) -> None:
    ready = with_part(atlas, fitted(atlas))
    people = ready.worked.nodes
    found = ready.chances(people[:2], people)
    assert found.shape == (2, len(people))
    place, other = ready.worked.beside(np.arange(2))
    assert np.isnan(found[place, other]).all()
    assert np.isnan(found[[0, 1], [0, 1]]).all()
    known = found[np.isfinite(found)]
    assert ((known >= 0) & (known <= 1)).all()
    assert len(known)
    assert np.allclose(ready.chances(people[:1], people[5:9]), found[:1, 5:9], atol=1e-5, equal_nan=True)
    genre = np.array([atlas.nodes.row("genre:1")])
    assert np.isnan(ready.chances(genre, people)).all()


def test_a_model_of_other_features_is_not_used(atlas: Atlas) -> None:
    assert model_of(Part({}, {"features": ["something else"]})) is None
    with pytest.raises(MissingPartError, match="reelation train"):
        Collaborating.needed(atlas)


def context_of(atlas: Atlas, catalogue: Catalogue) -> PartContext:
    """What the part is made from; all else of a training is not looked at."""
    graph = build_graph(catalogue)
    return PartContext(
        graph=graph,
        catalogue=catalogue,
        content=atlas,
        facets=atlas.manifest.facets,
        node_types=atlas.manifest.node_types,
        relations=atlas.manifest.relations,
        plans=(),
        learned=Learned({}, {}, History("", 0)),
        learn=LearnConfig(),
        recipe=Recipe(),
        text=None,
        text_map=None,
        text_encoder=None,
        seed=0,
        previous=None,
    )


def test_the_part_and_its_update(atlas: Atlas, tiny_catalogue: Catalogue) -> None:
    part = collaborations.build(context_of(atlas, tiny_catalogue))
    assert part is not None
    said = part.about
    assert said["until"] == LAST
    figures = said["figures"]
    assert figures["until"] == LAST - 5
    assert figures["auc"] > figures["baseline_auc"]
    assert 0.5 < figures["expected_pairs"] / figures["came_pairs"] < 2
    assert model_of(part) is not None
    later = collaborations.folded(context_of(atlas, tiny_catalogue), part)
    assert np.array_equal(later.array("weights"), part.array("weights"))
    assert later.about == part.about
    assert len(part.array("died-node")) == len(part.array("died-year")) == 0


def test_too_little_to_learn_from(tiny_atlas: Atlas) -> None:
    part = tiny_atlas.part("collaborations")
    assert part is not None
    assert model_of(part) is None
    assert Collaborating.of(tiny_atlas) is None
