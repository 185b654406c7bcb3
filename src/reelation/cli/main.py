"""`reelation`: one command a question.

Answers go to standard output, everything else to standard error. Exit codes: 0 done, 1 a defect of ours, 2 wrong
usage, 3 no such title or several, 4 data that cannot be used, 5 no atlas or one too new, 130 interrupted.
Modules that a command needs are imported when it runs, so that start-up stays short.
"""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from reelation.cli.answer import related, why
from reelation.cli.build import demo, doctor, import_, train
from reelation.cli.export import export
from reelation.cli.fetch import fetch
from reelation.cli.show import show_error
from reelation.errors import ReelationError

app = typer.Typer(
    name="reelation",
    help="How films and series are related (影联): from your catalogue to related titles with reasons.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(asked: bool) -> None:
    if asked:
        from reelation import __version__

        typer.echo(f"reelation {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """How films and series are related (影联): from your catalogue to related titles with reasons."""


app.command()(demo)
app.command("import")(import_)
app.command()(fetch)
app.command()(train)
app.command()(related)
app.command()(why)
app.command()(export)
app.command()(doctor)


def run() -> None:
    """The console script: turn our own errors into one line and an exit code."""
    try:
        app()
    except ReelationError as error:
        show_error(error, as_json="--json" in sys.argv)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("Interrupted; what was there before is untouched.", err=True)
        sys.exit(130)
    except BrokenPipeError:  # the reader of our output went away, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:
        if os.environ.get("REELATION_DEBUG"):
            raise
        show_error(error, as_json="--json" in sys.argv)
        sys.exit(1)
