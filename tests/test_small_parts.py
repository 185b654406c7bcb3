"""Ids, generations of a folder, folded names, seeds and places: small parts that everything leans on."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reelation import settings as places
from reelation.arrays import load_array
from reelation.folding import fold, name_id
from reelation.generations import read_manifest, write_generation
from reelation.ids import Strings, Vocabulary
from reelation.seeds import generator, resolve_seed

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["", "Ω", "千と千尋", "a\0", "😀"]
)


@settings(deadline=None)
@given(st.lists(words, max_size=12))
def test_strings_come_back_as_they_were(values: list[str]) -> None:
    strings = Strings.of(values)
    assert list(strings) == values
    assert [strings[row] for row in range(len(strings))] == values


@settings(max_examples=30, deadline=None)
@given(values=st.lists(words, max_size=12))
def test_strings_are_saved_and_opened(values: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("strings")
    Strings.of(values).save(folder, "names")
    assert list(Strings.open(folder, "names")) == values
    Vocabulary.of(values).save(folder, "ids")
    assert list(Vocabulary.open(folder, "ids").ids) == sorted(set(values), key=str.encode)


@settings(deadline=None)
@given(st.lists(words, max_size=12), st.lists(words, max_size=4), st.randoms())
def test_a_vocabulary_finds_what_it_holds(values: list[str], others: list[str], random: Any) -> None:
    vocabulary = Vocabulary.of(values)
    shuffled = list(values)
    random.shuffle(shuffled)
    assert list(Vocabulary.of(shuffled).ids) == list(vocabulary.ids)
    assert list(Vocabulary.of_sorted(vocabulary.ids).ids) == list(vocabulary.ids)
    assert [vocabulary.row(vocabulary[row]) for row in range(len(vocabulary))] == list(range(len(vocabulary)))
    for one in others:
        assert (one in vocabulary) == (one in values)
        assert (vocabulary.find(one) is None) == (one not in values)


def test_what_is_not_there_is_an_error() -> None:
    vocabulary = Vocabulary.of(["b", "a"])
    with pytest.raises(KeyError, match="c"):
        vocabulary.row("c")
    for row in (-1, 2):
        with pytest.raises(IndexError, match=f"row {row} of 2"):
            vocabulary[row]
    with pytest.raises(ValueError, match="do not span the blob of 2 bytes"):
        Strings(np.zeros(2, np.uint8), np.array([0, 3]))


@pytest.mark.parametrize("size", [10, 100_000])
def test_an_array_cut_short_is_a_value_error(tmp_path: Path, size: int) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.arange(size))
    assert load_array(path).tolist() == list(range(size))
    whole = path.read_bytes()
    for kept in (0, 5, 60, 140, len(whole) - 1):
        path.write_bytes(whole[:kept])
        with pytest.raises(ValueError, match=r".+"):
            load_array(path)


def writes(text: str) -> Any:
    def write(folder: Path) -> dict[str, Any]:
        (folder / "deep").mkdir()
        (folder / "deep" / "file").write_text(text)
        return {"says": text}

    return write


def content(folder: Path) -> tuple[str, str]:
    found = read_manifest(folder, "m.json")
    assert found is not None
    manifest, generation = found
    return manifest["says"], (generation / "deep" / "file").read_text()


def test_a_new_generation_takes_the_place_of_the_old(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    assert read_manifest(folder, "m.json") is None
    for text in ("one", "zwei", "三"):
        fresh = write_generation(folder, "m.json", writes(text))
        assert content(folder) == (text, text)
        assert sorted(path.name for path in folder.iterdir()) == sorted([fresh.name, "m.json"])


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, TypeError])
def test_a_writer_that_fails_leaves_the_old_generation(tmp_path: Path, error: type[BaseException]) -> None:
    write_generation(tmp_path, "m.json", writes("old"))
    before = sorted(tmp_path.rglob("*"))

    def fails(folder: Path) -> dict[str, Any]:
        manifest = writes("new")(folder)
        if error is not TypeError:
            raise error
        return {**manifest, "not for json": object()}

    with pytest.raises(error):
        write_generation(tmp_path, "m.json", fails)
    assert sorted(tmp_path.rglob("*")) == before
    assert content(tmp_path) == ("old", "old")


def test_leftovers_go_and_strangers_stay(tmp_path: Path) -> None:
    (tmp_path / "generation-0123456789ab").mkdir()
    (tmp_path / "generation-0123456789ab" / "half").write_text("")
    (tmp_path / ".m.json.generation-0123456789ab").write_text("{")
    strangers = [tmp_path / name for name in ("generation-mine", "generation-0123456789abc", "notes.txt", "n.json")]
    for path in strangers[:2]:
        path.mkdir()
    for path in strangers[2:]:
        path.write_text("mine")
    fresh = write_generation(tmp_path, "m.json", writes("x"))
    assert {*tmp_path.iterdir()} == {*strangers, fresh, tmp_path / "m.json"}


@pytest.mark.parametrize(
    ("manifest", "message"),
    [
        ('{"generation": "generation-0123456789ab"}', "is missing, though m.json names it"),
        ('{"generation": "../elsewhere"}', "names no generation"),
        ('{"generation": 7}', "names no generation"),
        ("[]", "names no generation"),
        ("{}", "names no generation"),
        ('{"gener', "Unterminated string"),
    ],
)
def test_a_broken_manifest_is_an_error(tmp_path: Path, manifest: str, message: str) -> None:
    (tmp_path / "m.json").write_text(manifest)
    with pytest.raises(ValueError, match=message):
        read_manifest(tmp_path, "m.json")


def test_a_file_in_place_of_the_folder_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text(json.dumps({"generation": "generation-0123456789ab"}))
    assert read_manifest(tmp_path / "file", "m.json") is None


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Amélie: Le Fabuleux  Destin", "amelie le fabuleux destin"),
        ("Ocean's / Ocean’s / Ocean´s / Ocean`s / Oceanʼs", "oceans oceans oceans oceans oceans"),
        ("Straße & Ærø_Łódź", "strasse and aero lodz"),
        ("İstanbul ISTANBUL ıstanbul", "istanbul istanbul istanbul"),
        ("Ｆｕｌｌ　ｗｉｄｔｈ ﬁlm №9 ²", "full width film no9 2"),
        ("Ёлки и Йод", "елки и иод"),
        ("Ελλάς Ελλάσ", "ελλασ ελλασ"),
        ("千と千尋の神隠し", "千と千尋の神隠し"),
        ("バベットの晩餐会", "バベットの晩餐会"),
        ("ﾊﾞﾍﾞｯﾄ", "バベット"),
        ("기생충", "기생충"),
        ("Mission:_Impossible - II", "mission impossible ii"),
        ("...", ""),
    ],
)
def test_folding_by_example(name: str, folded: str) -> None:
    assert fold(name) == folded
    assert name_id(name) == f"name:{folded}"


@settings(deadline=None)
@given(st.text(max_size=20) | words)
def test_folding_twice_is_folding_once(text: str) -> None:
    once = fold(text)
    assert fold(once) == once
    assert once == " ".join(once.split())
    for form in ("NFC", "NFD"):
        assert fold(unicodedata.normalize(form, text)) == once


@settings(deadline=None)
@given(st.text("abcdefgh XYZ'&_-:", max_size=20))
def test_case_does_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(text)


def test_seeds_are_kept_or_drawn() -> None:
    assert [resolve_seed(seed) for seed in (0, 7, 2**31 - 1)] == [0, 7, 2**31 - 1]
    drawn = {resolve_seed(None) for _ in range(20)}
    assert len(drawn) > 1
    assert all(0 <= seed < 2**31 for seed in drawn)
    for seed in (-1, 2**31):
        with pytest.raises(ValueError, match=f"got {seed}"):
            resolve_seed(seed)


def test_a_stream_belongs_to_its_seed_and_purpose() -> None:
    pairs = [(seed, purpose) for seed in (0, 1) for purpose in ("", "walks", "people", "walk")]
    first, second = ([tuple(generator(*pair).random(3).tolist()) for pair in pairs] for _ in range(2))
    assert first == second
    assert len(set(first)) == len(pairs)


def test_one_home_for_everything(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = (places.catalogue_folder, places.atlas_folder, places.downloads_folder, places.cache_folder)
    assert [folder() for folder in folders] == [own_home / n for n in ("catalogue", "atlas", "downloads", "cache")]
    assert not own_home.exists()
    monkeypatch.setenv("HOME", str(own_home))
    monkeypatch.setenv("REELATION_HOME", "~/films")
    assert places.home() == own_home / "films"
    for absent in ("", None):
        monkeypatch.delenv("REELATION_HOME") if absent is None else monkeypatch.setenv("REELATION_HOME", absent)
        assert places.home().name == places.cache_folder().name == "reelation"
        assert places.home() != places.cache_folder()


def test_marks_that_spell_stay_and_tell_names_apart() -> None:
    assert fold("हिन्दी मीडियम (2017)") == "हिन्दी मीडियम 2017"
    assert len({fold(name) for name in ("कल", "काल", "किल", "कोल")}) == 4
    assert fold("บางกอก แดนเจอรัส!") == "บางกอก แดนเจอรัส"
    assert fold("Café") == fold("Cafe\u0301") == "cafe"
