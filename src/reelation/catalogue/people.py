"""The same person across sources, decided title by title.

    credits of merged titles  ->  same folded name in one title  ->  one person_id

Within one work the same name in two sources is the same person. What is learnt there holds everywhere, unless
it contradicts itself: a name that is two people in different titles, or that two known people share, is
resolved only where a title tells which of them it is. So namesakes stay apart.
"""

from __future__ import annotations

import polars as pl

from reelation.catalogue.names import folded
from reelation.catalogue.order import repeated

SPACES = ("imdb", "wikidata", "tmdb", "justwatch")
"""How person ids begin, the most trusted first; then any other, and `name:` last."""

_LAST = "name"


def unite(credits: pl.DataFrame, people: pl.DataFrame, merged: pl.Series) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give a person one id wherever sources that meet in a title name them alike.

    Args:
        credits: the canonical table `credits` of all sources, title ids final.
        people: the canonical table `people` of all sources; an id may repeat. The most trusted come first.
        merged: ids of the titles that several sources describe.

    Returns:
        credits, and people with each id once.
    """
    if merged.len() == 0:
        return credits, _each_once(people)
    meeting = credits.filter(pl.col("title_id").is_in(merged.implode())).select("title_id", "person_id").unique()
    keys = people.select("person_id", key=folded(people["name"])).drop_nulls()
    keys = keys.unique("person_id", keep="first", maintain_order=True)
    everywhere: list[pl.DataFrame] = []
    there: list[pl.DataFrame] = []
    known = meeting.join(keys, on="person_id").with_columns(space=_space("person_id"))
    others = sorted(set(known["space"]) - {*SPACES, _LAST})
    order = (*SPACES, *others, _LAST)
    for at in range(1, len(order)):
        links = _links(known, order[:at], order[at])
        if links.height == 0:
            continue
        shared = _shared_names(keys, everywhere) if order[at] == _LAST else pl.Series("key", [], pl.String)
        certain = (pl.col("to").n_unique().over("person_id") == 1) & ~pl.col("key").is_in(shared.implode())
        links = links.with_columns(certain=certain)
        everywhere.append(links.filter("certain").select("person_id", "to").unique())
        there.append(links.filter(~pl.col("certain")).select("title_id", "person_id", "to"))
        known = (
            _renamed(known, pl.concat(everywhere), pl.concat(there)).with_columns(space=_space("person_id")).unique()
        )
    if not everywhere:
        return credits, _each_once(people)
    credits = _renamed(credits, pl.concat(everywhere), pl.concat(there))
    people = people.join(pl.concat(everywhere), on="person_id", how="left", maintain_order="left")
    people = people.with_columns(pl.coalesce("to", "person_id").alias("person_id")).drop("to")
    maybe_gone = pl.concat(there)["person_id"].unique()
    gone = maybe_gone.filter(~maybe_gone.is_in(credits["person_id"].unique().implode()))
    return credits, _each_once(people.filter(~pl.col("person_id").is_in(gone.implode())))


def _space(column: str) -> pl.Expr:
    return pl.col(column).str.extract(r"^([^:]*):").fill_null("")


def _links(known: pl.DataFrame, stronger: tuple[str, ...], space: str) -> pl.DataFrame:
    """Who of `space` is who of a more trusted space, title by title: title_id, person_id, key, to."""
    place = pl.col("space").replace_strict({name: at for at, name in enumerate(stronger)}, default=None)
    best = known.with_columns(place=place).drop_nulls("place")
    best = best.filter(pl.col("place") == pl.col("place").min().over("title_id", "key"))
    best = best.filter(pl.len().over("title_id", "key") == 1).select("title_id", "key", to="person_id")
    mine = known.filter((pl.col("space") == space) & (pl.len().over("title_id", "key", "space") == 1))
    return mine.join(best, on=["title_id", "key"]).select("title_id", "person_id", "key", "to")


def _shared_names(keys: pl.DataFrame, everywhere: list[pl.DataFrame]) -> pl.Series:
    """Folded names that several known people have."""
    known = keys.filter(_space("person_id") != _LAST)
    if everywhere:
        known = known.join(pl.concat(everywhere), on="person_id", how="left")
        known = known.select("key", pl.coalesce("to", "person_id").alias("person_id"))
    bearers = known.unique(["key", "person_id"]).group_by("key").len()
    return bearers.filter(pl.col("len") > 1)["key"]


def _renamed(rows: pl.DataFrame, everywhere: pl.DataFrame, there: pl.DataFrame) -> pl.DataFrame:
    """Put the ids learnt into `rows`: what holds in the title before what holds everywhere."""
    rows = rows.join(everywhere, on="person_id", how="left", maintain_order="left")
    if there.height:
        local = there.unique(["title_id", "person_id"]).rename({"to": "to_there"})
        rows = rows.join(local, on=["title_id", "person_id"], how="left", maintain_order="left")
    learnt = [name for name in ("to_there", "to") if name in rows.columns]
    return rows.with_columns(pl.coalesce(*learnt, "person_id").alias("person_id")).drop(learnt)


def _each_once(people: pl.DataFrame) -> pl.DataFrame:
    """One row a person: of several the first that says something, field by field."""
    several = repeated(people["person_id"])
    if not several.any():
        return people
    fields = [pl.col(name).drop_nulls().first() for name in people.columns if name != "person_id"]
    merged = people.filter(several).group_by("person_id", maintain_order=True).agg(fields)
    return pl.concat([people.filter(~several), merged.select(people.columns)])
