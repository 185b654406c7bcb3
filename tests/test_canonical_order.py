from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from reelation.catalogue.schema import TABLES
from reelation.catalogue.store import canonical_order

CELL = st.none() | st.sampled_from(["a", "b", "é"])
ROWS = st.lists(st.tuples(CELL, CELL, CELL, CELL, CELL), max_size=12)


@given(ROWS)
def test_the_least_row_of_each_key_stays_in_key_order(rows: list[tuple[str | None, ...]]) -> None:
    """The same as sorting everything by everything and keeping the first of each key."""
    schema = TABLES["aliases"].schema
    key = list(TABLES["aliases"].key)
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    wanted = frame.sort([*key, "source"], nulls_last=True).unique(key, keep="first", maintain_order=True)
    assert canonical_order("aliases", frame).equals(wanted)
    assert canonical_order("aliases", frame.reverse()).equals(wanted)
