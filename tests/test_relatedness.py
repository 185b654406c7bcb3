"""Relatedness: readers, wrong titles, marking, leaks, baselines and fitted weights, with known answers."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import sparse

from reelation.catalogue.narrow import narrow
from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.contenders import relatedness
from reelation.contenders.ranking_networks import LightGcnRow
from reelation.contenders.related_networks import lightgcn_row
from reelation.contenders.relatedness import contenders, without_titles
from reelation.errors import DataError, UsageError
from reelation.evaluation.datasets.redial import match_films, read_redial
from reelation.evaluation.datasets.wikidata_series import series_groups
from reelation.evaluation.harness import run
from reelation.evaluation.interactions import Interactions
from reelation.evaluation.questions import Questions, draw_questions, labels_of, mark, means, split_pairs
from reelation.evaluation.retrieval import ScoreRows
from reelation.evaluation.similarity import (
    ItemKnnConfig,
    Node2vecConfig,
    by_node2vec,
    by_popularity,
    by_vectors,
    by_viewers,
    by_words,
)
from reelation.evaluation.task import Contender, Fitted, LeakError
from reelation.evaluation.tasks.liked import co_liked, co_liked_pairs, every_fourth, parted, redial
from reelation.evaluation.tasks.relatedness import Material, RelatednessProblem, RelatednessTask
from reelation.evaluation.tasks.series import same_series, sequels
from reelation.graph.build import Graph, Relation, build_graph
from reelation.graph.hide import hide_rows, hide_viewers
from reelation.sources.importing import import_paths
from tests.crowd import crowd
from tests.world import SOURCE, tiny_tables


@pytest.fixture(scope="module")
def graph(tiny_catalogue: Catalogue) -> Graph:
    return build_graph(tiny_catalogue)


def row(graph: Graph, title: str) -> int:
    return list(graph.nodes["title"].ids).index(f"w:{title}")


def redial_folder(folder: Path, talks: list[dict[str, object]], films: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "movies_with_mentions.csv").write_text(f"movieId,movieName,nbMentions\n{films}")
    (folder / "test_data.jsonl").write_text("".join(json.dumps(talk) + "\n" for talk in talks))
    return folder


def talk(seeker: int, own: object, other: object) -> dict[str, object]:
    return {
        "initiatorWorkerId": seeker,
        "movieMentions": {"9": "Hung Jury (1996)"},
        "initiatorQuestions": own,
        "respondentQuestions": other,
    }


def test_the_seekers_own_word_counts_before_the_recommenders(tmp_path: Path) -> None:
    said = {"1": {"liked": 1}, "2": {"liked": 0}}
    found = read_redial(
        redial_folder(
            tmp_path / "r",
            [talk(7, said, {"1": {"liked": 0}, "2": {"liked": 1}, "3": {"liked": 1}}), talk(8, [], said)],
            "1,Voidborn (1979),5\n2,The Bench (1994),3\n",
        )
    )
    assert [(one.seeker, one.liked) for one in found.talks] == [(7, ("1", "3")), (8, ("1",))]
    assert found.mentions == {"1": 5, "2": 3}
    assert found.names["9"] == "Hung Jury (1996)"


def test_odd_redial_files_are_refused_with_their_line(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="missing"):
        read_redial(tmp_path)
    folder = redial_folder(tmp_path / "r", [talk(7, [], [])], "1,Voidborn (1979),many\n")
    with pytest.raises(DataError, match="line 2"):
        read_redial(folder)
    folder = redial_folder(tmp_path / "r", [{"initiatorWorkerId": 1}])
    with pytest.raises(DataError, match="line 1"):
        read_redial(folder)


def test_films_are_found_by_name_and_year(tiny_catalogue: Catalogue, graph: Graph) -> None:
    names = {
        "same": "Voidborn  (1979)",
        "a year off": "Hung Jury (1997)",
        "two off": "Hung Jury (1998)",
        "original": "Le Jury pendu (1996)",
        "alias": "虚空之子 (1979)",
        "article": "Tide, The (1972)",
        "no year": "The Tide",
        "unknown": "Nobody (1990)",
    }
    found = match_films(names, tiny_catalogue)
    rows = {"same": "void1", "a year off": "bench2", "original": "bench2", "alias": "void1", "article": "tide72"}
    assert found == {key: row(graph, title) for key, title in rows.items()}


def test_series_come_from_pairs_and_broad_ones_are_left_out(tmp_path: Path, tiny_catalogue: Catalogue) -> None:
    head = "relation\tgroup_qid\tqid_a\timdb_a\tqid_b\timdb_b\n"
    lines = "same_series\tQ1\tQ5\ttt9000001\tQ6\ttt404\nsame_series\tQ16290\tQ5\ttt9000001\tQ6\t\n"
    with gzip.open(tmp_path / "pairs.tsv.gz", "wt") as handle:
        handle.write(head + lines)
    first = tiny_catalogue.table("titles")["imdb_id"].to_list().index("tt9000001")
    assert series_groups(tmp_path / "pairs.tsv.gz", tiny_catalogue) == {"Q1": {first}}
    with pytest.raises(DataError, match="no series"):
        same_series(Material.of(tiny_catalogue, None), tmp_path / "pairs.tsv.gz")
    with gzip.open(tmp_path / "bad.tsv.gz", "wt") as handle:
        handle.write("relation\tgroup\n")
    with pytest.raises(DataError, match="lacks"):
        series_groups(tmp_path / "bad.tsv.gz", tiny_catalogue)
    with pytest.raises(DataError, match="cannot be read"):
        series_groups(tmp_path / "none.tsv.gz", tiny_catalogue)


def test_hidden_edges_go_with_their_times(graph: Graph) -> None:
    before = graph.relations["rating"]
    shown = hide_viewers(graph, np.array([0])).relations["rating"]
    assert shown.matrix.toarray()[:, 0].sum() == 0
    assert (shown.matrix.toarray()[:, 1] == before.matrix.toarray()[:, 1]).all()
    assert sorted(shown.attributes["time"].tolist()) == [15, 25, 35]
    void = row(graph, "void1")
    less = hide_rows(graph, ["rating", "actor", "no such"], np.array([void]))
    assert less.relations["rating"].matrix[[void]].nnz == less.relations["actor"].matrix[[void]].nnz == 0
    assert less.relations["rating"].matrix.nnz == len(less.relations["rating"].attributes["time"]) == 4
    assert less.relations["director"] is graph.relations["director"]
    assert before.matrix.nnz == 6


def test_wrong_titles_match_the_right_one_and_are_never_right() -> None:
    graph, popularity = crowd(), np.arange(400) * 37 % 97
    labels = labels_of({(10, 200), (10, 202), (11, 300)})
    known = labels_of({(10, 201), (10, 204), *split_pairs(labels)})
    drawn = draw_questions(graph, labels, known, popularity, np.random.default_rng(3))
    assert drawn.queries.tolist() == [10, 11, 200, 202, 300]
    for place, right, *wrongs in zip(drawn.query, drawn.right, *drawn.wrong.values(), strict=True):
        asked = int(drawn.queries[place])
        for wrong in wrongs:
            assert not set(wrong.tolist()) & {asked, right, *labels[asked], *known[asked]}
            assert len(set(wrong.tolist())) == 10
        _, matched, hard = wrongs
        for some in (matched, hard):
            ahead = popularity[some] - popularity[right]
            assert (ahead <= 0).sum() >= 5
            assert (ahead >= 0).sum() >= 5
        assert (np.abs(popularity[matched] - popularity[right]) <= 6).all()
        assert (hard % 2 == right % 2).all()
        assert (np.abs(graph.year[hard] - graph.year[right]) <= 10).all()
    again = draw_questions(graph, labels, known, popularity, np.random.default_rng(3))
    assert all((again.wrong[kind] == drawn.wrong[kind]).all() for kind in drawn.wrong)
    assert list(draw_questions(graph, labels, known, None, np.random.default_rng(3)).wrong) == ["random", "hard"]


def test_figures_by_hand() -> None:
    labels = {0: frozenset({1, 2}), 3: frozenset({1})}
    wrong = np.array([[4, 5], [4, 5], [-1, -1]], np.int32)
    asked = Questions(labels, np.array([0, 0, 1]), np.array([1, 2, 1]), {"hard": wrong})
    scores = np.array([[9, 5, 1, 0, 5, 0], [0, 0, 0, 0, 0, 0], [0] * 6, [1, 0, 2, 9, 0, 0]], np.float32)
    found = mark(lambda rows: scores[rows], asked)
    # Query 0: the right 5 ties with a wrong 5 and beats 0; the right 1 loses to 5 and beats 0.
    assert found["AUC hard"][0] == (0.75 + 0.5) / 2
    assert np.isnan(found["AUC hard"][1])
    assert found["MRR"].tolist() == [1 / 1.5, 1 / 4]  # 1, 4 and 5 tie for the ranks three to five
    assert means(found)["AUC hard"] == 0.625
    part = asked.only(np.array([3]))
    assert part.labels == {3: frozenset({1})}
    assert (part.query.tolist(), part.right.tolist()) == ([0], [1])


def test_co_liking_by_hand() -> None:
    # Ten viewers: 0 and 1 are liked by viewers 0-3 together, 2 by everybody; viewer 9 is not asked.
    likes = [(v, t) for v in range(4) for t in (0, 1)] + [(v, 2) for v in range(9)] + [(9, 0), (9, 2)]
    viewer, title = np.array(likes, np.int32).T
    events = Interactions(viewer, title, np.full(len(likes), 4, np.float32), np.zeros(len(likes), np.int64), 10, 3)
    # 0, 1: p = 4/9 each and together, npmi 1. 0, 2: together 4/9 = 4/9 x 1, npmi 0.
    assert co_liked_pairs(events, np.arange(9), 4) == {(0, 1)}
    assert co_liked_pairs(events, np.arange(9), 5) == set()
    meh = replace(events, stars=np.full(len(likes), 3.5, np.float32))
    assert co_liked_pairs(meh, np.arange(9), 1) == set()


def rich_task(tiny_catalogue: Catalogue, **more: object) -> RelatednessTask:
    material = Material.of(tiny_catalogue, None)
    graph = material.graph
    void, bench = ([row(graph, f"{name}{n}") for n in (1, 2, 3)] for name in ("void", "bench"))
    task = RelatednessTask(
        name="relatedness, tiny",
        about="-",
        material=material,
        test=labels_of({(void[0], void[1]), (void[0], void[2])}),
        validation=labels_of({(bench[0], bench[1])}),
        popularity=None,
        hidden=("company",),
        viewers=(0,),
        masked=0.25,
    )
    return replace(task, **more)  # type: ignore[arg-type]


def test_a_problem_shows_nothing_of_the_test(tiny_catalogue: Catalogue) -> None:
    task = rich_task(tiny_catalogue)
    problem, exam = task.open(5)
    assert exam.leaks(problem) == []
    assert "company" not in problem.graph.relations
    assert problem.texts[row(problem.graph, "bench1")] in ("A judge doubts her verdict.", "")
    again, _ = task.open(5)
    assert again.texts == problem.texts
    assert (again.validation.wrong["random"] == problem.validation.wrong["random"]).all()
    assert task.fingerprint == rich_task(tiny_catalogue).fingerprint
    assert task.fingerprint != rich_task(tiny_catalogue, masked=0.1).fingerprint


def test_planted_leaks_are_found(tiny_catalogue: Catalogue) -> None:
    task = rich_task(tiny_catalogue)
    problem, exam = task.open(5)
    graph, whole = problem.graph, task.material.graph

    def planted(name: str, relation: Relation) -> RelatednessProblem:
        return replace(problem, graph=replace(graph, relations={**graph.relations, name: relation}))

    assert "company" in exam.leaks(planted("company", whole.relations["company"]))[0]
    assert any("hidden viewers" in leak for leak in exam.leaks(planted("rating", whole.relations["rating"])))
    assert any("'actor'" in leak for leak in exam.leaks(planted("actor", whole.relations["actor"])))
    ends = [row(graph, "void1")], [row(graph, "void3")]
    link = sparse.csr_array((np.ones(1, np.float32), ends), shape=(len(graph), len(graph)))
    assert "joined by 'sequel'" in exam.leaks(planted("sequel", Relation("sequel", "title", link)))[0]
    shown = replace(problem.validation, labels=labels_of({(row(graph, "void1"), row(graph, "void2"))}))
    assert "validation" in exam.leaks(replace(problem, validation=shown))[0]
    assert any("'text'" in leak for leak in exam.leaks(replace(problem, texts=("words",) * len(graph))))


def test_a_task_that_leaks_is_not_run(tiny_catalogue: Catalogue) -> None:
    task = rich_task(tiny_catalogue)
    leaky = replace(task, validation=task.test)

    def fit(problem: RelatednessProblem, _: int) -> Fitted[ScoreRows]:
        return Fitted(by_popularity(problem.graph))

    contender = Contender("popularity", "baseline", fit)
    with pytest.raises(LeakError, match="test pairs among the validation pairs"):
        run(leaky, [contender], [1])


def test_strata_are_the_masked_queries(tiny_catalogue: Catalogue) -> None:
    problem, exam = rich_task(tiny_catalogue, masked=0.25).open(0)
    scores = by_viewers(problem.graph)
    figures = exam.grade(scores)
    count = {name: len(figure.values) for name, figure in figures.items() if name.startswith("MRR")}
    assert sum(count.values()) == 3


def test_seekers_and_viewers_are_parted(tmp_path: Path, tiny_catalogue: Catalogue) -> None:
    both = {"1": {"liked": 1}, "2": {"liked": 1}}
    talks = [talk(seeker, both, []) for seeker in range(3)]
    films = "1,Voidborn (1979),5\n2,The Bench (1994),3\n"
    task = redial(Material.of(tiny_catalogue, None), redial_folder(tmp_path / "r", talks, films))
    graph = task.material.graph
    pair = tuple(sorted((row(graph, "void1"), row(graph, "bench1"))))
    assert [*split_pairs(task.test), *split_pairs(task.validation)] == [pair]  # both liked it, one of them keeps it
    assert task.popularity is not None
    assert task.popularity[row(graph, "void1")] == 5
    with pytest.raises(DataError, match="no film"):
        redial(Material.of(tiny_catalogue, None), redial_folder(tmp_path / "s", [], "1,Nobody (1990),2\n"))


def test_pairs_of_validation_and_test_are_alike() -> None:
    known, right = {(0, n) for n in range(1, 300)}, {(0, n) for n in range(100, 400)}
    validation, test = parted(known, right)
    assert validation | test == known | right
    assert not validation & test
    assert 60 < len(validation & right) < 140  # half of the 200 pairs that both have


def test_one_of_each_four_viewers_who_rated_as_much() -> None:
    ratings = np.repeat(np.arange(40, dtype=np.int32), np.arange(40))
    zeros = np.zeros(len(ratings), np.int64)
    events = Interactions(ratings, zeros.astype(np.int32), np.full(len(ratings), 4, np.float32), zeros, 40, 1)
    drawn = [every_fourth(events, place) for place in range(4)]
    assert sorted(np.concatenate(drawn).tolist()) == list(range(40))
    for viewers in drawn:
        assert sorted((viewers // 4).tolist()) == list(range(10))


def test_a_catalogue_is_narrowed_to_what_sources_describe(tmp_path: Path) -> None:
    other = replace(SOURCE, name="other")
    tables = tiny_tables()
    mine = tables["tags"].filter(tables["tags"]["title_id"] == "w:tide72")
    tables["tags"] = (
        tables["tags"]
        .filter(tables["tags"]["title_id"] != "w:tide72")
        .vstack(mine.with_columns(source=mine["source"].replace({SOURCE.name: "other"})))
    )
    whole = write_catalogue(tmp_path / "whole", tables, (SOURCE, other))
    found = narrow(whole, tmp_path / "less", ("other",))
    assert found.table("titles")["title_id"].to_list() == ["w:tide72"]
    assert found.table("people")["name"].to_list() == ["Gus Orrin"]
    assert found.table("credits")["title_id"].unique().to_list() == ["w:tide72"]
    assert found.table("links").height == 0
    with pytest.raises(UsageError, match="no source"):
        narrow(whole, tmp_path / "none", ("nobody",))


def test_two_evaluations_may_make_the_same_catalogue_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second to be ready takes what the first has put there, and neither leaves a draft behind."""
    calls: list[Path] = []

    def slow_import(paths: list[Path], folder: Path) -> SimpleNamespace:
        calls.append(folder)
        if len(calls) == 1:  # while this one is at it, another begins and is done
            made.append(relatedness._films([], tmp_path / "cache"))
        return SimpleNamespace(catalogue=write_catalogue(folder, tiny_tables(), (SOURCE,)))

    made: list[Catalogue] = []
    monkeypatch.setattr("reelation.sources.importing.import_paths", slow_import)
    monkeypatch.setattr(relatedness, "SOURCES", (SOURCE.name,))
    late = relatedness._films([], tmp_path / "cache")
    assert len(calls) == 2
    assert calls[0] != calls[1]
    assert late.hash == made[0].hash == relatedness._films([], tmp_path / "cache").hash
    assert len(calls) == 2
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["films"]


