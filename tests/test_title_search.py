"""Search: what a person may type and what they mean by it, on the tiny world; and the index in its cache."""

from __future__ import annotations

import shutil
import sys
import threading
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from reelation import settings
from reelation.atlas.store import Atlas
from reelation.catalogue.store import write_catalogue
from reelation.cli.search import search as command
from reelation.engine import Engine
from reelation.errors import MissingExtraError, UsageError
from reelation.ids import Strings
from reelation.search.aliases import Alias, aliases_of
from reelation.title_search import store
from reelation.title_search.chinese import simplified, sounds
from reelation.title_search.query import readings
from reelation.title_search.ranking import How
from reelation.title_search.search import Found, TitleSearch
from reelation.training.parts.names import other_names
from tests.invented import invented_atlas
from tests.world import SOURCE, tiny_tables


@pytest.fixture(scope="module")
def titles(tiny_atlas: Atlas, tmp_path_factory: pytest.TempPathFactory) -> TitleSearch:
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("REELATION_HOME", str(tmp_path_factory.mktemp("home")))
        return TitleSearch.open(tiny_atlas)


@pytest.mark.parametrize(
    ("text", "meant", "how"),
    [
        ("Voidborn", "w:void1", "exact"),
        ("VOIDBORN!", "w:void1", "exact"),
        ("void born", "w:void1", "exact"),
        ("voidb", "w:void1", "prefix"),
        ("v", "w:void1", "prefix"),
        ("viodborn", "w:void1", "typo"),
        ("vidbonr", "w:void1", "typo"),
        ("bench", "w:bench1", "exact"),
        ("Bench, The", "w:bench1", "exact"),
        ("ordenes del juez", "w:bench3", "exact"),
        ("órdenes juez", "w:bench3", "part"),
        ("ordnes del jeuz", "w:bench3", "typo"),
        ("hatching", "w:void2", "part"),
        ("voidborn 3", "w:void3", "exact"),
        ("voidborn 1986", "w:void3", "prefix"),
        ("the tide (2002)", "w:tide02", "exact"),
        ("the tide 1972", "w:tide72", "exact"),
        ("1972 tide", "w:tide72", "exact"),
        ("le jury pendu", "w:bench2", "alias"),
        ("jury pendu", "w:bench2", "alias"),
        ("虚空之子", "w:void1", "alias"),
        ("虛空之子", "w:void1", "alias"),
        ("虚空", "w:void1", "alias"),
        ("空之子", "w:void1", "part"),
        ("xukongzhizi", "w:void1", "pinyin"),
        ("xu kong zhi zi", "w:void1", "pinyin"),
        ("xukong", "w:void1", "pinyin"),
        ("xukonzhizi", "w:void1", "pinyin"),
        ("xkzz", "w:void1", "initials"),
        ("tt9000001", "w:void1", "exact"),
        ("w:harbour", "w:harbour", "exact"),
    ],
)
def test_a_title_is_found_by(titles: TitleSearch, text: str, meant: str, how: How) -> None:
    first = titles.search(text, type="title")[0]
    assert first.id == meant
    assert first.how in (how, "typo") if how == "part" else first.how == how


@pytest.mark.parametrize(
    ("text", "meant", "how"),
    [
        ("ada quill", "Ada Quill", "exact"),
        ("quill", "Ada Quill", "part"),
        ("quill ada", "Ada Quill", "part"),
        ("ada q", "Ada Quill", "prefix"),
        ("ada qiull", "Ada Quill", "typo"),
    ],
)
def test_a_person_is_found_by(titles: TitleSearch, text: str, meant: str, how: How) -> None:
    first = titles.search(text)[0]
    assert (first.type, first.name, first.how) == ("person", meant, how)
    assert first.id == "person:p:ada"
    assert first.titles == 2
    assert {str(one) for one in first.known_for} == {"Voidborn (1979)", "Voidborn II: The Hatching (1982)"}


def test_what_matched_is_shown_as_it_is_written(titles: TitleSearch) -> None:
    for text, written in (("xkzz", "虚空之子"), ("xukong", "虚空之子"), ("jury pendu", "Le Jury pendu")):
        assert titles.search(text)[0].matched == written
    assert titles.search("ordenes")[0].matched == "Órdenes del Juez"


