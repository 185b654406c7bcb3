"""`update`: what is new in the catalogue into an atlas that is trained already."""

from __future__ import annotations

from pathlib import Path

import click

from reelation import settings
from reelation.cli.options import FOLDER, atlas_option, catalogue_option, json_option, lang_option
from reelation.cli.show import show_json
from reelation.errors import MissingExtraError


@click.command()
@catalogue_option
@atlas_option
@click.option("--events", type=str, help="Also the events that `serve` keeps: a database's URL, or default.")
@click.option("--media", type=FOLDER, help="Also what `extract` wrote here: new pictures, clips and sound.")
@lang_option
@json_option
def update(
    catalogue: Path | None,
    atlas: Path | None,
    events: str | None,
    media: Path | None,
    language: str | None,
    as_json: bool,
) -> None:
    """Fold new titles and events of the catalogue into the atlas, in seconds and without training.

    The catalogue is the one that the atlas was trained on, imported again with more in it.
    """
    from reelation.catalogue.store import Catalogue
    from reelation.messages import messages

    opened = Catalogue.open(catalogue or settings.catalogue_folder())
    try:
        from reelation.training.update import ADVISED
        from reelation.training.update import update as run
    except ModuleNotFoundError as error:
        raise MissingExtraError("Updating", "train") from error
    if events is not None:
        from reelation.sources.stored_events import with_stored_events

        opened = with_stored_events(opened, events).catalogue
    sensed = None
    if media is not None:
        from reelation.media.store import MediaVectors

        sensed = MediaVectors.open(media)
    done = run(opened, atlas or settings.atlas_folder(), sensed)
    if as_json:
        show_json(done.to_json())
        return
    say = messages(language)
    values = {"titles": done.titles, "new": done.new, "gone": done.gone, "changed": done.changed}
    click.echo(say.say("update.done", **values, seconds=f"{done.seconds:.1f}", atlas=str(done.atlas.folder)))
    if done.events or done.events_before:
        click.echo(say.say("update.events", events=done.events, before=done.events_before))
    share = f"{100 * done.since_training:.1f}"
    key = "update.train_again" if done.since_training > ADVISED else "update.since"
    click.echo(say.say(key, share=share, command="reelation train"))
    if done.left_out:
        click.echo(say.say("update.left_out", parts=say.names(done.left_out), command="reelation train"))
