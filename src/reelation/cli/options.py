"""Options and arguments that commands share, and how their texts are read."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from reelation.errors import UsageError

F = TypeVar("F", bound=Callable[..., Any])

FOLDER = click.Path(path_type=Path)
"""A path that need not exist: what is wrong with it, the command says in its own words."""


class _Argument(click.Argument):
    """An argument with help, which Click's own has since 8.5."""

    def __init__(self, param_decls: list[str], help: str, **attributes: Any) -> None:
        super().__init__(param_decls, **attributes)
        self.help: str | None = help

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        return self.make_metavar(ctx), self.help or ""


def argument(name: str, help: str, **attributes: Any) -> Callable[[F], F]:
    """`click.argument` with help."""
    return click.argument(name, cls=_Argument, help=help, **attributes)


def parse_weights(pairs: tuple[str, ...]) -> dict[str, float]:
    """("people=2", "story=0.5") -> {"people": 2.0, "story": 0.5}.

    Raises:
        UsageError: a pair is not FACET=NUMBER.
    """
    weights = {}
    for pair in pairs:
        name, number = _sides(pair, "--weight", "FACET=NUMBER, e.g. --weight people=2")
        try:
            weights[name] = float(number)
        except ValueError:
            raise UsageError(f"--weight {pair}: give it as FACET=NUMBER, e.g. --weight people=2") from None
    return weights


def parse_columns(pairs: tuple[str, ...]) -> dict[str, str]:
    """("title=Film", "year=Yr") -> {"title": "Film", "year": "Yr"}.

    Raises:
        UsageError: a pair is not FIELD=COLUMN.
    """
    return dict(_sides(pair, "--column", "FIELD=COLUMN, e.g. --column title=Film") for pair in pairs)


def _sides(pair: str, option: str, form: str) -> tuple[str, str]:
    name, equals, value = (part.strip() for part in pair.partition("="))
    if not (name and equals and value):
        raise UsageError(f"{option} {pair}: give it as {form}")
    return name, value


def parse_range(text: str | None, option: str) -> tuple[int | None, int | None]:
    """'1970-1985' -> (1970, 1985); '1999' -> (1999, 1999); '2010-' -> (2010, None); None -> (None, None).

    Raises:
        UsageError: the text is no range, or runs backwards.
    """
    if text is None:
        return None, None
    first, dash, last = text.replace("–", "-").strip().partition("-")
    try:
        low = int(first) if first.strip() else None
        high = (int(last) if last.strip() else None) if dash else low
    except ValueError:
        low = high = None
    if (low is None and high is None) or (low is not None and high is not None and low > high):
        raise UsageError(f"{option} {text}: give a range such as 1970-1985, 1999, 2010- or -1960")
    return low, high


def range_option(name: str, help: str) -> Callable[[F], F]:
    """An option that the command gets as (low, high), None where open."""
    return click.option(name, help=help, callback=lambda _ctx, _parameter, text: parse_range(text, name))


atlas_option = click.option(
    "--atlas", "-a", type=FOLDER, help="Folder of the atlas.", show_default="the last one trained"
)
catalogue_option = click.option(
    "--catalogue", "-c", type=FOLDER, help="Folder of the catalogue.", show_default="the last one imported"
)
column_option = click.option(
    "--column",
    "columns",
    multiple=True,
    help="FIELD=COLUMN for a table of your own, e.g. title=Film.",
    callback=lambda _ctx, _parameter, pairs: parse_columns(pairs),
)
lang_option = click.option(
    "--lang", "language", help="Language of the answer: en or zh.", show_default="that of the locale"
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON (docs/reference/json.md).")
as_of_option = click.option(
    "--as-of", help="As it was known then: a year, month or day (1979-06-14); nothing later is used."
)
poster_option = click.option(
    "--poster",
    "--clip",
    "files",
    type=FOLDER,
    multiple=True,
    help="A picture, clip or sound of a title; repeat for more of the same title.",
)
metric_option = click.option("--metric", "-m", default="dot", help="dot, cosine or euclidean.")
weight_option = click.option(
    "--weight",
    "-w",
    "weights",
    multiple=True,
    help="FACET=NUMBER, e.g. people=2; repeat for more.",
    callback=lambda _ctx, _parameter, pairs: parse_weights(pairs),
)
_FILTERS = (
    click.option("--kind", "kinds", multiple=True, help="Only this kind: film, series …; repeat for more."),
    range_option("--years", "Only these years: 1970-1985, 1999, 2010-, -1960."),
    click.option("--genre", "genres", multiple=True, help="Only titles of this genre; repeat: all of them."),
    click.option("--country", "countries", multiple=True, help="Only from this country; repeat: any of them."),
    click.option("--language", "languages", multiple=True, help="Only in this language; repeat: any of them."),
    range_option("--runtime", "Only this long, minutes: 80-110, -90, 150-."),
)


def filter_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Options that say which titles may come back; the command gets them as one argument `filters`."""

    @wraps(command)
    def with_filters(
        *,
        kinds: tuple[str, ...],
        years: tuple[int | None, int | None],
        genres: tuple[str, ...],
        countries: tuple[str, ...],
        languages: tuple[str, ...],
        runtime: tuple[int | None, int | None],
        **others: Any,
    ) -> Any:
        from reelation.search.filters import Filters

        filters = Filters(
            kinds=kinds,
            since=years[0],
            until=years[1],
            genres=genres,
            countries=countries,
            languages=languages,
            min_runtime=runtime[0],
            max_runtime=runtime[1],
        )
        return command(filters=filters, **others)

    found: Callable[..., Any] = with_filters
    for option in reversed(_FILTERS):
        found = option(found)
    return found
