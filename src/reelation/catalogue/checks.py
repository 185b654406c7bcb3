"""The rules that a row of a canonical table obeys, as one expression."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reelation.catalogue.schema import TABLES


def breaches(table: str, columns: Sequence[str]) -> pl.Expr:
    """An expression that names the first rule of `table` that a row breaks, or null where it breaks none.

    Args:
        table: a name in `TABLES`.
        columns: the columns that the frame has; the others are not looked at.
    """
    rules: list[pl.Expr] = []
    for name, column in TABLES[table].columns.items():
        if name not in columns:
            continue
        value = pl.col(name)
        if column.required:
            empty = value.is_null() | (value == "") if column.dtype == pl.String() else value.is_null()
            rules.append(pl.when(empty).then(pl.lit(f"{name} is missing")))
        if column.choices:
            outside = value.is_not_null() & ~value.cast(pl.String).is_in(column.choices)
            rules.append(pl.when(outside).then(pl.format(f"{name} '{{}}' is not known", value.cast(pl.String))))
        for bound, outside in (
            (column.low, value < (column.low or 0)),
            (column.high, value > (column.high or 0)),
        ):
            if bound is not None:
                text = pl.format(f"{name} {{}} is outside {column.low:g} to {column.high or float('inf'):g}", value)
                rules.append(pl.when(outside).then(text))
        if column.dtype.is_float():
            rules.append(pl.when(value.is_nan() | value.is_infinite()).then(pl.lit(f"{name} is not a finite number")))
    return pl.coalesce(rules) if rules else pl.lit(None, pl.String)
