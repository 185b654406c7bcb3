"""`import` of personal exports, `resolve` and `histories` on the command line."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest

from reelation.atlas.store import Atlas
from tests.test_cli import HEAVY, Call, call, program  # noqa: F401
from tests.test_personal_exports import letterboxd_files, packed


@pytest.fixture
def imported(call: Call, tiny_atlas: Atlas, tmp_path: Path) -> Path:  # noqa: F811
    path = tmp_path / "mine.csv"
    path.write_text(
        "title,year,rating,status\nVoidborn,1979,4,\nThe Tide,,,seen\nVoidborn,1980,,seen\n", encoding="utf-8"
    )
    ran = call("import", path, "-a", tiny_atlas.folder, "--json")
    assert (ran.code, ran.json["counts"]["asks"], ran.json["history"]) == (0, 2, "me")
    return path


def test_an_export_is_known_and_reported(call: Call, tiny_atlas: Atlas, tmp_path: Path) -> None:  # noqa: F811
    path = packed(tmp_path / "letterboxd.zip", letterboxd_files())
    ran = call("import", path, "-a", tiny_atlas.folder, "--lang", "en")
    assert ran.code == 0
    assert "Letterboxd" in ran.out
    assert "2 matched" in ran.out
    assert "ratings.csv, line 3: rating 'not-a-number' is not a number" in ran.out
    chinese = call("import", path, "-a", tiny_atlas.folder, "--lang", "zh", "--name", "我").out
    assert "确定 2" in chinese
    assert call("histories", "--json").json["histories"][1]["name"] == "我"


def test_exports_and_catalogues_are_two_commands(call: Call, tiny_atlas: Atlas, tmp_path: Path) -> None:  # noqa: F811
    path, films = packed(tmp_path / "letterboxd.zip", letterboxd_files()), tmp_path / "films.csv"
    films.write_text("title,year,director\nAlien,1979,Ridley Scott\n", encoding="utf-8")
    ran = call("import", path, films, "-a", tiny_atlas.folder)
    assert ran.code == 2
    assert "Run two commands" in ran.err
    assert call("import", path, "-c", tmp_path / "catalogue").code == 2
    assert call("import", films, "-c", tmp_path / "catalogue", "--json").json["titles"] == 1
    own = call("import", films, "-a", tiny_atlas.folder, "--name", "me", "--json")
    assert own.json["counts"]["missing"] == 1
    assert call("import", path, "-a", tmp_path / "none").code == 5


def test_the_queue_for_scripts(call: Call, tiny_atlas: Atlas, imported: Path) -> None:  # noqa: F811
    listed = call("resolve", "--list", "--json", "-a", tiny_atlas.folder).json
    first, second = listed["queue"]
    assert [one["title_id"] for one in first["candidates"]] == ["w:tide02", "w:tide72"]
    told = call("resolve", "--pick", f"{first['entry']}=w:tide72", "--none", second["entry"], "-a", tiny_atlas.folder)
    assert told.out == "Answered: 2. Left: 0.\n"
    assert "Nothing to decide" in call("resolve", "-a", tiny_atlas.folder).out
    shown = call("histories", "--show", "me", "-a", tiny_atlas.folder).out
    assert "The Tide → The Tide (1972)  w:tide72  as you said" in shown
    assert call("resolve", "--pick", "x", "-a", tiny_atlas.folder).code == 2
    assert call("resolve", "--pick", "x=w:tide72", "-a", tiny_atlas.folder).code == 3
    assert call("resolve", "--name", "you", "-a", tiny_atlas.folder).code == 3


def test_the_queue_on_a_terminal(
    call: Call,  # noqa: F811
    tiny_atlas: Atlas,
    imported: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("bench\n1\nq\n"))
    ran = call("resolve", "-a", tiny_atlas.folder)
    assert "[1/2] The Tide: several titles fit" in ran.out
    assert "The Tide → The Bench (1994)" in ran.out
    assert ran.out.endswith("Answered: 1. Left: 1.\n")
    monkeypatch.setattr(sys, "stdin", io.StringIO("zzz\nn\n"))
    assert "Nothing is called like 'zzz'." in call("resolve", "-a", tiny_atlas.folder).out
    assert call("resolve", "--list", "--json", "-a", tiny_atlas.folder).json["queue"] == []
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    assert call("resolve", "--guesses", "--missing", "-a", tiny_atlas.folder).code == 0


def test_the_only_candidates_are_taken_at_once(call: Call, tiny_atlas: Atlas, imported: Path) -> None:  # noqa: F811
    assert call("resolve", "--accept", "-a", tiny_atlas.folder).out == "Answered: 1. Left: 1.\n"


def test_histories_are_listed_and_removed(call: Call, tiny_atlas: Atlas, imported: Path) -> None:  # noqa: F811
    assert call("histories").out.startswith("me: 3 entries of 3 titles, 1 found in the catalogue; table; 20")
    assert call("histories", "--remove", "me").out == "Removed the history 'me'.\n"
    assert call("histories", "--json").json == {"histories": []}
    assert call("histories", "--remove", "me").code == 3
    assert "no history yet" in call("histories").out


def test_importing_a_history_starts_light(tiny_atlas: Atlas, tmp_path: Path) -> None:
    path = packed(tmp_path / "letterboxd.zip", letterboxd_files())
    heavy = [name for name in HEAVY if name != "rapidfuzz"]  # close names of what is missing
    then = f"print([m for m in {heavy!r} if m in sys.modules], file=sys.stderr)"
    done = subprocess.run(
        program("import", path, "-a", tiny_atlas.folder, "--json", then=then),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr.strip().endswith("[]")
