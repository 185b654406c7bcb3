"""Progress on long work: on standard error, and only where somebody watches a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol


class Step(Protocol):
    """One bar: `advance` it as work gets done, and change its text with `say`."""

    def advance(self, amount: float = 1) -> None:
        """Move the bar by `amount` of its total."""

    def say(self, text: str) -> None:
        """Show `text` beside the bar."""


class _Silent:
    def advance(self, amount: float = 1) -> None:
        """Nobody watches."""

    def say(self, text: str) -> None:
        """Nobody watches."""


@contextmanager
def progress(label: str, total: float | None = None) -> Iterator[Step]:
    """A progress bar for `label`; silent when standard error is not a terminal.

    Args:
        label: what is going on, in a few words.
        total: the amount of work, or None for a spinner.
    """
    import sys

    if not sys.stderr.isatty():
        yield _Silent()
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.fields[note]}"),
    )
    with Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True), transient=True) as bars:
        task = bars.add_task(label, total=total, note="")

        class _Bar:
            def advance(self, amount: float = 1) -> None:
                bars.advance(task, amount)

            def say(self, text: str) -> None:
                bars.update(task, note=text)

        yield _Bar()
