"""`reelation`: one command a question.

Answers go to standard output, everything else to standard error. Exit codes: 0 done, 1 a defect of ours, 2 wrong
usage, 3 no such title or several, 4 data that cannot be used, 5 no atlas or one too new, 130 interrupted.
A command's module is imported when the command runs, and what it needs likewise, so that start-up stays short.
"""

from __future__ import annotations

import os
import sys

import click

from reelation import __version__
from reelation.cli.lazy import LazyGroup
from reelation.cli.show import show_error, show_usage_error
from reelation.errors import ReelationError

PLACES = {
    "demo": "reelation.cli.build:demo",
    "import": "reelation.cli.imports:import_",
    "fetch": "reelation.cli.fetch:fetch",
    "extract": "reelation.cli.extract:extract",
    "train": "reelation.cli.build:train",
    "update": "reelation.cli.update:update",
    "search": "reelation.cli.search:search",
    "related": "reelation.cli.answer:related",
    "why": "reelation.cli.explain:why",
    "path": "reelation.cli.explain:path",
    "recommend": "reelation.cli.recommend:recommend",
    "taste": "reelation.cli.taste:taste",
    "timeline": "reelation.cli.timeline:timeline",
    "trajectory": "reelation.cli.trajectory:trajectory",
    "resolve": "reelation.cli.history:resolve",
    "histories": "reelation.cli.history:histories",
    "groups": "reelation.cli.groups:groups",
    "map": "reelation.cli.map:map_",
    "serve": "reelation.cli.serve:serve",
    "place": "reelation.cli.place:place",
    "create": "reelation.cli.create.group:create",
    "classify": "reelation.cli.classify:classify",
    "evaluate": "reelation.cli.evaluate:evaluate",
    "export": "reelation.cli.export:export",
    "doctor": "reelation.cli.build:doctor",
}


@click.group(
    "reelation",
    cls=LazyGroup,
    places=PLACES,
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True},
)
@click.version_option(__version__, prog_name="reelation", message="%(prog)s %(version)s", help="Print the version.")
def app() -> None:
    """How films and series are related (影联): from your catalogue to related titles with reasons."""


def run() -> None:
    """The console script: turn errors into one line, or one JSON object, and an exit code.

    PyTorch's threads wait for each other by turning in circles, which on a machine with other work takes several times
    the processor time; here they give up after some microseconds (GNU OpenMP; docs/explanation/models.md).
    """
    os.environ.setdefault("GOMP_SPINCOUNT", "20000")
    as_json = "--json" in sys.argv
    try:
        sys.exit(app.main(prog_name="reelation", standalone_mode=False))
    except click.ClickException as error:
        show_usage_error(error, as_json=as_json)
        sys.exit(error.exit_code)
    except ReelationError as error:
        show_error(error, as_json=as_json)
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Interrupted; what was there before is untouched.", err=True)
        sys.exit(130)
    except Exception as error:
        if os.environ.get("REELATION_DEBUG"):
            raise
        show_error(error, as_json=as_json)
        sys.exit(1)
