"""From what several sources say to one catalogue.

    parts  ->  match (same work)  ->  one title a work  ->  unite (same person)  ->  tables without loose ends

For a field that several sources give, the most trusted one wins (`reelation.catalogue.parts.PRIORITY`); lists are
united; names that lost become aliases. The outcome depends on the rows only, not on their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import polars as pl

from reelation.catalogue.match import match
from reelation.catalogue.order import repeated, rising
from reelation.catalogue.parts import SERVICES, Part, Tables, rank
from reelation.catalogue.people import unite
from reelation.catalogue.schema import TABLES
from reelation.catalogue.values import canonical_tags

_LEARNT = ("year", "end_year", "runtime_min", "season", "episode")
"""Fields that training reads: display-only sources do not fill them for a title that others describe."""


@dataclass(frozen=True)
class Merged:
    """The tables of one catalogue, and how they came about."""

    tables: Tables
    by_id: int
    """Descriptions that joined another one by a shared id."""
    by_title: int
    """Works that joined another one by name, year and evidence."""
    joined: pl.DataFrame
    """The pairs behind `by_title`, ids as the sources have them: title_id, name, year, other_id, other_name,
    other_year, why."""
    questions: pl.DataFrame
    """Pairs left apart although name and year agree, ids as the catalogue has them: the same columns."""
    conflicts: pl.DataFrame
    """Pairs left apart although they share an id, because other ids differ: the same columns."""
    dangling: dict[str, int]
    """Table -> rows dropped because they refer to a title that nobody describes (or to themselves)."""


def merge(parts: Sequence[Part]) -> Merged:
    """Merge the tables of all `parts`.

    Args:
        parts: what was read; at least one has titles. The tables of each are taken out as they are used.
    """
    for part in parts:
        if "tags" in part.tables:
            part.tables["tags"] = canonical_tags(part.tables["tags"])
    matches = match(parts)
    ids = _work_ids(matches.entries)
    entries = matches.entries.with_columns(new_id=ids.gather(matches.entries["work"]))
    tables = {"titles": _titles(entries, [part.trainable for part in parts])}
    merged = entries.filter(repeated(entries["work"]))["new_id"].unique().sort()
    ranks = rank(parts)
    _rename(parts, entries)
    for name in TABLES:
        frames = [
            part.tables.pop(name) for part in sorted(parts, key=lambda part: ranks[part.source]) if name in part.tables
        ]
        if frames and name != "titles":
            tables[name] = pl.concat(frames)
    if merged.len() and "aliases" not in tables:
        tables["aliases"] = pl.DataFrame(schema=TABLES["aliases"].schema)
    if merged.len():
        tables["aliases"] = pl.concat([tables["aliases"], _lost_names(entries, tables["titles"], merged)])
    if "credits" in tables:
        people = tables.get("people", pl.DataFrame(schema=TABLES["people"].schema))
        people = _by_trust(people, ranks)
        tables["credits"], tables["people"] = unite(tables["credits"], people, merged)
    dangling, title_ids = {}, tables["titles"]["title_id"]

    def tidy(name: str) -> None:
        whole = _without_loose_ends(name, tables[name], title_ids)
        dangling[name] = tables[name].height - whole.height
        tables[name] = _each_once(name, whole, merged, ranks)

    with ThreadPoolExecutor(2) as beside:
        list(beside.map(tidy, tables))
    if "credits" in tables:
        tables["people"] = _with_everybody(tables["people"], tables["credits"])
    return Merged(
        tables=tables,
        by_id=matches.by_id,
        by_title=matches.by_title,
        joined=_spelled(matches.joined, entries, "title_id"),
        questions=_spelled(matches.questions, entries, "new_id"),
        conflicts=_spelled(matches.conflicts, entries, "new_id"),
        dangling={name: dangling[name] for name in tables if dangling[name]},
    )


def _work_ids(entries: pl.DataFrame) -> pl.Series:
    """Row number of a work's first row -> its title_id: of the most trusted service that knows it, each once."""
    rows = entries.with_row_index("row")
    quick = entries.select(
        pl.coalesce(*(pl.format(f"{s}:{{}}", c) for s, c in SERVICES.items()), "title_id")
    ).to_series()
    if entries["work"].n_unique() == entries.height == quick.n_unique():
        return quick
    known = [
        rows.filter(pl.col(column).is_not_null()).select(
            "work", "row", pl.lit(at, pl.Int32).alias("place"), id=pl.format(f"{space}:{{}}", column)
        )
        for at, (space, column) in enumerate(SERVICES.items())
    ]
    own = rows.select("work", "row", pl.lit(len(SERVICES), pl.Int32).alias("place"), id=pl.col("title_id"))
    left = pl.concat([*known, own]).sort("place", "row")
    given = []
    while left.height:
        best = left.unique("work", keep="first", maintain_order=True).sort("work")
        best = best.unique("id", keep="first", maintain_order=True)
        given.append(best.select("work", "id"))
        taken = best["id"].implode()
        left = left.filter(~pl.col("work").is_in(best["work"].implode()) & ~pl.col("id").is_in(taken))
    named = rows.select("row").join(pl.concat(given), left_on="row", right_on="work", how="left", maintain_order="left")
    spare = pl.format("{}~{}", entries["title_id"], pl.int_range(1, entries.height + 1))
    return named.select(pl.coalesce("id", spare)).to_series()


