"""The same work across sources: by shared ids first, then by name and year with agreeing evidence.

    parts  ->  Entries (one row a described title)  ->  match  ->  which rows are one work, and what was left apart

Nothing is guessed: a pair is joined when the rules of `reelation.catalogue.evidence` say so and nothing speaks
against it; when several candidates fit, all stay apart and are listed. Rows of one source are joined by id only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from reelation.catalogue.clusters import Clusters
from reelation.catalogue.evidence import TIERS, WEAK, judge, weigh
from reelation.catalogue.names import folded
from reelation.catalogue.order import rising
from reelation.catalogue.parts import SERVICES, Part, rank

NEAR_YEARS = 2
"""Names that occur again within this many years are no unique names."""

_FILMS = ("film", "short", "special", "video", "unknown")
_SERIES = ("series", "mini_series", "unknown")
_NAMES = ("name", "original_name")
_NONE = pl.DataFrame(schema={"a": pl.Int64, "b": pl.Int64, "tier": pl.Int8, "why": pl.String})


@dataclass(frozen=True)
class Matches:
    """Which rows are one work."""

    entries: pl.DataFrame
    """One row a described title, most trusted first: columns part, rank, work (int64: the row number of its most
    trusted row), group, and those of the table `titles`."""
    by_id: int
    """Rows that joined another one by a shared id."""
    by_title: int
    """Works that joined another one by name and year."""
    joined: pl.DataFrame
    """The pairs behind `by_title`: columns a, b (row numbers of `entries`), tier, why."""
    questions: pl.DataFrame
    """Pairs left apart although name and year agree: columns a, b, tier, why."""
    conflicts: pl.DataFrame
    """Pairs left apart although they share an id, because other ids differ: columns a, b, why."""


def match(parts: Sequence[Part]) -> Matches:
    """Find the rows of all `parts` that describe the same work.

    The outcome depends on the rows only, not on their order or on the order of `parts`. Tags have their
    canonical values (`reelation.catalogue.values`).
    """
    entries = _entries(parts)
    marks = _marks(entries)
    clusters = Clusters(entries.height, marks)
    own = set(marks["space"].unique()) - set(SERVICES)
    refused = pl.concat([clusters.join_same(space) for space in [*SERVICES, *sorted(own)]])
    by_id = entries.height - clusters.count()
    joined, apart = _by_title(parts, entries, clusters) if entries["group"].n_unique() > 1 else (_NONE, _NONE)
    works = clusters.count()
    return Matches(
        entries=entries.with_columns(pl.Series("work", clusters.labels)),
        by_id=by_id,
        by_title=entries.height - by_id - works,
        joined=joined.select("a", "b", "tier", "why"),
        questions=apart.select("a", "b", "tier", "why"),
        conflicts=refused.select(
            a="label",
            b="other",
            why=pl.format("both are {} {}, but another service tells them apart", "space", "value"),
        ),
    )


def _entries(parts: Sequence[Part]) -> pl.DataFrame:
    ranks = rank(parts)
    frames = [
        part.tables["titles"].select(
            pl.lit(at, pl.Int32).alias("part"), pl.lit(ranks[part.source], pl.Int32).alias("rank"), pl.all()
        )
        for at, part in enumerate(parts)
        if "titles" in part.tables
    ]
    titles = pl.concat(frames)
    spaces = titles.select(_namespace("title_id")).to_series()
    known = {
        SERVICES[space]: pl.coalesce(
            SERVICES[space], pl.when(spaces == space).then(pl.col("title_id").str.strip_prefix(f"{space}:"))
        )
        for space in spaces.unique()
        if space in SERVICES
    }
    group = pl.when(spaces.is_in(list(SERVICES))).then(pl.col("source")).otherwise(pl.format("{}/{}", "source", spaces))
    titles = titles.with_columns(group=group, **known)
    if len(frames) == 1 and rising(titles["title_id"]):
        return titles
    content = [name for name in titles.columns if name not in ("part", "rank", "title_id", "group")]
    distinct = titles.select(pl.struct("rank", "title_id").n_unique()).item() == titles.height
    ties = [] if distinct else [*content, "part"]
    return titles.sort("rank", "title_id", *ties, nulls_last=True)


def _marks(entries: pl.DataFrame) -> pl.DataFrame:
    """What each row is called: by services, and by its source where that has ids of its own."""
    rows = entries.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    services = [
        rows.filter(pl.col(column).is_not_null()).select("row", pl.lit(space).alias("space"), value=pl.col(column))
        for space, column in SERVICES.items()
    ]
    own = rows.select("row", space=_namespace("title_id"), value=pl.col("title_id")).filter(
        ~pl.col("space").is_in(list(SERVICES))
    )
    return pl.concat([*services, own.with_columns(pl.format("own {}", "space").alias("space"))])


def _namespace(column: str) -> pl.Expr:
    """What stands before the first colon, or everything where there is none."""
    text = pl.col(column)
    return pl.coalesce(text.str.head(text.str.find(":", literal=True)), text)


def _by_title(parts: Sequence[Part], entries: pl.DataFrame, clusters: Clusters) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Join what name, year and evidence say is one work; return the pairs joined and those left apart."""
    rows = entries.with_columns(pl.Series("label", clusters.labels))
    near = _near(parts, rows)
    pairs = _compatible(near.filter(pl.col("years") <= 1), rows)
    pairs = _without_conflicts(pairs, _told_apart(entries, clusters))
    judged = judge(weigh(parts, rows, pairs))
    for tier in TIERS:
        now = _relabelled(judged.filter(pl.col("tier") == tier), clusters)
        if tier == WEAK:
            now = now.join(_lonely(near, clusters), on=["a", "b"], how="semi")
        told = _told_apart(entries, clusters)
        clusters.join_pairs(_without_conflicts(now, pl.concat([clusters.marks(), told])), told)
    label = pl.Series(clusters.labels)
    joined = judged.filter(label.gather(judged["a"]) == label.gather(judged["b"]))
    third = pl.when(pl.col("tier").is_null()).then(pl.lit("both are the same as a third")).otherwise("why")
    return joined.with_columns(why=third), _left_apart(judged, entries, clusters)


