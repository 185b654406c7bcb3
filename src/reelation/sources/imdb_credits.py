"""People and credits of IMDb: the many millions of rows, sorted and joined as numbers.

    name.basics        ->  people, sorted: nconst, p
    title.principals   ->  row of the title, p, role, order, character   }  sort, drop repeats  ->  credits
    title.crew         ->  directors and writers, without order          }

A person of the credits who is not in name.basics joins the people without a name.
"""

from __future__ import annotations

import json

import numpy as np
import polars as pl
from numpy.typing import NDArray

from reelation.catalogue.order import rising
from reelation.catalogue.schema import ROLES
from reelation.sources.imdb_files import ImdbFiles, Titles
from reelation.sources.imdb_ids import Places
from reelation.sources.rules import figure, missing, number, says

_PERSON = "nm[0-9]{7,9}"
_ROLES = pl.Enum([*sorted(ROLES), "actress"])
"""In the order of their names, but for "actress", who becomes an actor."""
_KEY = ("row", "p", "role")


def people_and_credits(files: ImdbFiles, known: Titles) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Read who there is and who did what.

    Args:
        files: where name.basics, title.principals and title.crew are, as far as they are there.
        known: the titles in catalogue order.

    Returns:
        People and credits in catalogue order, without `source`; a person's row may repeat.
    """
    people = _people(files)
    ids = people.select("nconst")
    if not rising(ids["nconst"]):
        ids = ids.unique(maintain_order=True)
    ids = ids.with_row_index("p")
    places = Places("nm", ids["nconst"])
    credits = pl.concat([_principals(files, known, places), *_crew(files, known, places)])
    strangers = credits.select(nconst=pl.col("stranger").drop_nulls().unique()).sort("nconst")
    if strangers.height:
        files.note(strangers.height, "people of the credits are not in name.basics: kept without a name")
        nameless = strangers.with_columns(
            pl.lit(None, dtype).alias(n) for n, dtype in people.schema.items() if n != "nconst"
        )
        people = people.merge_sorted(nameless.select(people.columns), key="nconst")
        ids, credits = _with_strangers(ids, strangers, credits)
    credits = _distinct(credits.drop("stranger"))
    person_ids = ids.select(pl.format("imdb:{}", "nconst")).to_series()
    named = credits.select(
        known.ids.gather(credits["row"]),
        person_ids.gather(credits["p"]).alias("person_id"),
        pl.col("role").cast(pl.String),
        "order",
        "character",
    )
    person_id = pl.format("imdb:{}", "nconst").alias("person_id")
    return people.select(person_id, "birth_year", "death_year", name="primaryName"), named


def _people(files: ImdbFiles) -> pl.DataFrame:
    birth, birth_rule = number("people", "birth_year", "birthYear")
    death, death_rule = number("people", "death_year", "deathYear")
    rules = [missing("nconst"), _no_person("nconst"), birth_rule, death_rule]
    people = files.take(
        "name.basics", files.scan("name.basics"), rules, [pl.col("nconst", "primaryName"), birth, death]
    )
    return people if people["nconst"].is_sorted() else people.sort("nconst")


def _principals(files: ImdbFiles, known: Titles, people: Places) -> pl.DataFrame:
    place, place_rule = figure("ordering", pl.Int16(), 1, 32_767)
    rows, rules = files.scan_known("title.principals", known)
    rows = _with_people(rows, people)
    rules += [missing("nconst"), _no_person("stranger"), place_rule, missing("category")]
    role = pl.col("category").cast(_ROLES, strict=False).fill_null("other")
    character = pl.col("characters").map_batches(_names, return_dtype=pl.String(), is_elementwise=True)
    return files.take(
        "title.principals",
        rows,
        rules,
        [
            pl.col("row", "p", "stranger"),
            pl.when(role == "actress").then(pl.lit("actor", _ROLES)).otherwise(role).alias("role"),
            (place - 1).alias("order"),
            character.alias("character"),
        ],
    )


def _crew(files: ImdbFiles, known: Titles, people: Places) -> list[pl.DataFrame]:
    """Directors and writers, without billing: principals names only some of them."""
    rows, rules = files.scan_known("title.crew", known)
    listed = f"^{_PERSON}(,{_PERSON})*$"
    for column in ("directors", "writers"):
        unsound = ~pl.col(column).str.contains(listed).fill_null(True)
        rules.append((unsound, says(f"{column} '{{}}' is not a list of IMDb person ids", column)))
    frame = files.take("title.crew", rows, rules, [pl.col("row", "directors", "writers")])
    return [
        _with_people(_each(frame.lazy().select("row", nconst=f"{role}s")), people)
        .select(
            *("row", "p", "stranger"),
            role=pl.lit(role, _ROLES),
            order=pl.lit(None, pl.Int16()),
            character=pl.lit(None, pl.String()),
        )
        .collect(engine="streaming")
        for role in ("director", "writer")
    ]


def _each(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.drop_nulls("nconst").with_columns(pl.col("nconst").str.split(",")).explode("nconst")


def _with_people(rows: pl.LazyFrame, people: Places) -> pl.LazyFrame:
    """The place `p` of the person, or, where name.basics has none, the id as `stranger`."""
    return people.find(rows, "nconst", "p").with_columns(stranger=pl.when(pl.col("p").is_null()).then("nconst"))


def _no_person(column: str) -> tuple[pl.Expr, pl.Expr]:
    unsound = ~pl.col(column).str.contains(f"^{_PERSON}$").fill_null(True)
    return unsound, says("nconst '{}' is not an IMDb person id", column)


def _with_strangers(
    ids: pl.DataFrame, strangers: pl.DataFrame, credits: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Put `strangers` among the sorted `ids`, and number people anew in `credits`."""
    before = ids["nconst"].search_sorted(strangers["nconst"]).to_numpy().astype(np.int64)
    old = np.arange(ids.height)
    moved = (old + np.searchsorted(before, old, side="right")).astype(np.uint32)
    new = (before + np.arange(strangers.height)).astype(np.uint32)
    order = np.empty(ids.height + strangers.height, np.int64)
    order[moved], order[new] = old, ids.height + np.arange(strangers.height)
    everybody = pl.concat([ids["nconst"], strangers["nconst"]]).gather(order).to_frame().with_row_index("p")
    places = np.zeros(credits.height, np.uint32)
    if ids.height:
        places = moved[credits["p"].fill_null(0).to_numpy()]
    strange = credits["stranger"].is_not_null().arg_true()
    found = credits.select(nconst=pl.col("stranger").gather(strange))
    found = found.join(strangers.with_columns(new=new), on="nconst", how="left", maintain_order="left")
    places[strange.to_numpy()] = found["new"].to_numpy()
    return everybody, credits.with_columns(pl.Series("p", places))