def test_baselines_of_one_signal(graph: Graph) -> None:
    void1, void2, bench1 = (row(graph, title) for title in ("void1", "void2", "bench1"))
    rows = np.array([void1])
    viewers = by_viewers(graph)(rows)[0]
    # void1 has viewers 1 and 2, void2 viewer 1, bench1 both.
    assert viewers[void2] == pytest.approx(1 / 2**0.5)
    assert viewers[bench1] == pytest.approx(1.0)
    liked = by_viewers(graph, ItemKnnConfig(least_stars=4, shrink=1))(rows)[0]
    assert liked[void2] == pytest.approx(1 / 2)
    assert liked[bench1] == 0
    assert by_popularity(graph)(rows)[0][[void1, void2]].tolist() == [2, 1]
    words = by_words(["a red dog", "the red dog", "blue cat", ""])(np.array([0]))[0]
    assert words[1] == pytest.approx(1.0)
    assert words[2] == words[3] == 0
    vectors = np.array([[2, 0], [4, 0], [2, 4], [0, 0]], np.float32)
    assert by_vectors(vectors)(np.array([0]))[0].tolist() == pytest.approx([1, 1, 1 / 5**0.5, 0])
    assert by_vectors(vectors, centred=True)(np.array([0]))[0, 1] < 0.5
    with pytest.raises(DataError, match="no texts"):
        by_words(["", ""])


