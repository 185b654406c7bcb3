from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from reelation.catalogue.schema import TABLES
from reelation.catalogue.store import canonical_order

CELL = st.none() | st.sampled_from(["a", "b", "é"])
ROWS = st.lists(st.tuples(CELL, CELL, CELL, CELL, CELL), max_size=12)


@settings(deadline=None)
@given(ROWS)
def test_the_least_row_of_each_key_stays_in_key_order(rows: list[tuple[str | None, ...]]) -> None:
    """The same as sorting everything by everything and keeping the first of each key."""
    schema = TABLES["aliases"].schema
    key = list(TABLES["aliases"].key)
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    wanted = frame.sort([*key, "source"], nulls_last=True).unique(key, keep="first", maintain_order=True)
    assert canonical_order("aliases", frame).equals(wanted)
    assert canonical_order("aliases", frame.reverse()).equals(wanted)


def test_a_table_in_order_is_left_as_it_is() -> None:
    """Across the borders of the pieces that are looked at, too."""
    names = [f"{number:07d}" for number in range(1_000_500)]
    schema = TABLES["people"].schema
    frame = pl.DataFrame({"person_id": names}).select(
        pl.col(name) if name == "person_id" else pl.lit(None, dtype).alias(name) for name, dtype in schema.items()
    )
    assert canonical_order("people", frame) is frame
    twice = pl.concat([frame.head(1_000_001), frame.slice(1_000_000)])
    assert canonical_order("people", twice).equals(frame)