def test_types_and_counts_are_kept_to(titles: TitleSearch) -> None:
    assert {hit.type for hit in titles.search("ha", count=50)} == {"title", "person"}
    assert {hit.type for hit in titles.search("ha", type="person")} == {"person"}
    assert {hit.type for hit in titles.search("ha", type="title")} == {"title"}
    assert len(titles.search("voidborn", count=2)) == 2
    assert len(titles.search("qqqqqqqq")) == 0
    assert len(titles.search("…?!")) == 0
    with pytest.raises(UsageError, match="no type 'film'; there are all, title, person"):
        titles.search("bo", type="film")
    with pytest.raises(UsageError, match="count is 51"):
        titles.search("bo", count=51)
    with pytest.raises(UsageError, match="201 characters"):
        titles.search("b" * 201)


def _is_whole(found: Found, text: str, count: int) -> None:
    scores = [hit.score for hit in found]
    assert found.query == text
    assert len(found) <= count
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({hit.id for hit in found}) == len(found)


@hypothesis_settings(max_examples=150)
@given(text=st.text(max_size=200) | st.text("voidbrn hatcg19789()虚空之子·,'", max_size=40), count=st.integers(1, 50))
def test_any_text_has_an_answer(titles: TitleSearch, text: str, count: int) -> None:
    _is_whole(titles.search(text, count=count), text, count)


@hypothesis_settings(max_examples=60)
@given(text=st.text("voidbrn hatcg19789()虚空之子·,'", max_size=40))
def test_the_plain_search_has_an_answer_too(tiny_atlas: Atlas, text: str) -> None:
    _is_whole(TitleSearch.plain(tiny_atlas).search(text), text, 10)


def test_every_title_is_found_by_its_name_and_year(tiny_atlas: Atlas, titles: TitleSearch) -> None:
    for way in (titles, TitleSearch.plain(tiny_atlas)):
        for title in Engine(tiny_atlas).titles():
            assert way.search(str(title))[0].id == title.title_id


def test_one_letter_wrong_is_forgiven_everywhere(tiny_atlas: Atlas, titles: TitleSearch) -> None:
    """Every name of five letters or more with any letter gone, doubled or changed with the next."""
    for title in {str(one.name): one for one in Engine(tiny_atlas).titles()}.values():
        name = title.name
        for at in range(1, len(name) - 1):
            for wrong in (
                name[:at] + name[at + 1 :],
                name[: at + 1] + name[at:],
                name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            ):
                if len(name) > 4:
                    assert name in {hit.name for hit in titles.search(wrong, count=3, type="title")}, wrong


def test_the_year_may_be_part_of_the_name() -> None:
    assert [(one.key, one.year) for one in readings("blade runner 2049")] == [
        ("blade runner 2049", None),
        ("blade runner", 2049),
    ]
    assert [(one.key, one.year) for one in readings("Solaris (1972)")] == [("solaris", 1972)]
    assert ("rocky ii", None) in [(one.key, one.year) for one in readings("Rocky 2")]
    assert readings("1984")[0].key == "1984"
    assert readings(" ·!· ") == ()


def test_chinese_names_have_one_script_and_sounds() -> None:
    assert simplified(["臥虎藏龍", "霸王別姬"]) == ["卧虎藏龙", "霸王别姬"]
    assert sounds("重庆森林") == ("chong qing sen lin", "cqsl")
    assert sounds("2046 之恋") == ("2046 zhi lian", "2046zl")
    assert sounds("千と千尋の神隠し") is None
    assert sounds("alien") is None


def test_other_names_are_kept_as_they_are_written(tiny_atlas: Atlas) -> None:
    assert aliases_of(tiny_atlas, tiny_atlas.titles.row("w:void1")) == [Alias("虚空之子", "zh")]
    assert aliases_of(tiny_atlas, tiny_atlas.titles.row("w:void2")) == []
    bare = replace(tiny_atlas, manifest=replace(tiny_atlas.manifest, parts={}))
    assert aliases_of(bare, 0) == []


def test_names_that_a_title_shows_anyway_are_no_aliases(tiny_atlas: Atlas, tmp_path: Path) -> None:
    tables = dict(tiny_tables())
    some = [("Hung Jury", "en"), ("Le Jury pendu", "fr"), ("Jury", None), ("Jury", "xx"), (" ", "en")]
    rows = [{"title_id": "w:bench2", "name": name, "language": language} for name, language in some]
    tables["aliases"] = pl.concat([tables["aliases"], pl.DataFrame(rows)], how="diagonal_relaxed")
    part = other_names(tiny_atlas, write_catalogue(tmp_path / "catalogue", tables, (SOURCE,)))
    assert part is not None
    assert list(part.strings("name")) == ["Jury", "虚空之子"]
    assert list(part.strings("language")) == ["xx", "zh"]
    assert np.flatnonzero(np.diff(part.array("start"))).tolist() == [
        tiny_atlas.titles.row(title) for title in ("w:bench2", "w:void1")
    ]