def test_node2vec_finds_who_walks_together(graph: Graph) -> None:
    void, bench = ([row(graph, f"{name}{n}") for n in (1, 2, 3)] for name in ("void", "bench"))
    score = by_node2vec(graph, Node2vecConfig(width=16, walks=40), seed=1)(np.array(void))
    assert score[:, void].mean() > score[:, bench].mean()


def test_every_baseline_answers_and_none_reads_titles_where_they_tell(tiny_catalogue: Catalogue) -> None:
    task = rich_task(tiny_catalogue, masked=0.0)
    rows = {row.name: row for row in contenders(task)}
    assert {
        "popularity",
        "TF-IDF of plots",
        "item-kNN",
        "node2vec",
        "GCN",
        "R-GCN",
        "HGT",
        "LightGCN",
        "Reelation",
    } <= set(rows)
    blind = {row.name: row for row in without_titles(task)}
    reading = {"title words", "hand-weighted overlap + title words", "Reelation, weights learned from pairs"}
    assert set(rows) - set(blind) == reading
    assert blind["Reelation"].settings["recipe"]["words"] == 0
    for row in rows.values():
        if row.kind == "baseline":
            problem, exam = task.open(1)
            figures = exam.grade(row.fit(problem, 1).predict)
            assert 0 <= figures["MRR"].value() <= 1, row.name


