"""A group that imports a command's module when the command is asked for, so that each pays for itself only."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any

import click


class NoSuchCommandError(click.UsageError):
    """No command has this name; `possibilities` are close ones, best first, as for Click's own unknown options."""

    def __init__(self, name: str, possibilities: Sequence[str], ctx: click.Context) -> None:
        close = f" Did you mean {' or '.join(map(repr, possibilities))}?" if possibilities else ""
        super().__init__(f"No such command {name!r}.{close}", ctx)
        self.possibilities = possibilities


class LazyGroup(click.Group):
    """Commands by the place of each: name -> "module:attribute", listed in this order."""

    def __init__(self, *args: Any, places: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of help."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command; None where there is none of this name."""
        if cmd_name not in self._places:
            return None
        module, _, attribute = self._places[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As Click does; a mistyped name gets close ones."""
        name = args[0]
        if name in self._places or name.startswith("-") or ctx.resilient_parsing:
            return super().resolve_command(ctx, args)
        from difflib import get_close_matches

        raise NoSuchCommandError(name, get_close_matches(name, self._places), ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """One entry a command; long ones go on in the next line, where Click would cut them short."""
        commands = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, command.get_short_help_str(1000)) for name, command in commands if command])

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; done, and well, where the reader of our output went away, as `head` does."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # Click itself would make it exit code 1
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            ctx.exit(0)
