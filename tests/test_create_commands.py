"""`reelation create` and `Engine.create`: every command in both languages, JSON as Python gives it, briefs."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner, Result

from reelation.atlas.store import Atlas
from reelation.catalogue.schema import TABLES
from reelation.catalogue.store import write_catalogue
from reelation.cli.create.group import PLACES
from reelation.cli.main import app
from reelation.create.desk import Desk
from reelation.create.gaps.gaps import GapsWanted
from reelation.create.programme.parts import Wanted as WantedProgramme
from reelation.create.reading.project import Project
from reelation.engine import Engine
from reelation.errors import AmbiguousTitleError, DataError, ReelationError, TitleNotFoundError, UsageError
from reelation.insights.evidence import Shared
from reelation.insights.related import Wanted
from reelation.insights.titles import Title
from reelation.messages import messages
from reelation.search.filters import Filters
from tests.creating import themes_atlas, themes_catalogue
from tests.world import SOURCE

HOSTILE = {
    "f:000": '=HYPERLINK("x","y")',
    "f:004": "<script>alert(1)</script> & co",
    "f:008": "A | B **bold** [x](javascript:1) `c`\\",
    "f:012": "{0} {names} %s $HOME #1",
    "f:016": "电影《影》“联”",
}
"""Title -> a name that breaks what does not escape it; all of the theme of kitchens."""
TWINS = ("f:003", "f:007")
"""Titles of one name."""
CHEF = "A chef loses her kitchen in France and writes one last recipe in a long and quiet year."


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    folder = tmp_path_factory.mktemp("create")
    plain = themes_catalogue(folder / "plain", texts=False)
    tables = {name: plain.table(name) for name in TABLES}
    names = {**HOSTILE, **dict.fromkeys(TWINS, "Twin")}
    tables["titles"] = tables["titles"].with_columns(
        pl.col("title_id").replace_strict(names, default=pl.col("name")).alias("name")
    )
    return themes_atlas(write_catalogue(folder / "catalogue", tables, (SOURCE,)), folder / "atlas", texts=False)


@pytest.fixture
def run(atlas: Atlas) -> Callable[..., Result]:
    """Call a command on the atlas; an error of ours comes back as the result's exception."""

    def run(*arguments: str | Path, input: str | bytes | None = None) -> Result:
        return CliRunner().invoke(app, ["create", *map(str, arguments), "-a", str(atlas.folder)], input=input)

    return run


