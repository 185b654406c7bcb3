"""Whose history a command is about: a viewer of the atlas, or a person's own that was imported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from reelation.errors import TitleNotFoundError, UsageError

if TYPE_CHECKING:
    from reelation.engine import Engine
    from reelation.histories.history import History

viewer_option = click.option("--viewer", help="A viewer of the atlas, by id.")
history_option = click.option("--history", help="A history of your own, by the name it was imported under.")


def history_of_options(engine: Engine, viewer: str | None, history: str | None) -> History:
    """The history that `--viewer` or `--history` names.

    Raises:
        UsageError: neither is given, or both are.
        TitleNotFoundError: there is no such viewer.
    """
    if (viewer is None) == (history is None):
        raise UsageError("say whose: --viewer ID for a viewer of the atlas, or --history NAME for one of your own")
    if history is not None:
        return _own(engine, history)
    from reelation.histories.history import viewer_history

    assert viewer is not None
    return viewer_history(engine.atlas, viewer)


def someone(engine: Engine, text: str) -> History:
    """The viewer of the atlas with this id, or else the history of one's own of this name."""
    from reelation.histories.history import viewer_history

    try:
        return viewer_history(engine.atlas, text)
    except (TitleNotFoundError, UsageError) as unknown:
        try:
            return _own(engine, text)
        except Exception:
            raise unknown from None


def _own(engine: Engine, name: str) -> History:
    from importlib import import_module

    try:
        store: Any = import_module("reelation.histories.store")
    except ModuleNotFoundError:
        raise UsageError(f"no history '{name}': none has been imported") from None
    found: History = store.load_history(engine.atlas, name)
    return found