def _titles(entries: pl.DataFrame, trainable: Sequence[bool]) -> pl.DataFrame:
    """One row a work: the most trusted value of each field."""
    columns = TABLES["titles"].schema.names()
    rows = entries.drop("title_id").rename({"new_id": "title_id"})
    several = repeated(rows["work"])
    alone = rows.filter(~several).select(columns)
    if not several.any():
        return alone
    together = rows.filter(several)
    display = pl.Series(trainable).not_().gather(together["part"])
    others = ~(
        display.to_frame("display")
        .with_columns(together["work"])
        .select(pl.col("display").all().over("work"))
        .to_series()
    )
    hidden = pl.when(~(display & others)).then(pl.col(_LEARNT))
    together = together.with_columns(hidden)
    known, series = pl.col("kind").filter(pl.col("kind") != "unknown"), pl.col("kind").is_in(["series", "mini_series"])
    merged = together.group_by("work", maintain_order=True).agg(
        *(pl.col(name).drop_nulls().first() for name in columns if name != "kind"),
        kind=known.first(),
        series=pl.col("kind").filter(series).first(),
    )
    # A catalogue of films calls everything a film; who says series has looked.
    kind = pl.when(pl.col("kind") == "film").then(pl.coalesce("series", "kind")).otherwise("kind").fill_null("unknown")
    return pl.concat([alone, merged.with_columns(kind=kind).select(columns)])


def _rename(parts: Sequence[Part], entries: pl.DataFrame) -> None:
    """Put the new title ids into every table of every part, in place."""
    known = _all_ids(entries) if len(parts) > 1 else entries.select("title_id", "new_id").clear()
    for at, part in enumerate(parts):
        own = entries.filter(pl.col("part") == at).select("title_id", "new_id")
        if not rising(own["title_id"]):
            own = own.unique("title_id", keep="first", maintain_order=True)
        ids = pl.concat([own, known.join(own, on="title_id", how="anti")]).filter(
            pl.col("title_id") != pl.col("new_id")
        )
        if ids.height == 0:
            continue
        for name, table in TABLES.items():
            if name in part.tables and name != "titles":
                for column in [column for column in ("title_id", "other_id") if column in table.refers]:
                    part.tables[name] = _replaced(part.tables[name], column, ids)


def _all_ids(entries: pl.DataFrame) -> pl.DataFrame:
    """Every id that any source or service has for a work, and the new one."""
    columns = {space: column for space, column in SERVICES.items() if entries[column].null_count() < entries.height}
    called = [
        entries.select(pl.format(f"{space}:{{}}", column).alias("title_id"), "new_id")
        for space, column in columns.items()
    ]
    every = pl.concat([entries.select("title_id", "new_id"), *called]).drop_nulls("title_id")
    return every.unique("title_id", keep="first", maintain_order=True)


def _replaced(frame: pl.DataFrame, column: str, ids: pl.DataFrame) -> pl.DataFrame:
    joined = frame.join(ids, left_on=column, right_on="title_id", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("new_id", column).alias(column)).drop("new_id")


