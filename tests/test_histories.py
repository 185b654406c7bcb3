"""Histories of the viewers that an atlas knows, and optional parts of an atlas."""

import shutil
from pathlib import Path

import numpy as np
import pytest

from reelation.atlas.store import Atlas
from reelation.errors import AtlasError, TitleNotFoundError
from reelation.histories.history import LIKE, RATING, WATCH, WATCHLIST, history_of, viewer_history


def test_a_viewer_of_the_atlas_has_his_events_in_order_of_time(tiny_atlas: Atlas) -> None:
    found = viewer_history(tiny_atlas, "v:1")
    assert [tiny_atlas.titles[row] for row in found.row] == ["w:void1", "w:void2", "w:bench1"]
    assert found.value.tolist() == [5.0, 4.5, 1.0]
    assert found.time.tolist() == [10, 20, 30]
    assert viewer_history(tiny_atlas, "1").name == "v:1"
    with pytest.raises(TitleNotFoundError, match="No viewer '9'"):
        viewer_history(tiny_atlas, "9")


def test_liking_goes_by_the_persons_own_mean() -> None:
    found = history_of(
        "me", [(3, RATING, 5.0, 1), (5, RATING, 1.0, 2), (4, WATCH, np.nan, 3), (9, WATCHLIST, np.nan, 4)]
    )
    rows, liking = found.liking
    assert rows.tolist() == [3, 4, 5]
    np.testing.assert_allclose(liking, [1.0, 0.4, -1.0])
    assert found.wanted.tolist() == [9]


def test_the_last_rating_of_a_title_counts_and_a_like_counts_more() -> None:
    found = history_of("me", [(1, RATING, 1.0, 1), (1, RATING, 5.0, 9), (2, RATING, 3.0, 2), (2, LIKE, np.nan, 3)])
    assert found.liking[1].tolist() == [1.0, 1.0]


def test_parts_open_lazily_and_say_when_they_are_gone(tiny_atlas: Atlas, tmp_path: Path) -> None:
    copy = tmp_path / "atlas"
    shutil.copytree(tiny_atlas.folder, copy)
    atlas = Atlas.open(copy)
    assert atlas.part("none such") is None
    shutil.rmtree(atlas.data / "viewers")
    with pytest.raises(AtlasError, match="'viewers'"):
        atlas.part("viewers")
