"""What is drawn by id: the same for the same id, on any machine, whatever else there is."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import sparse

from reelation.draws import apart, chosen, lot, random_directions, sample, uniform
from reelation.features.audience import audience_vectors
from reelation.features.propagate import channels
from reelation.graph.build import build_graph
from reelation.ids import Strings, Vocabulary
from reelation.training.walks import Walks
from tests.eras import eras_catalogue
from tests.growing import without

IDS = [f"imdb:nm{number:07d}" for number in range(20_000)]


def test_the_same_on_any_machine() -> None:
    keys = Strings.of(["imdb:nm0000001", "", "维基:Q1"]).keys()
    assert keys.tolist() == [17502955719009472283, 16294208416658607535, 8084796474103879348]
    assert lot(7, "people") == 8747087091921807743
    assert uniform(keys[:1], 5, 2)[0] == pytest.approx([0.6046889332024706, 0.38129593929548933], abs=1e-15)
    drawn = random_directions(keys[:1], 5, 70)[0, 66:]
    assert drawn == pytest.approx([-1.400536, -0.588631, 1.305814, 0.602163], rel=1e-5)


def test_other_ids_change_nothing() -> None:
    some = Vocabulary.of(IDS[::7])
    every = Vocabulary.of(IDS)
    rows = np.array([every.row(one) for one in some.ids])
    assert np.array_equal(every.keys[rows], some.keys)
    assert np.array_equal(random_directions(every.keys, 3, 130)[rows], random_directions(some.keys, 3, 130))
    assert np.array_equal(uniform(every.keys, 3, 2)[rows], uniform(some.keys, 3, 2))
    assert len(np.unique(every.keys)) == len(IDS)


def test_numbers_look_drawn() -> None:
    keys = Strings.of(IDS).keys()
    drawn = random_directions(keys, lot(1, "people"), 128)
    assert drawn.mean() == pytest.approx(0, abs=0.002)
    assert drawn.std() == pytest.approx(1, abs=0.002)
    inner = drawn[:500] @ drawn[500:1000].T / 128
    assert abs(inner.mean()) < 0.002
    assert inner.std() == pytest.approx(128**-0.5, rel=0.02)
    assert np.abs(np.corrcoef(drawn.T) - np.eye(128)).max() < 0.04
    other = random_directions(keys, lot(2, "people"), 128)
    assert abs((drawn * other).mean()) < 0.003
    numbers = uniform(keys, 4, 3)
    assert np.allclose(np.histogram(numbers, 10, (0, 1))[0] / numbers.size, 0.1, atol=0.005)
    assert np.abs(np.corrcoef(numbers.T) - np.eye(3)).max() < 0.03


def test_the_second_of_a_kind_draws_anew() -> None:
    keys = Strings.of(["a", "b", "a", "a"]).keys()
    found = apart(keys)
    assert found[0] == keys[0]
    assert found[1] == keys[1]
    assert len(set(found.tolist())) == 4
    assert np.array_equal(apart(keys[:3]), found[:3])
    assert len(apart(keys[:0])) == 0


def test_samples() -> None:
    keys, copies = Strings.of(IDS).keys(), np.arange(len(IDS)) % 5
    found = [sample(keys, copies, 1000, drawn) for drawn in range(200)]
    assert np.mean([len(one) for one in found]) == pytest.approx(1000, rel=0.01)
    counts = np.bincount(np.concatenate(found), minlength=len(keys))
    share = np.array([counts[copies == number].mean() for number in range(5)])
    assert share == pytest.approx(200 * 1000 / copies.sum() * np.arange(5), rel=0.05)
    assert np.array_equal(np.bincount(sample(keys, copies, 10**6, 1), minlength=len(keys)), copies)
    fewer = sample(keys[:-200], copies[:-200], 1000, 0)
    assert len(np.intersect1d(fewer, found[0])) > 0.97 * len(fewer)


def test_chosen() -> None:
    keys, copies = Strings.of(IDS[:100]).keys(), np.arange(1, 101) % 3 + 1
    found = [chosen(keys, copies, 10, drawn) for drawn in range(2000)]
    assert all(len(np.unique(one)) == 10 for one in found)
    counts = np.bincount(np.concatenate(found), minlength=100)
    share = np.array([counts[copies == number].mean() for number in (1, 2, 3)])
    assert share / share[0] == pytest.approx([1, 2, 3], rel=0.1)
    assert len(np.intersect1d(chosen(keys[:-1], copies[:-1], 10, 4), chosen(keys, copies, 10, 4))) >= 9


def test_a_grown_catalogue_gives_nearly_the_same_inputs_and_walks(tmp_path_factory: pytest.TempPathFactory) -> None:
    grown = eras_catalogue(tmp_path_factory.mktemp("grown") / "catalogue", titles=1500)
    gone = set(grown.table("titles")["title_id"].gather_every(100).to_list())
    smaller = without(grown, tmp_path_factory.mktemp("smaller") / "catalogue", gone)
    now, then = build_graph(grown), build_graph(smaller)
    rows = np.array([now.nodes["title"].row(one) for one in then.nodes["title"].ids])
    before = {(one.facet, one.name): one.values for one in channels(then, 3)}
    for one in channels(now, 3):
        values = before[one.facet, one.name]
        if values.shape[1] == one.values.shape[1]:
            cosines = (values.astype(np.float32) * one.values[rows].astype(np.float32)).sum(axis=1)
            assert np.mean(cosines[values.any(axis=1)]) > 0.98, one.name
    starts = Walks(then).starts
    ends = Walks(then).ends(starts, np.random.default_rng(1))
    same = Walks(now).ends(rows[starts], np.random.default_rng(1)) == rows[ends]
    assert same.mean() > 0.9


def test_axes_of_the_audience_stay() -> None:
    """Viewers of a few tastes of nearly the same strength: singular vectors turn, what is made of them does not."""
    rng = np.random.default_rng(0)
    taste, kind = np.arange(300) % 6, np.arange(800) % 6
    likes = (rng.random((800, 300)) < np.where(kind[:, None] == taste, 0.3, 0.02)).astype(np.float32)
    viewers = Strings.of(f"v:{number:03d}" for number in range(300)).keys()
    fewer = np.flatnonzero(rng.random(300) > 0.03)
    whole, part = sparse.csr_array(likes), sparse.csr_array(likes[:, fewer])
    turned = [
        audience_vectors(whole, 6, 20.0, 1, viewers),
        audience_vectors(part, 6, 20.0, 1, viewers[fewer]),
    ]
    plain = audience_vectors(whole, 6, 20.0, 1)
    assert turned[0] @ turned[0].T == pytest.approx(plain @ plain.T, abs=1e-5)
    cosines = (turned[0] * turned[1]).sum(axis=1) / np.prod([np.linalg.norm(one, axis=1) for one in turned], axis=0)
    assert cosines.mean() > 0.9
