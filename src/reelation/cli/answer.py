"""`related` and `why`: questions to an atlas."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from reelation.cli.show import show_explanation, show_json, show_related
from reelation.errors import UsageError

if TYPE_CHECKING:
    from reelation.engine import Engine

AtlasOption = Annotated[
    Path | None, typer.Option("--atlas", "-a", help="Folder of the atlas.", show_default="the last one trained")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON (docs/reference/json.md).")]
WeightOption = Annotated[
    list[str] | None, typer.Option("--weight", "-w", help="FACET=NUMBER, e.g. people=2; repeat for more.")
]
MetricOption = Annotated[str, typer.Option("--metric", "-m", help="dot, cosine or euclidean.")]


def related(
    title: Annotated[str, typer.Argument(help='A name, a name with its year "Solaris (1972)", or an id.')],
    atlas: AtlasOption = None,
    count: Annotated[int, typer.Option("--count", "-k", help="How many titles.")] = 10,
    weight: WeightOption = None,
    metric: MetricOption = "dot",
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind: film, series …; repeat for more.")] = None,
    years: Annotated[str | None, typer.Option(help="Only these years: 1970-1985, 1999, 2010-, -1960.")] = None,
    genre: Annotated[list[str] | None, typer.Option(help="Only titles of this genre; repeat: all of them.")] = None,
    country: Annotated[list[str] | None, typer.Option(help="Only from this country; repeat: any of them.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="Only in this language; repeat: any of them.")] = None,
    runtime: Annotated[str | None, typer.Option(help="Only this long, minutes: 80-110, -90, 150-.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the titles most related to TITLE, closest first, each with its reason."""
    from reelation.search.filters import Filters

    since, until = parse_range(years, "--years")
    shortest, longest = parse_range(runtime, "--runtime")
    filters = Filters(
        kinds=tuple(kind or ()),
        since=since,
        until=until,
        genres=tuple(genre or ()),
        countries=tuple(country or ()),
        languages=tuple(language or ()),
        min_runtime=shortest,
        max_runtime=longest,
    )
    engine = _open(atlas)
    here = _resolve(engine, title)
    found = engine.related(here, k=count, weights=parse_weights(weight), metric=metric, filters=filters)
    show_json(found.to_json()) if as_json else show_related(found)


def why(
    title_a: Annotated[str, typer.Argument(help="A title.")],
    title_b: Annotated[str, typer.Argument(help="Another.")],
    atlas: AtlasOption = None,
    weight: WeightOption = None,
    metric: MetricOption = "dot",
    as_json: JsonOption = False,
) -> None:
    """Explain how TITLE_A and TITLE_B are related: the score by facet, and everything they share."""
    engine = _open(atlas)
    pair = _resolve(engine, title_a), _resolve(engine, title_b)
    found = engine.explain(*pair, weights=parse_weights(weight), metric=metric)
    show_json(found.to_json()) if as_json else show_explanation(found)


def parse_weights(pairs: list[str] | None) -> dict[str, float]:
    """["people=2", "story=0.5"] -> {"people": 2.0, "story": 0.5}.

    Raises:
        UsageError: a pair is not FACET=NUMBER.
    """
    weights = {}
    for pair in pairs or ():
        name, equals, number = pair.partition("=")
        try:
            weights[name.strip()] = float(number)
        except ValueError:
            equals = ""
        if not equals:
            raise UsageError(f"--weight {pair}: give it as FACET=NUMBER, e.g. --weight people=2")
    return weights


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


def _open(atlas: Path | None) -> Engine:
    from reelation.engine import Engine

    return Engine.open(atlas)


def _resolve(engine: Engine, text: str) -> str:
    """The id of the title that `text` means; says so on standard error where a typo was forgiven."""
    from reelation.search.lookup import find, label

    match = find(engine.atlas, text)
    if match.how == "typo":
        typer.echo(f"Taking '{text}' for {label(engine.atlas, match.row)}.", err=True)
    return engine.atlas.titles[match.row]
