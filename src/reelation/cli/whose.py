"""Whose history a command is about: a viewer of the atlas, or a history that was imported."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

import click

from reelation.errors import UsageError

if TYPE_CHECKING:
    from reelation.engine import Engine
    from reelation.histories.history import History

viewer_option = click.option("--viewer", help="A viewer of the atlas, by id.")
history_option = click.option("--history", help="A history of your own, by the name that it was imported under.")


def history_of_options(engine: Engine, viewer: str | None, history: str | None) -> History:
    """The history that `--viewer` or `--history` means.

    Raises:
        UsageError: neither or both are given, or the atlas knows no viewers.
        TitleNotFoundError: no viewer has this id.
    """
    if (viewer is None) == (history is None):
        raise UsageError("say whose: --viewer ID for a viewer of the atlas, or --history NAME for one of your own")
    if viewer is not None:
        from reelation.histories.history import viewer_history

        return viewer_history(engine.atlas, viewer)
    found: History = import_module("reelation.histories.store").load_history(engine.atlas, history)
    return found
