"""Exact parts and propagated channels: brute force on small random graphs, and laws on the tiny world."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfTransformer

from reelation.catalogue.store import Catalogue
from reelation.draws import lot
from reelation.features.audience import audience_matrix, audience_vectors
from reelation.features.exact import era_columns, pair_columns, people_terms, tag_columns, word_terms
from reelation.features.propagate import PropagateConfig, averaging, channels, liking, sketch
from reelation.graph.build import Graph, Relation, build_graph, idf, union
from reelation.ids import Strings

Doubles = NDArray[np.float64]
tables = arrays(
    np.float32, st.tuples(st.integers(1, 8), st.integers(1, 6)), elements=st.sampled_from([0, 0, 0.25, 0.5, 1])
)
credits = arrays(np.float32, (3, 6, 5), elements=st.sampled_from([0, 0, 1]))


@pytest.fixture(scope="module")
def graph(tiny_catalogue: Catalogue) -> Graph:
    return build_graph(tiny_catalogue)


def relation(dense: NDArray[Any], name: str = "genre") -> Relation:
    return Relation(name, name, sparse.csr_array(dense.astype(np.float32)))


def rarity(dense: NDArray[Any]) -> Doubles:
    return np.asarray(np.log((1 + len(dense)) / (1 + (dense > 0).sum(axis=0))) + 1)


def cosines(rows: NDArray[Any]) -> Doubles:
    sizes = np.linalg.norm(rows.astype(np.float64), axis=1)
    sizes[sizes == 0] = 1
    return np.asarray((rows @ rows.T) / sizes[:, None] / sizes)


def assert_unit_or_zero(rows: NDArray[Any], abs: float = 1e-5) -> None:
    lengths = np.linalg.norm(rows.astype(np.float64), axis=1)
    assert np.where(lengths > 0, 1, 0).tolist() == pytest.approx(lengths.tolist(), abs=abs)


@settings(max_examples=50, deadline=None)
@given(tables)
def test_idf_is_that_of_scikit_learn(dense: NDArray[np.float32]) -> None:
    matrix = sparse.csr_array(dense)
    assert idf(matrix) == pytest.approx(TfidfTransformer(smooth_idf=True).fit(matrix).idf_, rel=1e-6)


@settings(max_examples=50, deadline=None)
@given(credits)
def test_a_union_has_what_any_has(dense: NDArray[np.float32]) -> None:
    together = union([relation(one * 0.5) for one in dense])
    assert np.array_equal(together.toarray(), dense.max(axis=0))


@settings(max_examples=50, deadline=None)
@given(tables, st.integers(1, 6))
def test_tags_are_an_idf_cosine(dense: NDArray[np.float32], most: int) -> None:
    columns, kept = tag_columns(relation(dense), most)
    counts = (dense > 0).sum(axis=0)
    assert sorted(counts[kept], reverse=True) == sorted(counts, reverse=True)[:most]
    assert columns @ columns.T == pytest.approx(cosines((dense * rarity(dense))[:, kept]), abs=1e-5)
    assert_unit_or_zero(columns)


@settings(max_examples=50, deadline=None)
@given(tables)
def test_pairs_are_an_idf_cosine(dense: NDArray[np.float32]) -> None:
    both = [(dense[:, a] > 0) & (dense[:, b] > 0) for a, b in combinations(range(dense.shape[1]), 2)]
    has = np.stack([one for one in both if one.any()] or [np.zeros(len(dense), bool)], axis=1).astype(float)
    columns, pairs = pair_columns(relation(dense), 100)
    assert columns @ columns.T == pytest.approx(cosines(has * rarity(has)), abs=1e-5)
    assert_unit_or_zero(columns)
    for column, (a, b) in zip(columns.T, pairs.tolist(), strict=True):
        assert ((column > 0) == ((dense[:, a] > 0) & (dense[:, b] > 0))).all()


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.integers(1880, 2030), min_size=1, max_size=30), st.integers(2, 30), st.sampled_from([4.0, 8.0, 20.0])
)
def test_the_further_apart_the_less_alike(years: list[int], width: int, scale: float) -> None:
    columns = era_columns(np.array([0, *sorted(years)], np.int16), width, scale)
    assert_unit_or_zero(columns)
    assert not columns[0].any()
    alike = columns[1:] @ columns[1:].T
    assert alike == pytest.approx(alike.T)
    for row, line in enumerate(alike):
        assert (np.diff(line[row:]) <= 1e-6).all()
        assert (np.diff(line[: row + 1]) >= -1e-6).all()


def test_eras_are_a_gaussian_kernel_far_from_the_ends() -> None:
    years = np.array([1900, 2020, *range(1945, 1976)], np.int16)
    columns = era_columns(years)[2:]
    apart = np.subtract.outer(years[2:], years[2:])
    assert columns @ columns.T == pytest.approx(np.exp(-((apart / 16) ** 2)), abs=0.01)
    assert not era_columns(np.zeros(3, np.int16)).any()


@settings(max_examples=50, deadline=None)
@given(credits, st.sampled_from([0.0, 0.5, 1.0]))
def test_people_are_an_idf_cosine(dense: NDArray[np.float32], flatten: float) -> None:
    weights = {"actor": 1.0, "director": 0.5}
    names = ("actor", "director", "editor")
    terms = people_terms([relation(one, name) for one, name in zip(dense, names, strict=True)], weights, flatten)
    rows = np.maximum(dense[0], dense[1] * 0.5)
    rows = rows * rarity(rows)
    sizes = np.linalg.norm(rows, axis=1) ** (1 - flatten)
    assert (terms @ terms.T).toarray() == pytest.approx(cosines(rows) * np.outer(sizes, sizes), rel=1e-4, abs=1e-5)


WORDS = ["Ébb", "Fog", "Tide", "ii", "Part", "7", "Harbour"]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join), min_size=1, max_size=9))
def test_words_are_an_idf_cosine(names: list[str]) -> None:
    terms, words = word_terms(names)
    has = np.array([[word in name.split() for word in ("Ébb", "Fog", "Tide", "Harbour")] for name in names], float)
    counts = has.sum(axis=0)
    has = has[:, (counts >= 2) & (counts <= 3)]
    assert words == sorted(words)
    assert len(words) == has.shape[1]
    assert (terms @ terms.T).toarray() == pytest.approx(cosines(has * rarity(has)), abs=1e-5)


@settings(max_examples=50, deadline=None)
@given(credits, st.integers(1, 6))
def test_averaging_is_a_mean_of_means(dense: NDArray[np.float32], most: int) -> None:
    first, second = averaging([relation(one) for one in dense], most)
    has = dense.max(axis=0).astype(np.float64)
    degree = has.sum(axis=0)
    useful = (degree > 1) & (degree <= most)
    share = has * rarity(has) * useful
    share /= np.maximum(share.sum(axis=1, keepdims=True), 1e-12)
    expected = share @ (has * useful / np.maximum(degree, 1)).T
    assert (first @ second).toarray() == pytest.approx(expected, abs=1e-5)
    for sums in (first.sum(axis=1), expected.sum(axis=1)):
        assert sums == pytest.approx((share.sum(axis=1) > 0).astype(float), abs=1e-5)


def test_a_sketch_keeps_inner_products_on_average() -> None:
    rng = np.random.default_rng(0)
    matrix = sparse.csr_array((rng.random((15, 500)) < 0.1).astype(np.float32))
    weights = rng.random(500) + 0.5
    exact = cosines(matrix.toarray() * weights)
    keys = Strings.of(f"p:{number}" for number in range(500)).keys()
    drawn = np.stack([sketch(matrix, keys, weights, 64, lot(seed, "test")) for seed in range(100)])
    assert_unit_or_zero(drawn.reshape(-1, 64))
    alike = drawn @ drawn.transpose(0, 2, 1)
    assert alike.mean(axis=0) == pytest.approx(exact, abs=0.05)
    assert alike.std(axis=0).max() < 1.5 / np.sqrt(64)
    whole = sketch(matrix, keys, weights, 500, lot(0, "test"))
    assert whole @ whole.T == pytest.approx(exact, abs=1e-5)


NARROW = PropagateConfig(people_width=4, tag_width=2, era_width=6)


@pytest.mark.parametrize("config", [PropagateConfig(), NARROW], ids=["exact", "projected"])
def test_channels_are_half_precision_unit_rows(graph: Graph, config: PropagateConfig) -> None:
    text = np.random.default_rng(0).standard_normal((len(graph), 5), np.float32) * 100
    text[3:] = 0
    found = {(channel.facet, channel.name): channel.values for channel in channels(graph, 0, config, text)}
    assert len(found) == len(channels(graph, 0, config, text))
    for values in found.values():
        assert values.dtype == np.float16
        assert np.isfinite(values).all()
        assert_unit_or_zero(values, abs=2e-3)
    assert found["story", "text"][:3] == pytest.approx(text[:3] / np.linalg.norm(text[:3], axis=1)[:, None], abs=1e-3)
    nothing = graph.nodes["title"].row("w:nothing")
    assert not any(values[nothing].any() for values in found.values())
    assert ("people", "actor over company") not in found
    for (facet, name), values in found.items():
        if (facet, f"{name} over person") in found:
            assert found[facet, f"{name} over person"].shape == values.shape


@pytest.mark.parametrize("config", [PropagateConfig(), NARROW], ids=["exact", "projected"])
def test_permuted_titles_permute_the_channels(graph: Graph, config: PropagateConfig) -> None:
    order = np.random.default_rng(5).permutation(len(graph))
    relations = {
        name: replace(
            one, matrix=one.matrix[order][:, order] if one.target == "title" else one.matrix[order], attributes={}
        )
        for name, one in graph.relations.items()
    }
    other = replace(graph, relations=relations, year=graph.year[order], runtime=graph.runtime[order])
    for before, after in zip(channels(graph, 3, config), channels(other, 3, config), strict=True):
        assert (before.facet, before.name) == (after.facet, after.name)
        assert after.values == pytest.approx(before.values[order], abs=2e-3)


def test_somebody_is_the_same_in_every_role(graph: Graph) -> None:
    found = {channel.name: channel.values for channel in channels(graph, 0, NARROW)}
    cy_in_both = graph.nodes["title"].row("w:void3")
    assert found["actor"][cy_in_both] == pytest.approx(found["director"][cy_in_both], abs=2e-3)


def with_credits(graph: Graph, names: Sequence[str]) -> Graph:
    people = len(graph.nodes["person"])
    added = {
        name: Relation(name, "person", sparse.csr_array(np.eye(len(graph), people, k=at, dtype=np.float32)))
        for at, name in enumerate(names)
    }
    return replace(graph, relations={**graph.relations, **added})


@pytest.mark.parametrize("config", [PropagateConfig(), NARROW], ids=["exact", "projected"])
def test_minor_roles_share_one_channel(graph: Graph, config: PropagateConfig) -> None:
    before = {channel.name: channel.values for channel in channels(graph, 0, config)}
    one, three = (
        {channel.name: channel.values for channel in channels(with_credits(graph, names), 0, config)}
        for names in (("editor",), ("editor", "self", "composer"))
    )
    assert set(one) - set(before) == set(three) - set(before) == {"crew", "crew over person"}
    assert one["crew"].shape[1] == three["crew"].shape[1] == min(config.people_width, len(graph.nodes["person"]))
    for name, values in before.items():
        assert values.shape == three[name].shape
        assert " over person" in name or np.array_equal(values, three[name])
    crew = union([with_credits(graph, ("editor", "self", "composer")).relations[n] for n in ("editor", "self")])
    assert (np.asarray(crew.sum(axis=1)).ravel() > 0).tolist() == three["crew"].any(axis=1).tolist()


def test_liking_is_above_the_viewers_own_mean(graph: Graph) -> None:
    liked = liking(graph)
    assert liked is not None
    row, viewer = graph.nodes["title"].row, graph.nodes["viewer"].row
    assert liked[row("w:void1"), viewer("v:1")] == pytest.approx(5 - 3.5)
    assert liked[row("w:bench2"), viewer("v:2")] == pytest.approx(4 - 9.5 / 3)
    assert liked.nnz == 4
    without = replace(graph, relations={name: one for name, one in graph.relations.items() if name != "rating"})
    assert liking(without) is None


def test_viewers_that_weigh_the_same_give_the_same_vectors_every_time(tiny_catalogue: Catalogue) -> None:
    seen = audience_matrix(build_graph(tiny_catalogue))
    assert seen is not None
    first = audience_vectors(seen, 16, 20.0, 3)  # two viewers of two likes each: their singular values tie
    assert all(np.array_equal(first, audience_vectors(seen, 16, 20.0, 3)) for _ in range(200))


def test_a_whole_decomposition_is_the_iterated_one(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = sparse.random_array((60, 40), density=0.2, rng=np.random.default_rng(0), format="csr", dtype=np.float32)
    seen.data[:] = 1
    for matrix in (seen, seen.T.tocsr()):
        whole = audience_vectors(matrix, 8, 20.0, 3)
        monkeypatch.setattr("reelation.features.audience._DENSE", 0)
        np.testing.assert_allclose(audience_vectors(matrix, 8, 20.0, 3), whole, atol=1e-5)
        monkeypatch.undo()