def test_lightgcn_knows_only_titles_that_somebody_rated(tiny_catalogue: Catalogue) -> None:
    task = rich_task(tiny_catalogue, masked=0.0)
    problem, exam = task.open(1)
    fitted = lightgcn_row(LightGcnRow(width=8, steps=20, validate_every=10)).fit(problem, 1)
    assert 0 <= exam.grade(fitted.predict)["MRR"].value() <= 1
    rated = np.diff(problem.graph.relations["rating"].matrix.tocsr().indptr) > 0
    everyone = fitted.predict(np.arange(len(problem.graph)))
    assert np.any(everyone[rated][:, rated])
    assert not np.any(everyone[~rated])
    assert [figure for _, figure in fitted.about["curve"]]
    assert fitted.about["validation"]


def test_sequels_are_a_task_where_there_are_enough(tiny_catalogue: Catalogue) -> None:
    with pytest.raises(DataError, match="only 1 groups"):
        sequels(Material.of(tiny_catalogue, None))


@pytest.mark.realdata
def test_viewers_say_what_others_like_together(shared_data: Path, tmp_path: Path) -> None:
    material = Material.of(import_paths([shared_data / "ml-latest-small-2018"], tmp_path / "c").catalogue, None)
    problem, exam = co_liked(material).open(0)
    assert exam.leaks(problem) == []
    found = means(mark(by_viewers(problem.graph), problem.validation))
    assert 0.55 < found["AUC hard"] < 0.95
    assert found["AUC random"] > found["AUC popularity-matched"] > found["AUC hard"] - 0.05
    assert abs(means(mark(by_popularity(problem.graph), problem.validation))["AUC popularity-matched"] - 0.5) < 0.1
