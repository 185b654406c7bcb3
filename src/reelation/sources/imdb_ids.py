"""Looking up IMDb ids by the million: an id is a number, and numbers are places in an array.

ids, each once  ->  Places  ->  the place of the id in every row; in a third of a hash join's time
"""

from __future__ import annotations

import numpy as np
import polars as pl

_NUMBER = "_number"
_MOST = 10**8
"""Numbers of nine digits, of which IMDb has none yet, are looked up as text."""
_NOWHERE = 2**32 - 1


class Places:
    """Where each of some ids stands."""

    def __init__(self, prefix: str, ids: pl.Series) -> None:
        """Take in `ids`: text, each once; `prefix` is "tt" or "nm"."""
        self._prefix = prefix
        rows = _numbered(pl.LazyFrame({"id": ids}).with_row_index("place"), "id", prefix, _MOST).collect()
        regular, others = rows.drop_nulls(_NUMBER), rows.filter(pl.col(_NUMBER).is_null())
        highest = regular[_NUMBER].max()
        self._size = int(highest) + 1 if isinstance(highest, int) else 0
        places = np.full(self._size, _NOWHERE, np.uint32)
        places[regular[_NUMBER].to_numpy()] = regular["place"].to_numpy()
        self._places = pl.Series(places).replace(_NOWHERE, None)
        """[number] its place; null where no id has this number."""
        self._others = others.select("id", "place").lazy() if others.height else None

    def find(self, rows: pl.LazyFrame, column: str, place: str) -> pl.LazyFrame:
        """`rows` with a column `place` (UInt32): where the id in `column` stands; null where it is none of the ids."""
        number = pl.col(_NUMBER).map_batches(self._places.gather, pl.UInt32, is_elementwise=True)
        found = _numbered(rows, column, self._prefix, self._size).with_columns(number.alias(place)).drop(_NUMBER)
        if self._others is None:
            return found
        joined = found.join(self._others.rename({"place": "_other"}), left_on=column, right_on="id", how="left")
        return joined.with_columns(pl.coalesce(place, "_other").alias(place)).drop("_other")


def _numbered(rows: pl.LazyFrame, column: str, prefix: str, below: int) -> pl.LazyFrame:
    """`rows` with the number of each id that is written as IMDb does ("tt0078748") and is `below` that; else null."""
    text, number = pl.col(column), pl.col(_NUMBER)
    # Seven digits, or as many as it takes. Polars reads a sign as part of a number.
    length = pl.when(number < 10**7).then(9).otherwise(10)
    written = (text.str.len_bytes() == length) & text.str.starts_with(prefix) & ~text.str.starts_with(f"{prefix}+")
    return rows.with_columns(text.str.slice(2).cast(pl.UInt32, strict=False).alias(_NUMBER)).with_columns(
        pl.when(written & (number < below)).then(number).alias(_NUMBER)
    )
