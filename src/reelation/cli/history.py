"""`resolve` and `histories`: what only the person can tell of their history, and what there is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from reelation.cli.answer import open_engine
from reelation.cli.options import atlas_option, json_option, lang_option
from reelation.cli.show import show_json
from reelation.errors import UsageError

if TYPE_CHECKING:
    from reelation.engine import Engine
    from reelation.histories.report import Candidate, Item


@click.command()
@click.option("--name", "-n", default="me", help="Which history.")
@atlas_option
@click.option("--list", "listing", is_flag=True, help="Print the questions and ask none.")
@click.option("--pick", "picks", multiple=True, metavar="ENTRY=TITLE_ID", help="Answer one question; repeat for more.")
@click.option("--none", "nones", multiple=True, metavar="ENTRY", help="Say that it is none of the titles; repeatable.")
@click.option("--undo", "undone", multiple=True, metavar="ENTRY", help="Take an answer back; repeatable.")
@click.option("--accept", is_flag=True, help="Take the only candidate wherever there is just one.")
@click.option("--guesses", is_flag=True, help="Go through guesses, too.")
@click.option("--missing", is_flag=True, help="Go through what was not found, too.")
@lang_option
@json_option
def resolve(
    name: str,
    atlas: Path | None,
    listing: bool,
    picks: tuple[str, ...],
    nones: tuple[str, ...],
    undone: tuple[str, ...],
    accept: bool,
    guesses: bool,
    missing: bool,
    language: str | None,
    as_json: bool,
) -> None:
    """Decide what an import left open: a number picks, s skips, n is none of these, q quits, other text searches.

    Every answer is kept at once, and remembered at later imports and in other atlases.
    """
    from reelation.histories.resolving import resolve as settle

    engine = open_engine(atlas, language)
    answers = [*(_pick(text) for text in picks), *((entry.strip(), None) for entry in nones)]
    found = settle(engine.atlas, name, answers=answers, undo=undone, accept=accept, guesses=guesses, missing=missing)
    left = found.items
    if as_json:
        show_json(found.to_json())
    elif (answers or undone or accept) and not listing:
        click.echo(engine.say.say("history.resolve.done", count=found.answered, left=len(left)))
    elif not left:
        click.echo(engine.say.say("history.resolve.nothing", name=name))
    elif listing:
        for at, item in enumerate(left, start=1):
            _show(item, at, len(left), item.candidates, engine)
    else:
        _walk(engine, name, left)


@click.command()
@click.option("--remove", "removed", help="Delete the history of this name.")
@click.option("--show", "shown", help="Print every title of the history of this name, and how it was found.")
@atlas_option
@lang_option
@json_option
def histories(removed: str | None, shown: str | None, atlas: Path | None, language: str | None, as_json: bool) -> None:
    """List the histories on this machine, show one, or remove one."""
    from reelation.histories import store
    from reelation.messages import messages

    say = messages(language)
    if removed is not None:
        store.remove(removed)
        show_json({"removed": removed}) if as_json else click.echo(say.say("history.histories.removed", name=removed))
        return
    if shown is not None:
        _show_history(open_engine(atlas, language), shown, as_json)
        return
    kept = [one for name in store.names() if (one := store.load(name)) is not None]
    if as_json:
        show_json({"histories": [one.to_json() for one in kept]})
        return
    for one in kept:
        click.echo(say.say("history.histories.one", **{**one.to_json(), "sources": say.names(one.sources, 9)}))
    if not kept:
        click.echo(say.say("history.histories.none", command="reelation import EXPORT"))


def _show_history(engine: Engine, name: str, as_json: bool) -> None:
    from reelation.histories.resolving import report_of

    found = report_of(engine.atlas, name)
    if as_json:
        show_json(found.to_json())
        return
    for item in found.items:
        click.secho(f"{item.entry}  {item.mention}", bold=True, nl=False)
        title = f" → {item.title.label}  {item.title.title_id}" if item.title else ""
        click.echo(f"{title}  {item.because(engine.say)}")


def _pick(text: str) -> tuple[str, str | None]:
    entry, equals, title_id = (part.strip() for part in text.partition("="))
    if not (entry and equals and title_id):
        raise UsageError(f"--pick {text}: give it as ENTRY=TITLE_ID, e.g. --pick 3f9a2c10=imdb:tt0078748")
    return entry, title_id


def _walk(engine: Engine, name: str, items: tuple[Item, ...]) -> None:
    """Ask one after the other on the terminal."""
    from reelation.histories.resolving import answer

    say, done = engine.say, 0
    click.echo(say.say("history.resolve.count", count=len(items)))
    for at, item in enumerate(items, start=1):
        told = _ask(engine, item, at, len(items))
        if told is None:
            break
        if told:
            title_id = told[0].title_id if isinstance(told, tuple) else None
            answer(engine.atlas, name, [(item.entry, title_id)])
            done += 1
            if isinstance(told, tuple):
                click.echo(say.say("history.resolve.picked", mention=item.mention, title=told[0].label))
    click.echo(say.say("history.resolve.done", count=done, left=len(items) - done))


def _ask(engine: Engine, item: Item, at: int, count: int) -> tuple[Candidate] | bool | None:
    """The title picked; True for none of these, False to skip, None to quit."""
    from reelation.histories.resolving import search

    say, shown = engine.say, item.candidates or (() if item.title is None else (item.title,))
    while True:
        _show(item, at, count, shown, engine)
        try:
            text = str(click.prompt(say.say("history.resolve.prompt"), default="s", show_default=False)).strip()
        except click.Abort:
            click.echo()
            return None
        if text.lower() in ("q", "s", "n"):
            return {"q": None, "s": False, "n": True}[text.lower()]
        if text.isascii() and text.isdigit() and 1 <= int(text) <= len(shown):
            return (shown[int(text) - 1],)
        found = search(engine.atlas, text)
        if not found:
            click.echo(say.say("history.resolve.nothing_found", text=text))
        shown = found or shown


def _show(item: Item, at: int, count: int, shown: tuple[Candidate, ...], engine: Engine) -> None:
    say = engine.say
    because = item.because(say)
    click.secho(say.say("history.resolve.question", at=at, count=count, mention=item.mention, why=because), bold=True)
    click.secho(f"     {item.entry}", dim=True)
    for number, one in enumerate(shown, start=1):
        kind = say.label("kind", one.kind)
        line = say.say("history.resolve.candidate", number=number, title=one.label, kind=kind, title_id=one.title_id)
        click.echo(line)
    if not shown:
        click.echo(say.say("history.resolve.no_candidate"))
