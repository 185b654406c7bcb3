"""`reelation evaluate`: tables on a catalogue, resumed, listed, refused in words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from reelation.catalogue.store import Catalogue
from reelation.cli.main import app
from reelation.contenders import suite
from reelation.contenders.suite import Entry, on_catalogue
from reelation.errors import DataError, MissingExtraError, UsageError
from reelation.evaluation.tasks.topn import of_catalogue
from reelation.sources.importing import import_paths


@pytest.fixture(scope="module")
def viewed(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """Sixty viewers: even ones like even films, odd ones odd films, and everybody the first four."""
    folder = tmp_path_factory.mktemp("ratings")
    release = folder / "ml-made-up"
    release.mkdir()
    films = [f"{n},Film {n} ({1980 + n % 30}),{'Comedy' if n % 2 else 'Drama'}" for n in range(1, 41)]
    (release / "movies.csv").write_text("movieId,title,genres\n" + "\n".join(films) + "\n")
    rows = [
        f"{viewer},{film},{5 if film < 5 or film % 2 == viewer % 2 else 1},{1_000_000 + viewer * 977 + film * 31}"
        for viewer in range(1, 61)
        for film in range(1, 41)
        if film < 5 or (viewer * 7 + film * 3) % 5 < 3
    ]
    (release / "ratings.csv").write_text("userId,movieId,rating,timestamp\n" + "\n".join(rows) + "\n")
    (release / "links.csv").write_text("movieId,imdbId,tmdbId\n")
    return import_paths([release], folder / "catalogue").catalogue


def evaluate(*arguments: str) -> tuple[int, str, BaseException | None]:
    found = CliRunner().invoke(app, ["evaluate", *arguments])
    return found.exit_code, found.stdout, found.exception


def test_a_table_for_programs_and_its_files(viewed: Catalogue, tmp_path: Path) -> None:
    ask = ["top-n", "-c", str(viewed.folder), "--only", "random", "-m", "popularity", "-m", "EASE", "--seeds", "2"]
    code, text, _ = evaluate(*ask, "--out", str(tmp_path / "out"), "--json")
    assert code == 0
    (table,) = json.loads(text)["tables"]
    by_name = {row["name"]: row for row in table["rows"]}
    assert table["rows"][0]["name"] == "EASE", "two groups of viewers are what EASE sees and popularity does not"
    assert by_name["EASE"]["runs"] == 2
    assert by_name["popularity"]["ahead"][0] < 0
    names = {path.suffix for path in (tmp_path / "out").glob("top-n-*")}
    assert names == {".json", ".md", ".svg"}
    again, second, _ = evaluate(*ask, "--out", str(tmp_path / "out"), "--json")
    assert again == 0
    assert json.loads(second) == json.loads(text), "nothing is run twice"


def test_a_table_for_people(viewed: Catalogue, tmp_path: Path) -> None:
    ask = ["top-n", "-c", str(viewed.folder), "--only", "random", "-m", "popularity", "--seeds", "1"]
    code, text, _ = evaluate(*ask, "--out", str(tmp_path))
    assert code == 0
    assert "NDCG@10, higher is better" in text
    assert "popularity" in text
    assert "█" in text


def test_listing_runs_nothing(viewed: Catalogue) -> None:
    code, text, _ = evaluate("top-n", "ratings", "-c", str(viewed.folder), "--list", "--json")
    assert code == 0
    tasks = json.loads(text)["tasks"]
    assert [task["task"].split(",")[0] for task in tasks] == ["Top-N", "Top-N", "Ratings"]
    assert all(any(row["kind"] == "baseline" for row in task["rows"]) for task in tasks)
    assert all(any(row["kind"] == "ours" for row in task["rows"]) for task in tasks)


def test_what_is_not_there_is_said(viewed: Catalogue, tiny_catalogue: Catalogue, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no subject 'films'; there are related, genres, ratings, top-n, next-item"):
        on_catalogue(viewed, ["films"])
    with pytest.raises(DataError, match="events"):
        on_catalogue(_without_ratings(tmp_path), ["top-n"])
    _, _, error = evaluate("top-n", "-c", str(viewed.folder), "-m", "nobody")
    assert isinstance(error, UsageError)
    assert "no row 'nobody'; there are" in str(error)
    _, _, error = evaluate("top-n", "-c", str(viewed.folder), "--only", "nothing")
    assert isinstance(error, UsageError)
    _, _, error = evaluate("-c", str(viewed.folder), "--data", str(tmp_path))
    assert isinstance(error, UsageError)


def _without_ratings(folder: Path) -> Catalogue:
    (folder / "films.csv").write_text("title,year\n" + "\n".join(f"Film {n},{1980 + n}" for n in range(5)) + "\n")
    return import_paths([folder / "films.csv"], folder / "catalogue").catalogue


def test_a_missing_library_is_said_before_the_work(
    viewed: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reelation.cli.evaluate.find_spec", lambda name: None)
    ask = ["top-n", "-c", str(viewed.folder), "--only", "random", "-m", "popularity", "--out", str(tmp_path / "out")]
    _, _, error = evaluate(*ask)
    assert isinstance(error, MissingExtraError)
    assert "evaluate" in str(error)
    assert not (tmp_path / "out").exists()


def test_quick_keeps_telling_rows_and_ours(viewed: Catalogue) -> None:
    entries = on_catalogue(viewed, ["top-n"], quick=True)
    for entry in entries:
        kinds = {row.kind for row in entry.contenders}
        assert kinds == {"baseline", "ours"}
        assert len(entry.contenders) <= len(suite.QUICK) + 1


def test_every_subject_has_a_row_of_ours_and_baselines(viewed: Catalogue) -> None:
    entries: list[Entry] = on_catalogue(viewed, ["ratings", "top-n", "cold"])
    assert len({entry.task.name for entry in entries}) == len(entries)
    for entry in entries:
        names = [row.name for row in entry.contenders]
        assert len(set(names)) == len(names)
        assert {"baseline", "ours"} <= {row.kind for row in entry.contenders}


def test_a_catalogue_is_split_the_same_way_twice(viewed: Catalogue) -> None:
    first, again = (of_catalogue(viewed, "mine")[0] for _ in range(2))
    assert first.fingerprint == again.fingerprint
    assert first.open(1)[0].train.pairs().tolist() == again.open(1)[0].train.pairs().tolist()
