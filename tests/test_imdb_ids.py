"""Looking up IMDb ids: as a dictionary would, whatever they look like."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from reelation.sources.imdb_ids import Places

ODD = ["tt0000000", "tt00000001", "tt+123456", "tt 123456", "tt123456 ", "tt-123456", "tt123456", "nm0000001", "tt"]
ODD += ["tt9999999", "tt10000000", "tt99999999", "tt100000000", "tt999999999", "tt01000000", "tt1_000_00", "tt0x00001"]
ids = st.one_of(
    st.sampled_from(ODD),
    st.integers(0, 60).map(lambda number: f"tt{number:07d}"),
    st.integers(10**6, 10**8 + 10).map(lambda number: f"tt{number}"),
    st.text("tnm0123456789+- ", max_size=11),
)


@given(st.lists(ids, unique=True, max_size=8), st.lists(st.one_of(st.none(), ids), max_size=8))
def test_places_are_those_of_a_dictionary(known: list[str], asked: list[str | None]) -> None:
    cells = [*known, *asked]
    rows = pl.LazyFrame({"id": cells}, schema={"id": pl.String}).with_row_index("row")
    found = Places("tt", pl.Series(known, dtype=pl.String)).find(rows, "id", "place").collect(engine="streaming")
    places: dict[str | None, int] = {name: place for place, name in enumerate(known)}
    assert found.sort("row")["place"].to_list() == [places.get(cell) for cell in cells]


def test_a_place_past_the_highest_id_is_nowhere() -> None:
    rows = pl.LazyFrame({"id": ["tt0000007", "tt0000009", "tt99999999", None]})
    found = Places("tt", pl.Series(["tt0000009", "tt0000007"])).find(rows, "id", "place")
    assert found.collect()["place"].to_list() == [1, 0, None, None]
