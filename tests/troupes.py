"""An invented trade: troupes of people who make films among themselves, year by year; known who will meet next."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from reelation.atlas.store import Atlas
from tests.invented import invented_atlas

FIRST, LAST, TROUPES, MEMBERS = 1980, 2009, 20, 24


def troupes_atlas(folder: Path, undated_after: int = 9999) -> Atlas:
    """Each year one film a troupe, of three of its people who are in their ten working years.

    Args:
        folder: gets the atlas.
        undated_after: films after this year have none, as if nobody knew of them yet.
    """
    random = np.random.default_rng(0)
    years: list[int] = []
    having: dict[str, list[int]] = {f"genre:{troupe}": [] for troupe in range(TROUPES)}
    for year in range(FIRST, LAST + 1):
        for troupe in range(TROUPES):
            working = [m for m in range(MEMBERS) if 0 <= year - (FIRST - 5 + 1.5 * m) < 10]
            row = len(years)
            years.append(year)
            having[f"genre:{troupe}"].append(row)
            for member in random.permutation(working)[:3].tolist():
                having.setdefault(f"person:{troupe}-{member:02d}", []).append(row)
    shown = [year if year <= undated_after else 0 for year in years]
    return invented_atlas(folder, shown, having)
