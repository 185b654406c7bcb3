"""IMDb's ids as 32-bit numbers whose order is the order of the ids as text.

    tt0114709  <->  45883601 … <4,294,967,296

IMDb writes at least seven digits, padded with zeros, and as many as it takes beyond ten million; so
`tt10000000` stands before `tt2000000` as text. A code is the digits filled up to nine, times four, plus
the number of digits beyond seven: equal order, and the id can be had back.
"""

from __future__ import annotations

import polars as pl


def code(column: str, prefix: str) -> pl.Expr:
    """The code of an id as a 32-bit number; null where the text is not an id of that sort.

    Args:
        column: holds text such as "tt0114709".
        prefix: "tt" for titles, "nm" for people.
    """
    text = pl.col(column)
    digits = text.str.strip_prefix(prefix)
    number = digits.cast(pl.UInt32, strict=False)
    length = text.str.len_bytes()
    sound = text.str.starts_with(prefix) & ~digits.str.starts_with("+")
    return (
        pl.when(sound & (length == 9) & (number < 10**7))
        .then(number * 400)
        .when(sound & (length == 10) & number.is_between(10**7, 10**8 - 1))
        .then(number * 40 + 1)
        .when(sound & (length == 11) & number.is_between(10**8, 10**9 - 1))
        .then(number * 4 + 2)
    )


def text(column: str, prefix: str) -> pl.Expr:
    """The id of a code that `code` made, e.g. "nm0000001"."""
    extra = pl.col(column) % 4
    filled = pl.col(column) // 4
    number = pl.when(extra == 0).then(filled // 100).when(extra == 1).then(filled // 10).otherwise(filled)
    return pl.format(f"{prefix}{{}}", number.cast(pl.String).str.zfill(7))
