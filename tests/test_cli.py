"""The command line: what it prints, its exit codes, one shape for errors, and what a start costs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue
from reelation.cli import main
from reelation.cli.options import parse_columns, parse_range, parse_weights
from reelation.engine import Engine
from reelation.errors import UsageError

HEAVY = ("torch", "typer", "pydantic", "polars", "scipy", "rich", "numba", "urllib3", "rapidfuzz", "importlib.metadata")
OTHERS = tuple(f"reelation.cli.{name}" for name in ("build", "export", "fetch"))


@dataclass
class Ran:
    """What a call printed, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Call = Callable[..., Ran]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the console script in this process."""

    def call(*arguments: str | Path) -> Ran:
        monkeypatch.setattr(sys, "argv", ["reelation", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main.run()
        printed = capsys.readouterr()
        return Ran(int(ended.value.code or 0), printed.out, printed.err)

    return call


def program(*arguments: str | Path, then: str = "") -> list[str]:
    """The console script as a command for a process of its own; `then` runs after it."""
    argv = ["reelation", *map(str, arguments)]
    start = f"import sys; sys.argv = {argv!r}; from reelation.cli.main import run"
    return [sys.executable, "-c", f"{start}\ntry:\n    run()\nfinally:\n    {then or 'pass'}"]


# Help


@pytest.mark.parametrize("flag", ["-h", "--help"])
@pytest.mark.parametrize("name", main.PLACES)
def test_every_command_has_help(call: Call, name: str, flag: str) -> None:
    ran = call(name, flag)
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: reelation {name} ")
    assert "--json " in ran.out
    assert ran.err == ""


def test_help_of_the_group_is_complete_and_also_there_without_arguments(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    asked, bare = call("--help"), call()
    assert asked.code == 0
    assert (bare.code, bare.out.rstrip(), bare.err) == (2, asked.out.rstrip(), "")
    listed = [line.split()[0] for line in asked.out.partition("Commands:\n")[2].splitlines() if line[2:3].strip()]
    assert listed == list(main.PLACES)
    assert "..." not in asked.out.partition("Commands:\n")[2]


def test_arguments_and_defaults_are_in_the_help(call: Call) -> None:
    text = " ".join(call("related", "-h").out.split())
    assert '[TITLE] A name, a name with its year "Solaris (1972)", or an id; none with --poster.' in text
    assert "-k, --count INTEGER How many titles. [default: 10]" in text
    assert "Folder of the atlas. [default: (the last one trained)]" in text


def test_version(call: Call) -> None:
    assert call("--version").out.startswith("reelation 0.")


def test_completion_is_offered() -> None:
    env = {**os.environ, "_REELATION_COMPLETE": "bash_complete", "COMP_WORDS": "reelation rel", "COMP_CWORD": "1"}
    done = subprocess.run(program(), capture_output=True, text=True, check=True, env=env)
    assert done.stdout.split() == ["plain,related"]


# Answers


def test_related(call: Call, tiny_atlas: Atlas) -> None:
    ran = call("related", "Voidborn", "-a", tiny_atlas.folder, "-k", "2", "--json")
    assert ran.code == 0
    assert {one["title_id"] for one in ran.json["related"]} == {"w:void2", "w:void3"}
    plain = call("related", "Voidborn", "-a", tiny_atlas.folder, "-k", "2").out
    assert plain.startswith("Voidborn (1979)  film  w:void1\n  1. Voidborn I")
    assert "\x1b" not in plain


def test_options_reach_the_engine(call: Call, tiny_atlas: Atlas) -> None:
    only = ["--years", "1990-1999", "--genre", "drama", "--country", "spain", "--runtime", "-110", "--kind", "film"]
    ran = call("related", "Voidborn", "-a", tiny_atlas.folder, *only, "-w", "people=2", "-w", "words=0", "--json")
    assert [one["title_id"] for one in ran.json["related"]] == ["w:bench3"]
    assert (ran.json["weights"]["people"], ran.json["weights"]["words"]) == (2.0, 0.0)
    steered = ("--popularity", "-0.5", "--diversity", "0.3", "--as-of", "1986", "--min-relevance", "0.4")
    told = call("related", "Voidborn", "-a", tiny_atlas.folder, *steered, "--json").json["related"]
    assert {one["title_id"] for one in told} == {"w:void2", "w:void3"}
    assert call("related", "Voidborn", "-a", tiny_atlas.folder, "--diversity", "2").code == 2
    far = call("related", "Voidborn", "-a", tiny_atlas.folder, "-m", "euclidean", "--years", "-1960", "--json")
    assert (far.json["metric"], far.json["related"]) == ("euclidean", [])


def test_why(call: Call, tiny_atlas: Atlas) -> None:
    ran = call("why", "Voidborn", "Voidborn III", "-a", tiny_atlas.folder)
    assert ran.code == 0
    assert "In common, and how the score changes when it is deleted" in ran.out
    assert (
        call("why", "Voidborn", "w:void3", "-a", tiny_atlas.folder, "--json").json["title_b"]["title_id"] == "w:void3"
    )


def test_a_forgiven_typo_is_said_on_standard_error(call: Call, tiny_atlas: Atlas) -> None:
    ran = call("related", "Untracd", "-a", tiny_atlas.folder, "--json")
    assert ran.json["title"]["title_id"] == "w:nothing"
    assert ran.err == "Taking 'Untracd' for Untraced.\n"


def test_from_a_table_to_an_atlas(call: Call, tmp_path: Path) -> None:
    table, catalogue, atlas = tmp_path / "films.csv", tmp_path / "catalogue", tmp_path / "atlas"
    rows = [f"Film {n},{1970 + n},Ada Quill,Horror" for n in range(8)]
    table.write_text("Film,Yr,Director,Genre\n" + "\n".join(rows) + "\n", encoding="utf-8")
    columns = [f"--column={pair}" for pair in ("title=Film", "year=Yr", "director=Director", "genres=Genre")]
    assert call("import", table, "-c", catalogue, *columns, "--json").json["titles"] == 8
    assert call("doctor", "-c", catalogue).code == 0
    assert call("export", tmp_path / "g.json", "-c", catalogue, "--kind", "film", "--json").json["nodes"] > 8
    trained = call("train", "-c", catalogue, "-a", atlas, "--steps", "2", "--seed", "5", "--no-words", "--json").json
    assert (trained["titles"], trained["seed"]) == (8, 5)
    assert len(call("related", "Film 3", "-a", atlas, "--json").json["related"]) == 7


def test_weights_from_a_table_of_pairs(call: Call, tmp_path: Path, tiny_catalogue: Catalogue) -> None:
    ids = tiny_catalogue.table("titles")["title_id"].to_list()
    pairs, atlas = tmp_path / "pairs.csv", tmp_path / "atlas"
    lines = ["one,other", *(f"{a},{b}" for a, b in combinations(ids, 2)), "w:void1,Nobody"]
    pairs.write_text("\n".join(lines), encoding="utf-8")
    ran = call("train", "-c", tiny_catalogue.folder, "-a", atlas, "--steps", "2", "--pairs", pairs)
    assert "1 lines of" in ran.err
    assert "no title 'Nobody' in the catalogue" in ran.err
    assert "Weights learned from pairs are " in ran.out
    few = tmp_path / "few.csv"
    few.write_text("w:void1,w:void2\n", encoding="utf-8")
    assert call("train", "-c", tiny_catalogue.folder, "-a", atlas, "--pairs", few).code == 4


# Recommendations


@pytest.mark.parametrize("option", ["--viewer", "--with"])
def test_recommend(call: Call, tiny_atlas: Atlas, option: str) -> None:
    who = ["--viewer", "v:1"] if option == "--viewer" else ["--viewer", "v:2", "--with", "v:1"]
    ran = call("recommend", *who, "-a", tiny_atlas.folder, "-k", "2", "--lang", "en", "--json")
    assert ran.code == 0
    assert ran.json["viewers"] == [word for word in who if word.startswith("v:")]
    assert len(ran.json["recommended"]) == 2
    plain = call("recommend", *who, "-a", tiny_atlas.folder, "--lang", "en").out
    assert "because" in plain
    assert "\x1b" not in plain


def test_recommend_within_a_list(call: Call, tiny_atlas: Atlas, tmp_path: Path) -> None:
    base = ["recommend", "--viewer", "v:1", "-a", tiny_atlas.folder, "--lang", "en", "--json"]
    lines, table = tmp_path / "some.txt", tmp_path / "some.csv"
    lines.write_text("w:void3\nHung Jury (1996)\n\nNobody knows it\n", encoding="utf-8")
    table.write_text("Position,Const,Title,Year\n1,tt9000001,Voidborn,1979\n2,,The Tide,2002\n", encoding="utf-8")
    ran = call(*base, "--scope", lines)
    assert {one["title_id"] for one in ran.json["recommended"]} == {"w:void3", "w:bench2"}
    assert "1 of 3 lines" in ran.err
    assert "Nobody knows it" in ran.err
    ran = call(*base, "--scope", table, "--include-seen")
    assert {one["title_id"] for one in ran.json["recommended"]} == {"w:void1", "w:tide02"}
    without = call(*base, "--outside", lines, "--kind", "film", "--years", "1980-", "-k", "99").json["recommended"]
    assert {one["title_id"] for one in without} == {"w:bench3", "w:tide02"}
    assert call(*base, "--scope", "watchlist").json["recommended"] == []
    assert call(*base, "--scope", tmp_path / "none.txt").code == 4
    lines.write_text("Nobody knows it\n", encoding="utf-8")
    assert "No line of" in call(*base, "--scope", lines).json["error"]["message"]


def test_recommend_for_a_history_of_ones_own(call: Call, tiny_atlas: Atlas, tmp_path: Path) -> None:
    films = tmp_path / "ratings.csv"
    films.write_text(
        "Const,Your Rating,Date Rated,Title,Title Type,Year\ntt9000001,9,2024-02-01,Voidborn,movie,1979\n",
        encoding="utf-8",
    )
    assert call("import", films, "-a", tiny_atlas.folder, "--name", "me").code == 0
    base = ["recommend", "-a", tiny_atlas.folder, "--lang", "en", "--json"]
    mine = call(*base, "--history", "me").json
    assert (mine["viewers"], mine["fallback"]) == (["me"], "content")
    assert {one["title_id"] for one in mine["recommended"][:2]} == {"w:void2", "w:void3"}
    both = call(*base, "--viewer", "v:2", "--with", "me").json
    assert both["viewers"] == ["v:2", "me"]
    assert call(*base, "--history", "nobody").code == 3


def test_recommend_needs_somebody(call: Call, tiny_atlas: Atlas) -> None:
    base = ["recommend", "-a", tiny_atlas.folder, "--json"]
    for wrong, code in (
        ([], 2),
        (["--viewer", "v:1", "--history", "mine"], 2),
        (["--viewer", "v:9"], 3),
        (["--viewer", "v:1", "--diversity", "2"], 2),
    ):
        ran = call(*base, *wrong)
        assert (ran.code, list(ran.json)) == (code, ["error"])


# Errors


def errors(atlas: Path) -> dict[str, tuple[int, str, list[str | Path]]]:
    """Name -> exit code, type of the error, and a call that ends in it."""
    related: list[str | Path] = ["related", "Voidborn", "-a", atlas]
    return {
        "metric": (2, "UsageError", [*related, "--metric", "manhattan"]),
        "weight": (2, "UsageError", [*related, "--weight", "people"]),
        "range": (2, "UsageError", [*related, "--years", "1999-1990"]),
        "not found": (3, "TitleNotFoundError", ["related", "Voidborne Four", "-a", atlas]),
        "ambiguous": (3, "AmbiguousTitleError", ["related", "The Tide", "-a", atlas]),
        "data": (4, "DataError", ["import", atlas / "nothing.csv"]),
        "no catalogue": (4, "DataError", ["export", atlas / "graph.json"]),
        "no atlas": (5, "AtlasError", ["related", "Voidborn"]),
        "option": (2, "UsageError", [*related, "--wieght", "people=2"]),
        "argument": (2, "UsageError", ["why", "Voidborn", "-a", atlas]),
        "too many": (2, "UsageError", [*related, "Untraced"]),
        "number": (2, "UsageError", [*related, "--count", "many"]),
        "command": (2, "UsageError", ["relatde", "Voidborn"]),
    }


@pytest.mark.parametrize("name", errors(Path()))
def test_an_error_has_one_shape_and_its_exit_code(call: Call, tiny_atlas: Atlas, name: str) -> None:
    code, kind, arguments = errors(tiny_atlas.folder)[name]
    plain, ran = call(*arguments), call(*arguments, "--json")
    assert (plain.code, plain.out) == (ran.code, ran.err) == (code, "")
    assert list(ran.json) == ["error"]
    assert ran.json["error"]["type"] == kind
    assert ran.json["error"]["message"] in plain.err
    assert "\x1b" not in plain.err


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("command", "suggestions", "related"),
        ("option", "suggestions", "--weight"),
        ("not found", "suggestions", "Voidborn (1979)"),
        ("ambiguous", "candidates", "The Tide (1972)  [w:tide72]"),
    ],
)
def test_errors_suggest(call: Call, tiny_atlas: Atlas, name: str, field: str, value: str) -> None:
    arguments = errors(tiny_atlas.folder)[name][2]
    assert value in call(*arguments, "--json").json["error"][field]
    assert value.split("  ")[0] in call(*arguments).err


def test_a_command_like_no_other_gets_no_suggestion(call: Call) -> None:
    assert call("zzz").err.endswith("Error: No such command 'zzz'.\n")
    assert "suggestions" not in call("zzz", "--json").json["error"]


def test_a_defect_is_called_one(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_folder: Path | None, _language: str | None) -> Engine:
        raise RuntimeError("cogs")

    monkeypatch.setattr(Engine, "open", broken)
    ran = call("related", "Voidborn", "--json")
    assert (ran.code, ran.json["error"]["type"]) == (1, "RuntimeError")
    assert "defect of Reelation" in call("related", "Voidborn").err
    monkeypatch.setenv("REELATION_DEBUG", "1")
    with pytest.raises(RuntimeError, match="cogs"):
        main.run()


def test_interrupted(call: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_folder: Path | None, _language: str | None) -> Engine:
        raise KeyboardInterrupt

    monkeypatch.setattr(Engine, "open", interrupted)
    ran = call("related", "Voidborn")
    assert (ran.code, ran.out) == (130, "")
    assert ran.err.strip() == "Interrupted; what was there before is untouched."


def test_findings_of_doctor_are_exit_code_4(
    call: Call, tiny_catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reelation.catalogue import doctor

    finding = doctor.Finding("error", "a hole", "moths", "buy another")
    monkeypatch.setattr(doctor, "doctor", lambda _folder: [finding])
    ran = call("doctor", "-c", tiny_catalogue.folder)
    assert (ran.code, ran.out) == (4, "error: a hole\n  moths\n  Try: buy another\n1 findings.\n")
    asked = call("doctor", "-c", tiny_catalogue.folder, "--json")
    assert (asked.code, asked.json["findings"][0]["what"]) == (4, "a hole")


def test_the_reader_may_go_away() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(program("fetch", "--list"), stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


# Texts of options


def test_texts_that_are_read() -> None:
    assert parse_weights(("people=2", " story = 0.5")) == {"people": 2.0, "story": 0.5}
    assert parse_columns(("title=Film", "year = Yr")) == {"title": "Film", "year": "Yr"}
    ranges = {"1970-1985": (1970, 1985), "1999": (1999, 1999), "2010-": (2010, None), "-1960": (None, 1960)}
    for text, expected in {**ranges, "1970–1985": (1970, 1985), " 90 - 100 ": (90, 100)}.items():
        assert parse_range(text, "--years") == expected
    assert parse_range(None, "--years") == (None, None)


@pytest.mark.parametrize("text", ["people", "people=", "people=two", "=", ""])
def test_weights_that_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="FACET=NUMBER"):
        parse_weights((text,))


@pytest.mark.parametrize("text", ["title", "title=", "=Film", ""])
def test_columns_that_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match="FIELD=COLUMN"):
        parse_columns((text,))


@pytest.mark.parametrize("text", ["", "-", "x", "1985-1970", "1970-x", "1970-1980-1990", "the seventies"])
def test_ranges_that_are_refused(text: str) -> None:
    with pytest.raises(UsageError, match=r"--runtime .*give a range such as"):
        parse_range(text, "--runtime")


# Start-up


@pytest.mark.parametrize("command", [("related", "Voidborn"), ("recommend", "--viewer", "v:1")])
def test_a_command_imports_only_itself(tiny_atlas: Atlas, command: tuple[str, ...]) -> None:
    then = f"print([m for m in {HEAVY + OTHERS!r} if m in sys.modules], file=sys.stderr)"
    done = subprocess.run(
        program(*command, "--json", "-a", tiny_atlas.folder, then=then),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(done.stdout)
    assert "w:void1" in (found.get("title", {}).get("title_id"), *(one["title_id"] for one in _named(found)))
    assert done.stderr.strip() == "[]"


def _named(found: Any) -> list[Any]:
    return [own for one in found.get("recommended", []) for own in one["because"]]


def test_help_and_errors_of_the_group_import_nothing_heavy() -> None:
    then = f"print([m for m in (*{HEAVY!r}, 'numpy') if m in sys.modules])"
    for arguments in (["--help"], ["nonsense"], ["train", "--help"]):
        done = subprocess.run(program(*arguments, then=then), capture_output=True, text=True, check=False)
        assert done.stdout.splitlines()[-1] == "[]"
