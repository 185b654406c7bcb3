"""How forecasts of shares do on held-out years, of every kind of tag in some catalogues.

    python -m benchmarks.forecasts CATALOGUE ...

Each of the last ten years is forecast from the one to five years before it; see `reelation.insights.forecast`. The last
year is the last one with 50 titles. `--earlier 10` holds out the ten years before those: settings were chosen there.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import polars as pl

from reelation.catalogue.store import Catalogue
from reelation.insights.forecast import FEWEST, Counts, Forecaster, check

KINDS = ("genre", "country", "company", "keyword", "language")
_LEAST_TAGS, _WHOLE, _HELD_OUT = 1_000, 50, 10


def counts_of(catalogue: Catalogue, kind: str) -> Counts | None:
    """Titles by year of all tags of a kind; None where the catalogue has few."""
    years = catalogue.table("titles").select("title_id", "year").drop_nulls()
    tags = catalogue.table("tags").filter(pl.col("facet") == kind).join(years, on="title_id")
    tags = tags.select("title_id", "value", "year").unique()
    if tags.height < _LEAST_TAGS:
        return None
    first, last = int(tags["year"].min()), int(tags["year"].max())  # type: ignore[arg-type]
    of = np.bincount(tags.select("title_id", "year").unique()["year"].to_numpy() - first, minlength=last - first + 1)
    kept = tags.group_by("value").len().filter(pl.col("len") >= FEWEST)["value"].sort().to_list()
    row = {value: i for i, value in enumerate(kept)}
    seen = np.zeros((len(kept), last - first + 1))
    for value, year in zip(tags["value"], tags["year"], strict=True):
        if value in row:
            seen[row[value], year - first] += 1
    return Counts(np.arange(first, last + 1), seen, of.astype(float), np.arange(len(kept)))


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("catalogues", nargs="+", type=Path)
    parser.add_argument("--earlier", type=int, default=0)
    asked = parser.parse_args()
    print("| catalogue | kind | things | years | forecasts | coverage | error | last value | line |")
    print("|---|---|---|---|---|---|---|---|---|")
    for folder in asked.catalogues:
        for kind in KINDS:
            counts = counts_of(Catalogue.open(folder), kind)
            if counts is None:
                continue
            end = int(np.flatnonzero(counts.of >= _WHOLE).max()) - asked.earlier
            found = check(Forecaster(counts), end - _HELD_OUT + 1, end)
            if found is not None:
                errors = [f"{1000 * one:.2f}" for one in (found.error, found.last_value_error, found.linear_error)]
                known = [f"{found.things}", f"{found.first}–{found.last}", f"{found.forecasts}"]
                print(f"| {' | '.join([folder.name, kind, *known, f'{found.coverage:.3f}', *errors])} |")


if __name__ == "__main__":
    main()