Make = Callable[[Desk], Any]
CALLS: dict[str, tuple[list[str], Make]] = {
    "comps": (
        ["comps", CHEF, "--genre", "comedy", "--person", "Agnes Marlow", "--since", "1985", "-k", "3"],
        lambda desk: desk.comps(
            Project(CHEF, ("comedy",), people=("Agnes Marlow",)), count=3, filters=Filters(since=1985)
        ),
    ),
    "blend": (
        ["blend", "Reel 20", "f:001", "--mix", "0.6", "-k", "4", "-w", "people=2"],
        lambda desk: desk.blend("Reel 20", "f:001", 0.6, Wanted(k=4, weights={"people": 2.0})),
    ),
    "combine": (
        ["combine", "f:000", "f:001", "--minus", "f:002", "-k", "4", "--years", "1990-"],
        lambda desk: desk.combine(["f:000", "f:001"], ["f:002"], Wanted(k=4, filters=Filters(since=1990))),
    ),
    "gaps": (
        ["gaps", "--genre", "Horror", "--fewest", "5", "--expected", "1", "-k", "3", "--rate", "0.2"],
        lambda desk: desk.gaps(GapsWanted(with_=("genre:horror",), fewest=5, fewest_expected=1, count=3, rate=0.2)),
    ),
    "casting": (
        ["casting", "--like", "f:000", "--with", "Agnes Marlow", "--role", "actor", "-k", "3", "--active", "0"],
        lambda desk: desk.casting("f:000", with_people=["Agnes Marlow"], count=3, active=None),
    ),
    "programme": (
        ["programme", "--theme", "comedy", "--count", "5", "--must", "f:000", "--at-most", "decade=2"],
        lambda desk: desk.programme(WantedProgramme(("comedy",), count=5, must=("f:000",), at_most={"decade": 2})),
    ),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", CALLS)
def test_json_is_what_python_gives(run: Callable[..., Result], atlas: Atlas, name: str, language: str) -> None:
    arguments, make = CALLS[name]
    ran = run(*arguments, "--json", "--lang", language)
    assert ran.exit_code == 0, ran.exception
    found = make(Engine(atlas, language).create)
    assert json.loads(ran.stdout) == json.loads(json.dumps(found.to_json()))
    assert ran.stderr == ""
    assert found.to_frame().height >= 0


@pytest.mark.parametrize("name", CALLS)
def test_an_answer_is_readable_in_both_languages(run: Callable[..., Result], atlas: Atlas, name: str) -> None:
    told = {language: run(*CALLS[name][0], "--lang", language) for language in ("en", "zh")}
    assert [one.exit_code for one in told.values()] == [0, 0]
    english, chinese = (one.stdout for one in told.values())
    assert english != chinese
    assert not any(word in chinese for word in ("create_show", "None", "nan"))
    assert not any(word in english for word in ("create_show", "None", "nan", "的"))
    first = english.splitlines()[0]
    assert first
    assert first == first.strip()


def test_headings_are_those_of_the_messages(run: Callable[..., Result]) -> None:
    for language in ("en", "zh"):
        say = messages(language)
        comps = run(*CALLS["comps"][0], "--lang", language).stdout
        assert [say.say(f"create_show.{name}") in comps for name in ("tonal", "market", "cautions")] == [True] * 3
        programme = run(*CALLS["programme"][0], "--lang", language).stdout
        assert say.say("create_show.must") in programme
        assert say.say("create_show.proved") in programme


def test_hostile_names_are_shown_as_they_are(run: Callable[..., Result]) -> None:
    told = run("programme", "--theme", "comedy", "--count", "8", *(f"--must={key}" for key in HOSTILE), "--lang", "en")
    assert told.exit_code == 0
    assert [name for name in HOSTILE.values() if name not in told.stdout] == []
    again = run("blend", HOSTILE["f:012"], HOSTILE["f:016"], "-k", "2", "--json")
    assert [one["title_id"] for one in json.loads(again.stdout)["parents"]] == ["f:012", "f:016"]


BY_NAME = ("signals", "weights", "facets", "left_out", "external_ids", "project", "coverage", "cautions")
"""Fields whose keys are data, or are told elsewhere."""
ELSEWHERE = {*Title("", "", None, "film").to_json(), *Shared("", "", "", (), (), 0, "", 0.0, True, None).to_json()}


def _fields(content: Any) -> set[str]:
    if isinstance(content, list):
        return {field for one in content for field in _fields(one)}
    if not isinstance(content, dict):
        return set()
    told = {name: one for name, one in content.items() if name not in BY_NAME}
    inner = {field for one in told.values() for field in _fields(one)}
    return {*content, *inner} - ELSEWHERE


@pytest.mark.parametrize("name", CALLS)
def test_every_field_is_in_the_reference(atlas: Atlas, name: str) -> None:
    page = (Path(__file__).parents[1] / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
    told = page.partition("## create\n")[2].partition("\n## ")[0]
    found = _fields(json.loads(json.dumps(CALLS[name][1](Engine(atlas, "en").create).to_json())))
    assert len(found) > 5
    assert [field for field in sorted(found) if f"`{field}`" not in told] == []


# Texts


def test_a_text_comes_from_standard_input(run: Callable[..., Result]) -> None:
    given = run("comps", CHEF, "--json")
    for content in (CHEF, CHEF.encode("utf-8-sig"), f"{CHEF}\n"):
        assert run("comps", "-", "--json", input=content).stdout == given.stdout
    read = run("casting", "--like", "-", "--json", "--active", "0", input=CHEF)
    assert read.exit_code == 0, read.exception


@pytest.mark.parametrize(
    ("content", "error"),
    [(b"\xff\xfe\x00", DataError), (b"x" * 400_001, DataError), (b"x" * 100_001, UsageError), (b" \n", UsageError)],
)
def test_what_is_no_synopsis_is_refused(run: Callable[..., Result], content: bytes, error: type[Exception]) -> None:
    ran = run("comps", "-", input=content)
    assert isinstance(ran.exception, error)
    assert ran.stdout == ""


def test_a_longer_text_is_a_description_and_a_short_one_a_title(run: Callable[..., Result], atlas: Atlas) -> None:
    ran = run("casting", "--like", CHEF, "--role", "director", "--active", "0", "--json", "--lang", "en")
    assert "taking it for a description: A chef loses" in ran.stderr
    found = Engine(atlas, "en").create.casting(Project(CHEF), role="director", active=None)
    assert json.loads(ran.stdout) == json.loads(json.dumps(found.to_json()))
    assert any("text" in note for note in found.notes), "that the text was not read is said"
    assert isinstance(run("casting", "--like", "Nobody Knows It").exception, TitleNotFoundError)
    with pytest.raises(UsageError, match="2 descriptions"):
        Engine(atlas).create.casting([Project(CHEF), Project("another one")])
    with pytest.raises(UsageError, match="Nothing of the description could be used"):
        Engine(atlas, "en").create.casting(Project("zzz qqq"))


def test_of_namesakes_the_far_better_known_one_is_taken_and_that_is_said(
    run: Callable[..., Result], atlas: Atlas, monkeypatch: pytest.MonkeyPatch
) -> None:
    call, known = ("blend", "Twin", "f:001", "--json", "--lang", "en"), np.full(len(atlas), 0.5, np.float32)
    monkeypatch.setattr("reelation.search.fame.fame_of", lambda _atlas: known)
    known[[atlas.titles.row(one) for one in TWINS]] = (0.95, 0.84)
    ran = run(*call)
    assert json.loads(ran.stdout)["parents"][0]["title_id"] == TWINS[0]
    assert "Taking 'Twin' for Twin (" in ran.stderr
    assert f"the best known of 2 [{TWINS[0]}]" in ran.stderr
    known[atlas.titles.row(TWINS[1])] = 0.86
    assert isinstance(run(*call).exception, AmbiguousTitleError)
    monkeypatch.setattr("reelation.search.fame.fame_of", lambda _atlas: None)
    assert isinstance(run(*call).exception, AmbiguousTitleError)
    with pytest.raises(AmbiguousTitleError):
        Engine(atlas).create.blend("Twin", "f:001")


# Briefs


@pytest.mark.parametrize("name", CALLS)
def test_briefs_are_written(run: Callable[..., Result], tmp_path: Path, name: str) -> None:
    files = [tmp_path / "deep" / f"brief.{ending}" for ending in ("md", "csv", "HTML")]
    ran = run(*CALLS[name][0], *(f"--brief={file}" for file in files), "--lang", "en")
    assert ran.exit_code == 0, ran.exception
    assert ran.stderr.splitlines() == [str(file) for file in files]
    assert all(file.stat().st_size > 100 for file in files)
    rows = list(csv.reader(files[1].read_text(encoding="utf-8-sig").splitlines()))
    assert len({len(row) for row in rows}) == 1
    assert not any(cell.startswith(("=", "+", "@")) for row in rows for cell in row)
    assert "<script>alert" not in files[2].read_text(encoding="utf-8")
    assert "<script" not in files[0].read_text(encoding="utf-8")


def test_a_brief_that_cannot_be_written_is_refused_before_anything_is_computed(
    run: Callable[..., Result], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("mine")
    late = run(*CALLS["programme"][0], "--brief", tmp_path / "file" / "x.md")
    assert isinstance(late.exception, UsageError)
    assert "cannot write" in str(late.exception)
    monkeypatch.setattr(Engine, "open", lambda *_: pytest.fail("the atlas was opened"))
    for name in ("brief", "brief.docx", ".md"):
        ran = run(*CALLS["programme"][0], "--brief", tmp_path / name)
        assert isinstance(ran.exception, UsageError)
        assert ".md, .csv, .html, .pdf" in str(ran.exception)


def test_no_brief_of_anything_else(atlas: Atlas, tmp_path: Path) -> None:
    engine = Engine(atlas)
    with pytest.raises(UsageError, match="no brief can be written of Related; it can be of Comps, Blend"):
        engine.create.brief(engine.related("f:001"), tmp_path / "x.md")  # type: ignore[arg-type]
    assert not list(tmp_path.iterdir())


# Bad calls


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["comps", ""], 2, "nothing is said of the project"),
        (["comps", CHEF, "--budget", "huge"], 2, "no budget 'huge'; there are low, mid, high"),
        (["comps", CHEF, "--kind", "opera"], 2, "no kind 'opera'"),
        (["comps", CHEF, "-k", "11"], 2, "1 to 10 is possible"),
        (["comps", CHEF, "--year", "12"], 2, "1870 to 2100"),
        (["blend", "f:001", "f:001"], 2, "two different titles"),
        (["blend", "f:001", "f:002", "--mix", "1.5"], 2, "mix is 1.5"),
        (["blend", "f:001", "f:002", "-m", "euclidean"], 2, "metric dot or cosine"),
        (["blend", "f:001", "Nothing Like It At All"], 3, "No title"),
        (["combine", "f:001", "--minus", "f:001"], 2, "given twice"),
        (["gaps", "--genre", "opera"], 3, "No genre 'opera'"),
        (["gaps", "--rate", "2"], 2, "between 0 and 1"),
        (["casting"], 2, "--like"),
        (["casting", "--like", "f:001", "--role", "ghost"], 2, "ghost"),
        (["casting", "--like", "f:001", "--with", "Nobody Anywhere"], 3, "Nobody Anywhere"),
        (["programme"], 2, "--theme western"),
        (["programme", "--theme", "comedy", "--at-most", "director"], 2, "TRAIT=NUMBER"),
        (["programme", "--theme", "comedy", "--at-most", "mood=1"], 2, "no 'mood' to count by"),
        (["programme", "--theme", "comedy", "--max-minutes", "100"], 2, "No programme meets all limits"),
        (["programme", "--theme", "opera"], 3, "'opera' here"),
    ],
)
def test_a_bad_call_says_what_and_why(run: Callable[..., Result], arguments: list[str], code: int, words: str) -> None:
    ran = run(*arguments)
    assert isinstance(ran.exception, ReelationError), (ran.exception, ran.output)
    assert ran.exception.exit_code == code
    assert words in str(ran.exception)
    assert ran.stdout == ""


