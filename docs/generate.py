"""Write the pages that are made: the command line, HTTP, the catalogue's tables, and all pages with figures.

python docs/generate.py            write them
python docs/generate.py --check    exit 1 where one is out of date
"""

import inspect
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click
from http_page import http_page
from tables import fill

from reelation.catalogue.schema import TABLES
from reelation.cli.main import app

HERE = Path(__file__).parent
NOTE = "<!-- Made by docs/generate.py; change the code, then run `make docs`. -->\n"


def command_line() -> str:
    """Every command with its arguments and options."""
    context = click.Context(app)
    parts = [NOTE, "# Command line\n", f"{app.help}\n"]
    parts.append(
        "Answers go to standard output, everything else to standard error. Exit codes: 0 done, 1 a defect of ours, "
        "2 wrong usage, 3 no such title or several, 4 data that cannot be used, 5 no atlas or one too new, "
        '130 interrupted. With `--json`, an error is `{"error": {"type", "message", …}}` on standard output.\n'
    )
    parts.append(
        'Completion: `eval "$(_REELATION_COMPLETE=bash_source reelation)"` in `~/.bashrc`; `zsh_source` for zsh, and '
        "for fish `_REELATION_COMPLETE=fish_source reelation | source`.\n"
    )
    parts += [part for name, command in _commands(app, context) for part in _described(f"reelation {name}", command)]
    return "\n".join(parts)


def _commands(group: click.Group, context: click.Context) -> list[tuple[str, click.Command]]:
    """The commands of a group, in its order."""
    found = [(name, group.get_command(context, name)) for name in group.list_commands(context)]
    return [(name, command) for name, command in found if command is not None]


def _described(name: str, command: click.Command, level: int = 2) -> list[str]:
    """A command with its arguments and options; those of a group below it."""
    parts = [f"{'#' * level} {name}\n\n{inspect.cleandoc(command.help or '')}\n"]
    rows = []
    for parameter in command.params:
        names = ", ".join(f"`{one}`" for one in (*parameter.opts, *parameter.secondary_opts))
        if parameter.param_type_name == "argument":
            names = f"`{(parameter.name or '').upper()}`"
        text = " ".join((getattr(parameter, "help", None) or "").split())
        default = getattr(parameter, "default", None)
        shown = getattr(parameter, "show_default", None)
        known = shown if isinstance(shown, str) else default
        plain = isinstance(known, str | int | float | Path) and not isinstance(known, bool) and str(known)
        rows.append(f"| {names} | {text}{f' Default: {known}.' if plain else ''} |")
    if rows:
        parts.append("| | |\n|---|---|\n" + "\n".join(rows) + "\n")
    if isinstance(command, click.Group):
        for inner, one in _commands(command, click.Context(command)):
            parts += _described(f"{name} {inner}", one, level + 1)
    return parts


def catalogue() -> str:
    """Every table with its columns."""
    parts = [NOTE, "# The catalogue's tables\n"]
    parts.append("A catalogue is a folder: `schema.json`, and one Parquet file a table.\n")
    for name, table in TABLES.items():
        parts.append(f"## {name}\n\n{table.doc[:1].upper()}{table.doc[1:]}. Key: {', '.join(table.key)}.\n")
        rows = []
        for column, spec in table.columns.items():
            limits = [f"{spec.low:g} to {spec.high:g}"] if spec.low is not None and spec.high is not None else []
            limits += [f"{spec.low:g} or more"] if spec.low is not None and spec.high is None else []
            limits += [", ".join(spec.choices)] if spec.choices else []
            rows.append(
                f"| {column} | {spec.dtype} | {'yes' if spec.required else ''} | {spec.doc} | {'; '.join(limits)} |"
            )
        parts.append(
            "| column | type | required | meaning | values |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
        )
    return "\n".join(parts)


def with_figures(name: str) -> str:
    """A page whose numbers come from docs/results, from its template in docs/templates."""
    template = (HERE / "templates" / name).read_text(encoding="utf-8")
    note = f"<!-- Made by docs/generate.py from docs/templates/{name} and docs/results. -->"
    return f"{note}\n{fill(template, HERE / name)}"


PAGES: dict[str, Callable[[], str]] = {
    "reference/cli.md": command_line,
    "reference/catalogue.md": catalogue,
    "reference/http.md": lambda: f"{NOTE}\n{http_page()}",
    **{
        name: partial(with_figures, name)
        for path in sorted((HERE / "templates").rglob("*.md"))
        for name in [path.relative_to(HERE / "templates").as_posix()]
    },
}


def main() -> int:
    """Write or check."""
    stale = []
    for name, make in PAGES.items():
        path, text = HERE / name, make()
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    if "--check" in sys.argv and stale:
        print(f"Out of date: {', '.join(stale)}. Run: make docs")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
