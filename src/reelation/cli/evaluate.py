"""`evaluate`: how good each model is, measured on a catalogue or on public benchmark sets."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation import settings
from reelation.cli.options import FOLDER, argument, catalogue_option, json_option
from reelation.cli.show import show_json
from reelation.errors import MissingExtraError, UsageError

if TYPE_CHECKING:
    from reelation.contenders.suite import Entry
    from reelation.evaluation.metrics import Interval
    from reelation.evaluation.report import Row, Table


@click.command()
@argument(
    "subjects",
    "related, genres, ratings, top-n, next-item, cold, explanations, senses; "
    "all that the data allows where none is named.",
    nargs=-1,
)
@catalogue_option
@click.option("--data", type=FOLDER, help="Measure on the public benchmark sets in this folder instead.")
@click.option("--only", multiple=True, help="Only tasks whose name contains this; may be given several times.")
@click.option("--model", "-m", "models", multiple=True, help="Only rows of this name; may be given several times.")
@click.option("--seeds", type=click.IntRange(1), default=3, help="Runs of each model, with seeds 0, 1, 2 …")
@click.option("--out", type=FOLDER, help="Folder for results, tables and pictures; what is in it is not run again.")
@click.option("--quick", is_flag=True, help="One seed and the telling rows only: minutes instead of hours.")
@click.option("--list", "listing", is_flag=True, help="Say which tasks and rows there are, and run nothing.")
@json_option
def evaluate(
    subjects: tuple[str, ...],
    catalogue: Path | None,
    data: Path | None,
    only: tuple[str, ...],
    models: tuple[str, ...],
    seeds: int,
    out: Path | None,
    quick: bool,
    listing: bool,
    as_json: bool,
) -> None:
    """Measure models against baselines, on data that they have not seen, with intervals. Interrupted, it goes on."""
    try:
        from reelation.contenders.suite import on_benchmarks, on_catalogue
    except ModuleNotFoundError as error:
        raise MissingExtraError("Evaluation", "evaluate") from error
    if data is not None and catalogue is not None:
        raise UsageError("--data and --catalogue exclude each other: the benchmark sets bring their own catalogues")
    if data is not None:
        entries = on_benchmarks(data, subjects, quick=quick)
    else:
        from reelation.catalogue.store import Catalogue

        entries = on_catalogue(Catalogue.open(catalogue or settings.catalogue_folder()), subjects, quick=quick)
    entries = _chosen(entries, only, models)
    if listing:
        _list(entries, as_json=as_json)
        return
    if find_spec("matplotlib") is None:  # said before the work, not after it
        raise MissingExtraError("Evaluation", "evaluate")
    folder = out or settings.home() / "evaluation"
    tables = [_run(entry, range(1 if quick else seeds), folder, as_json=as_json) for entry in entries]
    if as_json:
        show_json({"folder": str(folder), "tables": [table.to_json() for table in tables]})
    else:
        click.echo(f"Tables, pictures and every single result: {folder}", err=True)


def _chosen(entries: list[Entry], only: tuple[str, ...], models: tuple[str, ...]) -> list[Entry]:
    """Those that were asked for.

    Raises:
        UsageError: nothing is left.
    """
    from reelation.contenders.suite import Entry

    tasks = [entry for entry in entries if not only or any(part.lower() in entry.task.name.lower() for part in only)]
    if not tasks:
        raise UsageError(f"no task is called so; there are {', '.join(entry.task.name for entry in entries)}")
    if not models:
        return tasks
    found = [Entry(entry.task, [row for row in entry.contenders if row.name in models]) for entry in tasks]
    if unknown := set(models) - {row.name for entry in tasks for row in entry.contenders}:
        names = sorted({row.name for entry in tasks for row in entry.contenders})
        raise UsageError(f"no row '{sorted(unknown)[0]}'; there are {', '.join(names)}")
    return [entry for entry in found if entry.contenders]


def _list(entries: list[Entry], *, as_json: bool) -> None:
    if as_json:
        rows = [
            {
                "task": entry.task.name,
                "about": entry.task.about,
                "rows": [{"name": row.name, "kind": row.kind} for row in entry.contenders],
            }
            for entry in entries
        ]
        show_json({"tasks": rows})
        return
    for entry in entries:
        click.secho(entry.task.name, bold=True)
        click.echo(f"  {entry.task.about}")
        click.echo("  Rows: " + ", ".join(f"{row.name} ({row.kind})" for row in entry.contenders))


def _run(entry: Entry, seeds: range, folder: Path, *, as_json: bool) -> Table:
    from reelation.evaluation.harness import run, slug
    from reelation.evaluation.plots import plot_curves, plot_table
    from reelation.evaluation.report import markdown, tabulate

    table = tabulate(entry.task, run(entry.task, entry.contenders, list(seeds), folder / "runs"))
    name = slug(table.task)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(table.to_json(), indent=1, ensure_ascii=False) + "\n", "utf-8")
    (folder / f"{name}.md").write_text(f"## {table.task}\n\n{table.about}\n\n{markdown(table)}\n", "utf-8")
    plot_table(table, folder / f"{name}.svg")
    plot_curves(table, folder / f"{name}-training.svg")
    if not as_json:
        _show(table)
    return table


def _show(table: Table) -> None:
    """The table for people: one line a row, the main figure as a bar too."""
    click.secho(f"\n{table.task}", bold=True)
    click.echo(table.about)
    better = "lower is better" if table.lower_is_better else "higher is better"
    click.echo(f"{table.main}, {better}; in brackets the range it has with 95 % certainty ({table.units:,} asked).\n")
    width = max(len(row.name) for row in table.rows)
    most = max(abs(row.figures[table.main].mean) for row in table.rows) or 1.0
    for row in table.rows:
        value = row.figures[table.main]
        bar = "█" * max(1, round(20 * abs(value.mean) / most))
        text = f"{row.name:<{width}}  {value.mean:.3f} ({value.low:.3f}–{value.high:.3f})  {bar:<20}  {_time(row):>7}"
        click.secho(text, bold=row.kind == "ours")
    for row in table.rows:
        if row.kind == "ours" and row.ahead is not None and table.best_baseline is not None:
            click.echo(f"\n{row.name} against {table.best_baseline}: {_verdict(table, row.ahead)}")


def _time(row: Row) -> str:
    return f"{row.fit_seconds:.1f} s"


def _verdict(table: Table, ahead: Interval) -> str:
    if ahead.low <= 0 <= ahead.high:
        word = "no certain difference"
    else:
        word = "better" if (ahead.mean < 0) == table.lower_is_better else "worse"
    return f"{ahead.mean:+.3f} ({ahead.low:+.3f} to {ahead.high:+.3f}), {word}."