def _lost_names(entries: pl.DataFrame, titles: pl.DataFrame, merged: pl.Series) -> pl.DataFrame:
    """Names of merged titles that are neither their name nor their original name."""
    rows = entries.filter(pl.col("new_id").is_in(merged.implode()))
    names = [rows.select("source", title_id="new_id", name=column) for column in ("name", "original_name")]
    chosen = titles.select("title_id", chosen="name", original="original_name")
    lost = (
        pl.concat(names)
        .drop_nulls("name")
        .join(chosen, on="title_id")
        .filter((pl.col("name") != pl.col("chosen")) & pl.col("name").ne_missing(pl.col("original")))
    )
    schema = TABLES["aliases"].schema
    return lost.unique(["title_id", "name"], keep="first", maintain_order=True).select(
        pl.col(name) if name in lost.columns else pl.lit(None, dtype).alias(name) for name, dtype in schema.items()
    )


def _by_trust(people: pl.DataFrame, ranks: dict[str, int]) -> pl.DataFrame:
    if len(ranks) == 1:
        return people
    place = pl.col("source").replace_strict(ranks, default=len(ranks), return_dtype=pl.Int32)
    return people.with_columns(place=place).sort("place", *people.columns, nulls_last=True).drop("place")


def _without_loose_ends(name: str, frame: pl.DataFrame, titles: pl.Series) -> pl.DataFrame:
    """Rows whose titles exist; no title is linked to itself."""
    for column in TABLES[name].refers:
        if column != "person_id":
            runs = frame.filter(pl.col(column).ne_missing(pl.col(column).shift())).select(column)  # most come in runs
            if runs.join(titles.to_frame(column), on=column, how="anti").height:
                frame = frame.join(titles.to_frame(column), on=column, how="semi")
    return frame.filter(pl.col("title_id") != pl.col("other_id")) if name == "links" else frame


def _each_once(name: str, frame: pl.DataFrame, merged: pl.Series, ranks: dict[str, int]) -> pl.DataFrame:
    """Of rows of merged titles that say the same, one: the most trusted value of each field."""
    key = TABLES[name].key
    if name in ("titles", "people") or merged.len() == 0 or frame.height == 0:
        return frame
    shared = frame["title_id"].is_in(merged.implode())
    rest = [column for column in frame.columns if column not in key]
    place = pl.col("source").replace_strict(ranks, default=len(ranks), return_dtype=pl.Int32)
    ordered = frame.filter(shared).with_columns(place=place).sort(*key, "place", *rest, nulls_last=True)
    once = ordered.group_by(key, maintain_order=True).agg(pl.col(column).drop_nulls().first() for column in rest)
    return pl.concat([frame.filter(~shared), once.select(frame.columns)])


def _with_everybody(people: pl.DataFrame, credits: pl.DataFrame) -> pl.DataFrame:
    """Add those who are credited although no source has a row for them; their names are not known."""
    hashes = (frame.select(pl.col("person_id").hash()) for frame in (credits, people))  # a third of the time of text
    if next(hashes).join(next(hashes), on="person_id", how="anti").height == 0:
        return people
    missing = credits.select("person_id", "source").join(people.select("person_id"), on="person_id", how="anti")
    rows = missing.sort("person_id", "source").unique("person_id", keep="first", maintain_order=True)
    schema = TABLES["people"].schema
    return pl.concat(
        [people, rows.select(pl.col(n) if n in rows.columns else pl.lit(None, d).alias(n) for n, d in schema.items())]
    )


def _spelled(pairs: pl.DataFrame, entries: pl.DataFrame, column: str) -> pl.DataFrame:
    """Pairs of row numbers with the ids, names and years of both."""
    sides = {"": entries[pairs["a"]], "other_": entries[pairs["b"]]}
    named = {
        f"{side}{name}": rows[source]
        for side, rows in sides.items()
        for name, source in (("id" if side else "title_id", column), ("name", "name"), ("year", "year"))
    }
    return pl.DataFrame({**named, "why": pairs["why"]}).sort("title_id", "other_id", "why").unique(maintain_order=True)