def _distinct(credits: pl.DataFrame) -> pl.DataFrame:
    """Sorted by title, person and role, the first billing of each."""
    key, bits = _packed(credits)
    if key is not None:
        order = np.argsort(key, kind="stable")  # merges runs, and files come nearly in order
        key = key[order]
        ties = np.flatnonzero(key[1:] == key[:-1])
        first, second = (credits["character"].gather(order[ties + step]) for step in (0, 1))
        if not first.ne_missing(second).any():
            key >>= np.uint64(bits)
            new = np.ones(len(key), bool)
            new[1:] = key[1:] != key[:-1]
            return credits.select(pl.all().gather(order[new]))
    credits = credits.sort(*_KEY, "order", "character", nulls_last=True)
    return credits.unique(_KEY, keep="first", maintain_order=True)


def _packed(credits: pl.DataFrame) -> tuple[NDArray[np.uint64] | None, int]:
    """Title, person, role and order as one number, and how many of its bits the order has; None if it needs over 64."""
    key, bits, total = np.zeros(credits.height, np.uint64), 0, 0
    last = pl.col("order").max() + 1
    numbers = credits.select("row", "p", pl.col("role").to_physical(), pl.col("order").fill_null(last).fill_null(0))
    for column in numbers:
        values = column.to_numpy()
        bits = int(values.max(initial=0)).bit_length()
        total += bits
        key <<= np.uint64(bits)
        key += values.astype(np.uint64, copy=False)
    return (key if total <= 64 else None), bits


def _names(cells: pl.Series) -> pl.Series:
    """'["Ellen", "Ripley"]' becomes 'Ellen / Ripley'; a cell that is no such list stays as it is."""
    names = cells.str.slice(2).str.head(-2)
    odd = (~cells.str.contains(r'^\["[^"\\]*"\]$')).arg_true()
    return names.scatter(odd, [_decoded(cell) for cell in cells.gather(odd)]) if len(odd) else names


def _decoded(cell: str) -> str:
    try:
        names = json.loads(cell)
    except (ValueError, RecursionError):
        return cell
    return " / ".join(str(name) for name in names) if isinstance(names, list) else cell
