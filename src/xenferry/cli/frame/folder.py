"""A folder of commands: found by reading file names, imported one at a time, so that `--help` stays fast."""

from __future__ import annotations

import difflib
import re
from functools import cached_property
from importlib import import_module
from importlib.resources import files
from typing import Any

import click

_COMMAND = re.compile(r"^(?:command\b.*=|def command\()", re.MULTILINE)
_FIRST_LINE = re.compile(r'\A"""(.*?)(?:"""|\n)')


class Folder(click.Group):
    """The command that is made of the commands in a package's folder.

    A module or sub-package is a command if its text defines `command` at the top level. The first line of its
    docstring, read without importing it, is its short help. `_` in a file name is `-` in the command's.
    """

    def __init__(self, package: str, **settings: Any) -> None:
        super().__init__(**settings)
        self.package = package

    @cached_property
    def short_helps(self) -> dict[str, str]:
        """Command name -> its line in `--help`."""
        found = {}
        for entry in files(self.package).iterdir():
            source = entry / "__init__.py" if entry.is_dir() else entry
            if not source.name.endswith(".py") or not source.is_file() or entry.name == "__init__.py":
                continue
            text = source.read_text("utf-8")
            if _COMMAND.search(text):
                first = _FIRST_LINE.match(text)
                found[entry.name.removesuffix(".py").replace("_", "-")] = first[1] if first else ""
        return dict(sorted(found.items()))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.short_helps)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.short_helps:
            return None
        found = import_module(f"{self.package}.{cmd_name.replace('-', '_')}").command
        assert isinstance(found, click.Command)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but a mistyped name is answered with the nearest ones."""
        if args and args[0] not in self.short_helps and not args[0].startswith("-"):
            near = difflib.get_close_matches(args[0], self.short_helps, n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else f" Try `{ctx.command_path} --help`."
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.short_helps:
            with formatter.section("Commands"):
                formatter.write_dl(list(self.short_helps.items()))