def test_people_are_found_in_an_atlas_without_parts(tiny_atlas: Atlas) -> None:
    bare = replace(tiny_atlas, manifest=replace(tiny_atlas.manifest, parts={}))
    assert TitleSearch.open(bare).search("flo tarn")[0].titles == 4


def test_an_index_is_built_once(tiny_atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    first = TitleSearch.open(tiny_atlas).search("viodborn")
    place = settings.cache_folder() / "title-search" / store.index_key(tiny_atlas)
    written = {path: path.stat().st_mtime_ns for path in place.rglob("*") if path.is_file()}
    monkeypatch.setattr(store, "write_index", lambda *_: pytest.fail("built again"))
    assert TitleSearch.open(tiny_atlas).search("viodborn") == first
    assert {path: path.stat().st_mtime_ns for path in place.rglob("*") if path.is_file()} == written


@pytest.mark.parametrize("broken", ["titles/keys.text.npy", "people/tantivy/meta.json", "titles/joined_name.npy"])
def test_a_damaged_index_is_built_again(tiny_atlas: Atlas, broken: str) -> None:
    first = TitleSearch.open(tiny_atlas).search("viodborn")
    place = settings.cache_folder() / "title-search" / store.index_key(tiny_atlas)
    (place / broken).write_bytes(b"damaged")
    assert TitleSearch.open(tiny_atlas).search("viodborn") == first
    assert (place / broken).read_bytes() != b"damaged"


def test_a_cache_that_cannot_be_written_is_no_hindrance(tiny_atlas: Atlas, own_home: Path) -> None:
    own_home.mkdir()
    (own_home / "cache").write_text("a file where the folder should be")
    assert TitleSearch.open(tiny_atlas).search("viodborn")[0].id == "w:void1"


def test_many_may_build_it_at_once(tiny_atlas: Atlas) -> None:
    found: list[Found] = []
    threads = [
        threading.Thread(target=lambda: found.append(TitleSearch.open(tiny_atlas).search("viodborn"))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert all(one == found[0] for one in found)
    left = [path.name for path in (settings.cache_folder() / "title-search").iterdir()]
    assert left == [store.index_key(tiny_atlas)]


def test_indexes_of_old_atlases_go(tiny_atlas: Atlas, tmp_path: Path) -> None:
    for number in range(6):
        folder = tmp_path / f"atlas{number}"
        shutil.copytree(tiny_atlas.folder, folder)
        other = Atlas.open(folder)
        TitleSearch.open(replace(other, manifest=replace(other.manifest, seed=number)))
    assert len(list((settings.cache_folder() / "title-search").iterdir())) == 4


def test_without_the_extra_it_says_what_to_install(tiny_atlas: Atlas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tantivy", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'reelation\[serve\]'"):
        Engine(tiny_atlas).search("viodborn")


def test_the_command_prints_what_may_be_meant(tiny_atlas: Atlas) -> None:
    def said(*more: str) -> str:
        ran = CliRunner().invoke(command, [*more, "--atlas", str(tiny_atlas.folder)], catch_exceptions=False)
        return ran.output

    assert "Voidborn (1979)" in said("viodborn", "--lang", "en")
    assert "nearly so" in said("viodborn", "--lang", "en")
    assert "拼音首字母: “虚空之子”" in said("xkzz", "--lang", "zh")
    assert "2 titles, among them" in said("ada quill", "--lang", "en")
    assert "Nothing here" in said("qqqqqqqq", "--lang", "en")


def test_names_of_signs_only_are_found_by_their_signs(tmp_path: Path) -> None:
    atlas = invented_atlas(tmp_path / "atlas", [1971, 1980], {"person:p": [0]})
    atlas = replace(
        atlas,
        names=Strings.of(["$", "Other"]),
        name_keys=Strings.of(["other"]),
        name_row=np.array([1], np.int32),
        name_rank=np.zeros(1, np.uint8),
    )
    for way in (TitleSearch.open(atlas), TitleSearch.plain(atlas)):
        assert [hit.id for hit in way.search(" $ ")] == ["t:00000"]
        assert [hit.id for hit in way.search("€")] == []
        assert [hit.id for hit in way.search("othr")] == ["t:00001"]