@pytest.mark.parametrize("name", PLACES)
def test_every_command_has_help(name: str) -> None:
    ran = CliRunner().invoke(app, ["create", name, "-h"], env={"COLUMNS": "100"}, prog_name="reelation")
    assert ran.exit_code == 0
    assert ran.stdout.startswith(f"Usage: reelation create {name} ")
    for option in ("--json ", "--brief ", "--lang ", "--atlas "):
        assert option in ran.stdout


def test_a_mistyped_command_gets_close_ones() -> None:
    ran = CliRunner().invoke(app, ["create", "blnd"])
    assert (ran.exit_code, "Did you mean 'blend'?" in ran.stderr) == (2, True)


# Start-up


def test_the_group_and_its_help_import_nothing_heavy() -> None:
    heavy = ("numpy", "torch", "polars", "scipy", "rich", "typst", "reelation.engine", "reelation.create.desk")
    then = f"print([one for one in {heavy!r} if one in sys.modules])"
    for arguments in (["create", "--help"], ["create", "comps", "--help"], ["create", "nonsense"]):
        code = f"import sys; sys.argv = {['reelation', *arguments]!r}\nfrom reelation.cli.main import run\n"
        code += f"try:\n    run()\nfinally:\n    {then}"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
        assert done.stdout.splitlines()[-1] == "[]"


def test_answering_imports_no_training_and_no_tables(atlas: Atlas) -> None:
    code = (
        "import sys\nfrom reelation.engine import Engine\n"
        "assert not [one for one in sys.modules if one.startswith('reelation.create')]\n"
        f"engine = Engine.open({str(atlas.folder)!r}, 'en')\n"
        "assert not [one for one in sys.modules if one.startswith('reelation.create')]\n"
        "engine.create.blend('f:001', 'f:002')\n"
        "print([one for one in ('torch', 'polars', 'scipy', 'typst', 'rich') if one in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr
