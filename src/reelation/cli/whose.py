"""Whose history a command is about: a viewer of the atlas, or a person's own that was imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from reelation.errors import UsageError

if TYPE_CHECKING:
    from reelation.engine import Engine
    from reelation.histories.history import History

viewer_option = click.option("--viewer", help="A viewer of the atlas, by id.")
history_option = click.option("--history", help="A history of your own, by the name it was imported under.")


def history_of_options(engine: Engine, viewer: str | None, history: str | None) -> History:
    """The history that `--viewer` or `--history` names.

    Raises:
        UsageError: neither is given, or both are.
        TitleNotFoundError: there is no such viewer or history.
        DataError: the history is damaged.
    """
    if (viewer is None) == (history is None):
        raise UsageError("say whose: --viewer ID for a viewer of the atlas, or --history NAME for one of your own")
    if history is not None:
        from reelation.histories.store import load_history
        from reelation.past.history import history_until

        return history_until(engine.atlas, load_history(engine.atlas, history))
    from reelation.histories.history import viewer_history

    assert viewer is not None
    return viewer_history(engine.atlas, viewer)
