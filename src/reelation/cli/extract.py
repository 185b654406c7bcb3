"""`extract`: pictures, clips and sound into vectors."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation import settings
from reelation.cli.options import FOLDER, argument, json_option
from reelation.cli.show import show_json
from reelation.errors import UsageError

if TYPE_CHECKING:
    from reelation.media.extract import Extraction
    from reelation.media.naming import Source

_SHOWN = 5


@click.command()
@argument("paths", "Files and folders, named by title id (tt0084058.jpg).", nargs=-1, type=FOLDER)
@click.option(
    "--catalogue",
    "-c",
    type=FOLDER,
    help="Folder of the catalogue: whose ids to use, and whose addresses where no path is given.",
    show_default="the last one imported",
)
@click.option("--to", type=FOLDER, help="Folder for the vectors.", show_default="the media folder")
@click.option("--only", multiple=True, help="Read only these: image, video, audio; repeat for more.")
@click.option("--model", "models", multiple=True, help="Also use this model: NAME=model.onnx, NAME=FOLDER of a CLIP.")
@click.option("--jobs", "-j", default=1, help="Files read at the same time.")
@click.option("--allow-host", "hosts", multiple=True, help="Fetch addresses on this host; repeat for more.")
@click.option("--largest", default=512, help="Megabytes that a fetched file may have.")
@click.option("--again", is_flag=True, help="Try files again that gave nothing last time.")
@json_option
def extract(
    paths: tuple[Path, ...],
    catalogue: Path | None,
    to: Path | None,
    only: tuple[str, ...],
    models: tuple[str, ...],
    jobs: int,
    hosts: tuple[str, ...],
    largest: int,
    again: bool,
    as_json: bool,
) -> None:
    """Write what posters, stills, trailers and sound are like, as vectors. Interrupted, it goes on where it was."""
    from reelation.media.addresses import Fetcher
    from reelation.media.encoder import MODALITIES
    from reelation.media.extract import ExtractConfig
    from reelation.media.extract import extract as run

    if unknown := [one for one in only if one not in MODALITIES]:
        raise UsageError(f"--only {unknown[0]}: there are {', '.join(MODALITIES)}")
    if jobs < 1:
        raise UsageError(f"--jobs {jobs}: give 1 or more")
    sources, unnamed = _sources(paths, catalogue)
    fetcher = Fetcher(frozenset(hosts), largest=largest << 20) if hosts else None
    folder = to or settings.media_folder()
    done = run(sources, folder, ExtractConfig(models, only or MODALITIES, jobs, again), fetcher=fetcher)
    if as_json:
        show_json(_json(folder, done, unnamed))
        return
    _show(folder, done, unnamed)


def _sources(paths: tuple[Path, ...], catalogue: Path | None) -> tuple[list[Source], list[Path]]:
    from reelation.catalogue.store import SCHEMA_FILE, Catalogue
    from reelation.media.naming import TitleIds, files_in, files_of

    place = catalogue or settings.catalogue_folder()
    there = catalogue is not None or (place / SCHEMA_FILE).is_file()
    opened = Catalogue.open(place) if there or not paths else None
    if not paths:
        assert opened is not None
        found = files_of(opened, Path.cwd())
        if not found:
            raise UsageError(f"The catalogue in {place} names no pictures or clips; name a folder of them.")
        return found, []
    ids, sources, unnamed = TitleIds(opened), [], []
    for path in paths:
        some, others = files_in(path, ids)
        sources += some
        unnamed += others
    if not sources and unnamed:
        raise UsageError(
            f"None of {len(unnamed):,} files names a title{' of the catalogue' if opened else ''}: call them by title "
            f"id, as tt0084058.jpg, or put them into a folder of that name. First: {unnamed[0].name}"
        )
    return sources, unnamed


def _json(folder: Path, done: Extraction, unnamed: list[Path]) -> dict[str, object]:
    tally = done.tally
    return {
        "folder": str(folder),
        "hash": done.media.hash,
        "files": tally.files,
        "encoded": tally.encoded,
        "known": tally.known,
        "seconds": round(tally.seconds, 2),
        "blocks": [
            {"name": block.name, "encoder": block.encoder, "titles": len(block.titles), "width": block.vectors.shape[1]}
            for block in done.media.blocks.values()
        ],
        "problems": [
            {"title_id": note.title_id, "path": note.path, "problem": note.problem}
            for note in done.notes
            if note.problem
        ],
        "unnamed": [str(path) for path in unnamed],
    }


def _show(folder: Path, done: Extraction, unnamed: list[Path]) -> None:
    tally = done.tally
    click.echo(f"{tally.files:,} files: {tally.encoded:,} read, {tally.known:,} known before, {tally.seconds:.1f} s")
    for block in done.media.blocks.values():
        click.echo(f"{block.name}: {len(block.titles):,} titles, {block.vectors.shape[1]} numbers each")
    problems = [note for note in done.notes if note.problem]
    for note in problems[:_SHOWN]:
        click.echo(f"{note.title_id}: {note.problem}", err=True)
    if len(problems) > _SHOWN:
        click.echo(f"… and {len(problems) - _SHOWN:,} more files gave nothing; --json lists them.", err=True)
    if unnamed:
        click.echo(f"{len(unnamed):,} files name no title, the first is {unnamed[0].name}.", err=True)
    click.echo(f"Learn from them: reelation train --media {folder}", err=True)
