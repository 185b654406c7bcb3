"""What speaks for and against two titles of the same name and nearly the same year being one work.

    candidate pairs  ->  weigh  ->  shared people, runtime, genres, countries  ->  judge  ->  a tier and its reason

Tiers, in the order in which they are joined: 1 same year and people, 2 same year, length and country or genre,
3 a year apart and the same people, 4 same year and genres, nothing else known on one side, and a name that is
unique nearby. `docs/explanation/matching.md` has the measured precision of each.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from reelation.catalogue.names import folded
from reelation.catalogue.parts import Part

TIERS = (1, 2, 3, 4)
WEAK = 4
SHORT_CAST = 3
"""With so few names in a cast list, one in common is enough."""
SAME_RUNTIME_MIN = 2.0
"""Lengths that differ by so many minutes at most are the same length."""

_CREW = ("director", "creator")
_CAST = ("actor", "self")


def weigh(parts: Sequence[Part], rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """Count what each pair shares.

    Args:
        parts: where credits, people and tags are taken from.
        rows: columns part, title_id, label, runtime_min: which title is which group.
        pairs: columns a, b (labels) and whatever else.

    Returns:
        `pairs` with, for x in directors, cast, genre, country: `x` (how many they share), `x_least` (the smaller
        of the two numbers that they have); and `minutes` (the least difference in length, null where unknown).
    """
    wanted = pl.concat([pairs["a"], pairs["b"]]).unique()
    rows = rows.filter(pl.col("label").is_in(wanted.implode()))
    people, tags = _people(parts, rows), _tags(parts, rows)
    facts = {
        "directors": people.filter(pl.col("role").is_in(_CREW)).select("label", "value").unique(),
        "cast": people.filter(pl.col("role").is_in(_CAST)).select("label", "value").unique(),
        "genre": tags.filter(pl.col("facet") == "genre").select("label", "value").unique(),
        "country": tags.filter(pl.col("facet") == "country").select("label", "value").unique(),
    }
    for name, fact in facts.items():
        pairs = _shared(pairs, fact, name)
    length = rows.filter(pl.col("runtime_min") > 0).select("label", minutes=pl.col("runtime_min")).unique()
    minutes = (
        pairs.select("a", "b")
        .join(length, left_on="a", right_on="label")
        .join(length, left_on="b", right_on="label", suffix="_b")
        .group_by("a", "b")
        .agg((pl.col("minutes") - pl.col("minutes_b")).abs().min())
    )
    return pairs.join(minutes, on=["a", "b"], how="left")


def judge(weighed: pl.DataFrame) -> pl.DataFrame:
    """Give every pair a `tier` (null: not enough) and say `why`.

    Args:
        weighed: what `weigh` returns, with `years` (how far apart). Tier 4 also needs a unique name, which is
            the caller's to see to.
    """
    exact = pl.col("years") == 0
    directed, cast = pl.col("directors"), pl.col("cast")
    few = pl.col("cast_least") <= SHORT_CAST
    other_directors = (directed == 0) & (pl.col("directors_least") > 0)
    other_cast = (cast == 0) & (pl.col("cast_least") > 1)
    same_length = (pl.col("minutes") <= SAME_RUNTIME_MIN).fill_null(False)
    same_field = (pl.col("genre") > 0) | (pl.col("country") > 0)
    people = (directed > 0) | (cast > 1) | (exact & (cast > 0) & few)
    length = exact & same_length & same_field & ~other_directors & ~other_cast
    unknown = (pl.col("directors_least") == 0) & (pl.col("cast_least") == 0) & pl.col("minutes").is_null()
    weak = exact & unknown & (pl.col("genre") > 0)
    return weighed.with_columns(
        tier=pl.when(people & exact).then(1).when(length).then(2).when(people).then(3).when(weak).then(4).cast(pl.Int8),
        why=pl.when(directed > 0)
        .then(pl.format("{} shared director(s), {} of the cast", directed, cast))
        .when(cast > 0)
        .then(pl.format("{} shared of the cast", cast))
        .when(length)
        .then(pl.lit("same length and genre or country"))
        .when(weak)
        .then(pl.lit("same genres, nothing else known"))
        .when(other_directors)
        .then(pl.lit("other directors"))
        .when(other_cast)
        .then(pl.lit("another cast"))
        .otherwise(pl.lit("nothing else agrees")),
    )


def _shared(pairs: pl.DataFrame, fact: pl.DataFrame, name: str) -> pl.DataFrame:
    size = fact.group_by("label").len()
    both = (
        pairs.select("a", "b")
        .join(fact, left_on="a", right_on="label")
        .join(fact, left_on=["b", "value"], right_on=["label", "value"])
        .group_by("a", "b")
        .agg(pl.len().cast(pl.Int32).alias(name))
    )
    return (
        pairs.join(both, on=["a", "b"], how="left")
        .join(size.rename({"label": "a", "len": "_a"}), on="a", how="left")
        .join(size.rename({"label": "b", "len": "_b"}), on="b", how="left")
        .with_columns(
            pl.col(name).fill_null(0),
            pl.min_horizontal(pl.col("_a").fill_null(0), pl.col("_b").fill_null(0)).alias(f"{name}_least"),
        )
        .drop("_a", "_b")
    )


def _people(parts: Sequence[Part], rows: pl.DataFrame) -> pl.DataFrame:
    """Columns label, role, value: the folded name of somebody, or the id where the name is not known."""
    frames = []
    for at, part in enumerate(parts):
        if "credits" not in part.tables:
            continue
        mine = rows.filter(pl.col("part") == at).select("title_id", "label").unique()
        credits = part.tables["credits"].select("title_id", "person_id", "role").join(mine, on="title_id")
        people = part.tables.get("people")
        names = people.select("person_id", "name") if people is not None else pl.DataFrame(schema=_NAMED)
        frames.append(credits.join(names, on="person_id", how="left"))
    if not frames:
        return pl.DataFrame(schema={"label": pl.Int64, "role": pl.String, "value": pl.String})
    found = pl.concat(frames)
    name_only = pl.col("person_id").str.strip_prefix("name:")
    return found.select("label", "role", value=pl.coalesce(folded(found["name"]), name_only))


_NAMED = pl.Schema({"person_id": pl.String(), "name": pl.String()})


def _tags(parts: Sequence[Part], rows: pl.DataFrame) -> pl.DataFrame:
    frames = [
        part.tables["tags"]
        .filter(pl.col("facet").is_in(["genre", "country"]))
        .select("title_id", "facet", "value")
        .join(rows.filter(pl.col("part") == at).select("title_id", "label").unique(), on="title_id")
        for at, part in enumerate(parts)
        if "tags" in part.tables
    ]
    schema = {"title_id": pl.String, "facet": pl.String, "value": pl.String, "label": pl.Int64}
    return pl.concat(frames) if frames else pl.DataFrame(schema=schema)
