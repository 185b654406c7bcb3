"""ReDial: talks in which a seeker says which films they liked and a recommender suggests others.

    folder  ->  read_redial  ->  Talk(seeker, liked)   +   how often all of ReDial mentions each film
    names with years  ->  match_films  ->  rows of a catalogue

A film is liked where the seeker's own form says so; where the seeker did not fill it in, the recommender's form counts.

Source: Li et al. 2018, "Towards Deep Conversational Recommendations", arXiv:1812.07617; https://redialdata.github.io/.
CC BY 4.0.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from reelation.catalogue.names import folded
from reelation.catalogue.store import Catalogue
from reelation.errors import DataError
from reelation.sources.movielens_titles import parts

TALKS_FILE, MENTIONS_FILE = "test_data.jsonl", "movies_with_mentions.csv"
_LIKED, _UNSAID = 1, 2


@dataclass(frozen=True)
class Talk:
    """What one seeker said in one conversation."""

    seeker: int
    """The seeker's worker id; one seeker has several talks."""
    liked: tuple[str, ...]
    """ReDial ids of the films that the seeker liked, in order."""


@dataclass(frozen=True)
class Redial:
    """The talks of one file, and the films of all of ReDial."""

    talks: tuple[Talk, ...]
    names: dict[str, str]
    """ReDial id -> "Super Troopers (2001)"."""
    mentions: dict[str, int]
    """ReDial id -> mentions in all of ReDial (its training talks included), >= 0."""


def read_redial(folder: Path) -> Redial:
    """Read `test_data.jsonl` and `movies_with_mentions.csv`.

    Raises:
        DataError: a file is missing, or a line is not what it should be.
    """
    names: dict[str, str] = {}
    mentions: dict[str, int] = {}
    for at, row in _rows(folder / MENTIONS_FILE):
        try:
            names[row["movieId"]], mentions[row["movieId"]] = row["movieName"], int(row["nbMentions"])
        except (KeyError, ValueError, TypeError) as error:
            raise DataError(
                f"{folder / MENTIONS_FILE}, line {at}: expected movieId, movieName, nbMentions, found {dict(row)}"
            ) from error
    talks = []
    path = _there(folder / TALKS_FILE)
    with path.open(encoding="utf-8") as handle:
        for at, line in enumerate(handle, 1):
            try:
                talk = json.loads(line)
                talks.append(Talk(int(talk["initiatorWorkerId"]), tuple(_liked(talk))))
                names = {**dict(talk["movieMentions"] or {}), **names} if talk["movieMentions"] else names
            except (KeyError, ValueError, TypeError, AttributeError) as error:
                raise DataError(f"{path}, line {at}: not a talk of ReDial ({error!r})") from error
    return Redial(tuple(talks), names, mentions)


def _liked(talk: Mapping[str, Any]) -> list[str]:
    """Films liked, by the seeker's form, else by the recommender's; an empty form is an empty list in the file."""
    own, other = (dict(talk[key] or {}) for key in ("initiatorQuestions", "respondentQuestions"))
    return sorted(film for film in {*own, *other} if _says(own, film, other) == _LIKED)


def _says(own: Mapping[str, Any], film: str, other: Mapping[str, Any]) -> int:
    form = own if film in own else other
    return int(form[film].get("liked", _UNSAID))


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    with _there(path).open(encoding="utf-8", newline="") as handle:
        yield from enumerate(csv.DictReader(handle), 2)


def _there(path: Path) -> Path:
    if not path.is_file():
        raise DataError(f"{path} is missing; ReDial is {TALKS_FILE} and {MENTIONS_FILE}, from redialdata.github.io")
    return path


def match_films(names: Mapping[str, str], catalogue: Catalogue) -> dict[str, int]:
    """Find films by name and year.

    Names are folded; the catalogue's names, original names and aliases count. The year may be one off where no film
    has the right one. A name without a year, or one that fits several films, matches nothing.

    Args:
        names: key -> "Name (year)".
        catalogue: whose rows are meant.

    Returns:
        key -> row in the catalogue's order of titles.
    """
    titles = catalogue.table("titles").select("title_id", "name", "original_name", "year").with_row_index("row")
    aliases = (
        catalogue.table("aliases").select("title_id", "name").join(titles.select("title_id", "row", "year"), "title_id")
    )
    known = pl.concat(
        [
            titles.select("row", "year", "name"),
            titles.select("row", "year", name="original_name"),
            aliases.select("row", "year", "name"),
        ]
    ).drop_nulls()
    known = known.select("row", year=pl.col("year").cast(pl.Int32), fold=folded(known["name"])).unique()
    wanted = pl.DataFrame(
        {"key": list(names), "raw": list(names.values())}, schema={"key": pl.String, "raw": pl.String}
    )
    asked = wanted.select("key", *parts("raw")).drop_nulls(["name", "year"])
    asked = asked.select("key", year=pl.col("year").cast(pl.Int32), fold=folded(asked["name"]))
    near = asked.join(known, on="fold").with_columns(apart=(pl.col("year") - pl.col("year_right")).abs())
    near = near.filter((pl.col("fold") != "") & (pl.col("apart") <= 1))
    best = near.filter(pl.col("apart") == pl.col("apart").min().over("key"))
    sure = best.filter(pl.col("row").n_unique().over("key") == 1).unique("key", maintain_order=True)
    return dict(sure.select("key", "row").iter_rows())
