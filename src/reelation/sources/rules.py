"""Judging rows by the million: rules over a lazy frame, and an account of what became of every row.

    lazy rows + rules  ->  settle  ->  the columns of the rows that are kept
                             |
                             +-> the report: kept, skipped, and set aside with file, line and reason

The values are computed once for all rows; reasons are worded only for the rows that break a rule.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reelation.catalogue.schema import TABLES
from reelation.sources.base import Report

Rule = tuple[pl.Expr, pl.Expr]
"""When a row is broken (never null), and what to say then."""


def says(text: str, column: str) -> pl.Expr:
    """`text` with `{}` replaced by the cell of `column`, cut to a length fit for a message."""
    return pl.format(text, pl.col(column).str.slice(0, 60))


def missing(column: str) -> Rule:
    """The cell must hold something."""
    return pl.col(column).is_null(), pl.lit(f"{column} is missing")


def figure(raw: str, dtype: pl.DataType, low: float, high: float) -> tuple[pl.Expr, Rule]:
    """The number in the text column `raw`, null where that is null, and the rule that it lies in the range."""
    value = pl.col(raw).cast(dtype, strict=False)
    unsound = pl.col(raw).is_not_null() & ~value.is_between(low, high).fill_null(False)
    return value, (unsound, says(f"{raw} '{{}}' is not a number from {low:.16g} to {high:.16g}", raw))


def number(table: str, column: str, raw: str) -> tuple[pl.Expr, Rule]:
    """The same with the type and range of a column of the canonical `table`, and named like it."""
    spec = TABLES[table].columns[column]
    if spec.low is None or spec.high is None:
        raise ValueError(f"{table}.{column} has no range")
    value, rule = figure(raw, spec.dtype, spec.low, spec.high)
    return value.alias(column), rule


def settle(
    rows: pl.LazyFrame, file: str, rules: Sequence[Rule], columns: Sequence[pl.Expr], report: Report
) -> pl.DataFrame:
    """Compute `columns` of the rows that are kept, and account for all.

    Args:
        rows: has `line`, and may have a Boolean `skip` for rows that are left out by design.
        file: what to call the file.
        rules: the first one that a row breaks is its reason.
        columns: what is wanted of the rows.
        report: the rows that came in are counted already, by whoever read the file.
    """
    broken = pl.any_horizontal(when for when, _ in rules)
    skip = pl.col("skip") if "skip" in rows.collect_schema() else pl.lit(False)
    frame = rows.select(*columns, _broken=broken, _skip=skip).collect(engine="streaming")
    amount = int(frame["_broken"].sum())
    if amount:
        reason = pl.coalesce(pl.when(when).then(say) for when, say in rules)
        places = rows.filter(broken).select(pl.lit(file).alias("file"), "line", reason=reason)
        report.set_aside_rows(places.collect(engine="streaming"))
    left_out = frame["_broken"] | frame["_skip"]
    kept = frame.drop("_broken", "_skip")
    if left_out.any():
        kept = kept.filter(~left_out)
    report.count(file, kept=kept.height, skipped=frame.height - amount - kept.height)
    return kept