def _left_apart(judged: pl.DataFrame, entries: pl.DataFrame, clusters: Clusters) -> pl.DataFrame:
    """Pairs of one name and year that are still two works, and why; not those that have every right to be."""
    pairs = _relabelled(judged.filter(pl.col("years") == 0), clusters)
    pairs = _without_conflicts(pairs, _told_apart(entries, clusters))
    same_ids = _without_conflicts(pairs.select("a", "b"), clusters.marks()).with_columns(clash=False)
    pairs = pairs.join(same_ids, on=["a", "b"], how="left").with_columns(pl.col("clash").fill_null(True))
    several = pl.format("several candidates fit: {}", "why")
    other = pl.format("other ids, though: {}", "why")
    fits, clash = pl.col("tier").is_not_null(), pl.col("clash")
    why = pl.when(clash).then(other).when(fits).then(several).otherwise("why")
    return pairs.filter(~clash | (pl.col("tier") == 1)).with_columns(why=why).drop("clash")


def _near(parts: Sequence[Part], rows: pl.DataFrame) -> pl.DataFrame:
    """Pairs of groups that share a folded name, at most NEAR_YEARS apart: columns a < b, years."""
    described = [rows.select("part", "title_id", "label", "group", "year", name=column) for column in _NAMES]
    for at, part in enumerate(parts):
        if "aliases" in part.tables:
            mine = rows.filter(pl.col("part") == at).select("part", "title_id", "label", "group", "year")
            described.append(mine.join(part.tables["aliases"].select("title_id", "name"), on="title_id"))
    named = pl.concat(described).drop_nulls(["name", "year"])
    keyed = named.select("label", "group", "year", key=folded(named["name"])).filter(pl.col("key") != "").unique()
    shared = keyed.filter(pl.col("group").n_unique().over("key") > 1).select("label", "key", "year").unique()
    shifts = pl.DataFrame({"years": range(-NEAR_YEARS, NEAR_YEARS + 1)}, schema={"years": pl.Int16})
    moved = shared.join(shifts, how="cross").with_columns(year=pl.col("year") + pl.col("years"))
    return (
        shared.join(moved, on=["key", "year"])
        .filter(pl.col("label") < pl.col("label_right"))
        .group_by(a="label", b="label_right")
        .agg(pl.col("years").abs().min())
        .sort("a", "b")
    )


def _compatible(pairs: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Pairs of two films, two series, or one of them and something unknown; never an episode."""
    kinds = rows.select("label", film=pl.col("kind").is_in(_FILMS), series=pl.col("kind").is_in(_SERIES))
    kinds = kinds.group_by("label").agg(pl.col("film", "series").all())
    both = pairs.join(kinds, left_on="a", right_on="label").join(kinds, left_on="b", right_on="label", suffix="_b")
    fits = (pl.col("film") & pl.col("film_b")) | (pl.col("series") & pl.col("series_b"))
    return both.filter(fits).select(pairs.columns)


def _told_apart(entries: pl.DataFrame, clusters: Clusters) -> pl.DataFrame:
    """Marks of groups that one source tells apart: no two rows of a source become one work by their name."""
    label = pl.Series("label", clusters.labels)
    told = entries.select(label, space=pl.format("group {}", "group"), value=label.cast(pl.String))
    return told.unique()


def _without_conflicts(pairs: pl.DataFrame, calls: pl.DataFrame) -> pl.DataFrame:
    ends = pairs.select("a", "b")
    clash = (
        ends.join(calls, left_on="a", right_on="label")
        .join(calls, left_on=["b", "space"], right_on=["label", "space"], suffix="_b")
        .filter(pl.col("value") != pl.col("value_b"))
    )
    return pairs.join(clash, on=["a", "b"], how="anti")


def _relabelled(pairs: pl.DataFrame, clusters: Clusters) -> pl.DataFrame:
    """The pairs between what the groups have become, a < b; of several the surest stays."""
    label = pl.Series(clusters.labels)
    ends = pairs.with_columns(_one=label.gather(pairs["a"]), _two=label.gather(pairs["b"]))
    moved = ends.with_columns(a=pl.min_horizontal("_one", "_two"), b=pl.max_horizontal("_one", "_two"))
    apart = moved.drop("_one", "_two").filter(pl.col("a") != pl.col("b"))
    return apart.sort(apart.columns, nulls_last=True).unique(["a", "b"], keep="first", maintain_order=True)


def _lonely(near: pl.DataFrame, clusters: Clusters) -> pl.DataFrame:
    """Pairs of groups that have no other group of that name nearby."""
    pairs = _relabelled(near, clusters)
    ends = pl.concat([pairs["a"], pairs["b"]])
    busy = ends.filter(ends.is_duplicated()).unique().implode()
    return pairs.filter(~pl.col("a").is_in(busy) & ~pl.col("b").is_in(busy))
