"""An invented catalogue for creative aid: four themes with texts, people, figures and years; answers are known.

Every theme has its own genre, country, words and crew, eight films a decade from the 1980s on, and sums of money that
depend on the decade and on whether the number of the film is odd (large) or even (small).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from reelation.atlas.store import Atlas
from reelation.catalogue.store import Catalogue, write_catalogue
from reelation.rows import unit_rows
from reelation.sources.base import tables_of
from reelation.training.learn import LearnConfig
from reelation.training.loop import FitConfig
from reelation.training.run import TrainConfig, train
from tests.world import SOURCE

THEMES = (
    ("comedy", "France", ("chef", "kitchen", "recipe", "oven"), ("厨师", "厨房", "菜谱", "烤炉")),
    ("horror", "Japan", ("ghost", "curse", "well", "attic"), ("鬼魂", "诅咒", "古井", "阁楼")),
    ("western", "Italy", ("sheriff", "saloon", "duel", "gold"), ("警长", "酒馆", "决斗", "黄金")),
    ("war", "Poland", ("trench", "medic", "siege", "convoy"), ("战壕", "军医", "围城", "车队")),
)
DECADES = (1980, 1990, 2000, 2010)
EACH = 8
"""Films of a theme and decade."""
WIDTH = 4 * len(THEMES) + 2
ENCODER = "themes 1"


class ThemeEncoder:
    """Counts the words of the themes; a Chinese word is the same column as its English one, a language has its own."""

    name = ENCODER
    width = WIDTH

    def encode(self, texts: Sequence[str]) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
        """See `reelation.encoders.TextEncoder`."""
        found = np.zeros((len(texts), WIDTH), np.float32)
        for at, text in enumerate(texts):
            for theme, (_, _, english, chinese) in enumerate(THEMES):
                for word, (one, other) in enumerate(zip(english, chinese, strict=True)):
                    found[at, 4 * theme + word] = text.lower().count(one) + text.count(other)
            foreign = any("\u4e00" <= letter <= "\u9fff" for letter in text)
            found[at, -2:] = (0, 3) if foreign else (3, 0)
        return unit_rows(found)


def theme_of(title_id: str) -> int:
    """The number of a title's theme."""
    return int(title_id.removeprefix("f:")) % len(THEMES)


def themes_catalogue(folder: Path, *, texts: bool = True, figures: bool = True) -> Catalogue:
    """Write the catalogue."""
    rng = np.random.default_rng(5)
    titles, tags, credits, plots, measures = [], [], [], [], []
    for number in range(len(THEMES) * len(DECADES) * EACH):
        key, theme = f"f:{number:03d}", number % len(THEMES)
        genre, country, words, _ = THEMES[theme]
        decade = number // len(THEMES) % len(DECADES)
        titles.append((key, "film", f"Reel {number}", DECADES[decade] + int(rng.integers(10)), 90.0))
        tags += [(key, "genre", genre), (key, "country", country)]
        credits.append((key, f"p:{theme}-{number % 3}", "director"))
        credits += [(key, f"p:{theme}-a{one}", "actor") for one in rng.choice(6, 2, replace=False).tolist()]
        plots.append((key, "plot", "en", " ".join(rng.choice(list(words), 3).tolist())))
        size = 1 + number // (len(THEMES) * len(DECADES))  # 1 to 8 within theme and decade
        measures.append((key, "box_office_usd", 1e6 * 10**decade * size))
        measures.append((key, "critic_score", 10.0 * size))
    names = {"p:0-0": "Agnes Marlow", "p:1-0": "Kenji Ode", "p:2-0": "Sergio Balt"}
    people = sorted({person for _, person, _ in credits})
    tables: dict[str, Any] = {
        "titles": pl.DataFrame(titles, schema=["title_id", "kind", "name", "year", "runtime_min"], orient="row"),
        "people": [{"person_id": one, "name": names.get(one, f"Player {one[2:]}")} for one in people],
        "credits": pl.DataFrame(credits, schema=["title_id", "person_id", "role"], orient="row"),
        "tags": pl.DataFrame(tags, schema=["title_id", "facet", "value"], orient="row").with_columns(weight=1.0),
    }
    if texts:
        tables["texts"] = pl.DataFrame(plots, schema=["title_id", "kind", "language", "text"], orient="row")
    if figures:
        tables["measures"] = pl.DataFrame(measures, schema=["title_id", "measure", "value"], orient="row")
    return write_catalogue(folder, tables_of(SOURCE.name, tables), (SOURCE,))


def themes_atlas(catalogue: Catalogue, folder: Path, *, texts: bool = True) -> Atlas:
    """Train on it for a few steps, with the parts that creative aid reads."""
    text = None
    if texts:
        by_title = dict(catalogue.table("texts").select("title_id", "text").iter_rows())
        text = ThemeEncoder().encode([by_title[key] for key in catalogue.table("titles")["title_id"].to_list()])
    config = TrainConfig(
        learn=LearnConfig(fit=FitConfig(steps=30, validate_every=30), threads=1),
        seed=1,
        text_encoder=ENCODER if texts else None,
        parts=("names", "figures", "evidence", "network", "kin"),
    )
    return train(catalogue, folder, config, text=text)
