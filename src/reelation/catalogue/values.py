"""One label for each thing that titles are filed under, whatever a source calls it.

    "Sci-Fi", "science fiction film", "scifi"  ->  "science fiction"
    "US", "USA", "United States of America"    ->  "United States"

Genres are lower case; countries and languages are proper names. What the tables do not know stays, tidied.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from reelation.catalogue.genres import GENRES
from reelation.catalogue.places import COUNTRY_OF_CODE, COUNTRY_OF_NAME, LANGUAGE_OF_CODE, LANGUAGE_OF_NAME
from reelation.folding import fold

if TYPE_CHECKING:
    import polars as pl

_TAILS = (" film", " films", " movie", " movies", " genre", " tv shows", " anime and manga", " manga and anime")
_COUNTRIES = {
    **{fold(name): name for name in COUNTRY_OF_CODE.values()},
    **{fold(other): name for other, name in COUNTRY_OF_NAME.items()},
}
_LANGUAGES = {
    **{fold(name): name for name in LANGUAGE_OF_CODE.values()},
    **{fold(other): name for other, name in LANGUAGE_OF_NAME.items()},
}


def genres(label: str) -> tuple[str, ...]:
    """The genres that `label` stands for: one, its parts ("romantic comedy"), or none ("IMAX").

    An unknown label is a genre of its own, in lower case and without a trailing " film".
    """
    tidy = " ".join(label.lower().replace("’", "'").split())
    if tidy in GENRES:
        return GENRES[tidy]
    bare = next((tidy.removesuffix(tail) for tail in _TAILS if tidy.endswith(tail)), tidy)
    return GENRES.get(bare, (bare,) if bare else ())


def country(label: str) -> str | None:
    """The short English name of a country given by name or ISO 3166 code; None for "unknown"."""
    tidy = " ".join(label.split())
    name = COUNTRY_OF_CODE.get(tidy.upper()) if len(tidy) <= 3 else None
    return (_COUNTRIES.get(fold(tidy), tidy) if name is None else name) or None


def language(label: str) -> str | None:
    """The English name of a language given by name or ISO 639 code; None for "no language"."""
    tidy = " ".join(label.split())
    name = LANGUAGE_OF_CODE.get(tidy.lower()) if len(tidy) <= 3 else None
    if name is None:
        name = _LANGUAGES.get(fold(tidy.removesuffix(" language")), tidy)
    return name or None


def _one(label: str | None) -> tuple[str, ...]:
    return () if label is None else (label,)


_CANONICAL: dict[str, Callable[[str], tuple[str, ...]]] = {
    "genre": genres,
    "country": lambda label: _one(country(label)),
    "language": lambda label: _one(language(label)),
}


def canonical(facet: str, label: str) -> tuple[str, ...]:
    """The labels that a tag of `facet` stands for: several, one, or none."""
    return _CANONICAL[facet](label) if facet in _CANONICAL else (label,)


def canonical_tags(tags: pl.DataFrame) -> pl.DataFrame:
    """Give genres, countries and languages their canonical labels; other facets are left alone.

    A label that stands for several things becomes several rows, one that stands for nothing goes. Rows may
    repeat afterwards; writing the catalogue keeps each once.

    Args:
        tags: the canonical table `tags`.
    """
    import polars as pl

    found = tags.lazy().filter(pl.col("facet").is_in(list(_CANONICAL))).select("facet", "value").unique().collect()
    labels = [_CANONICAL[facet](value) for facet, value in found.iter_rows()]
    meant = found.with_columns(pl.Series("meant", labels, dtype=pl.List(pl.String)))
    moved = meant.filter(pl.col("meant") != pl.concat_list("value"))
    if moved.height == 0:
        return tags
    to = pl.col("meant").fill_null(pl.concat_list("value"))
    return (
        tags.join(moved, on=["facet", "value"], how="left")
        .with_columns(value=to)
        .drop("meant")
        .explode("value")
        .filter(pl.col("value").is_not_null())
    )
