"""A folder of commands: found by reading file names, imported one at a time, so that `--help` stays fast."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

_COMMAND = re.compile(r"^(?:command\b.*=|def command\()", re.MULTILINE)
NO_SHELVES: Mapping[str, Sequence[str]] = MappingProxyType({})
_FIRST_LINE = re.compile(r'\A"""(.*?)(?:"""|\n)')


class Folder(click.Group):
    """The command that is made of the commands in a package's folder.

    A module or sub-package is a command if its text defines `command` at the top level. The first line of its
    docstring, read without importing it, is its short help. `_` in a file name is `-` in the command's.

    `otherwise` is the command that is meant when none is named: `xenferry runs` lists the runs. `shelves` are headings
    under which `--help` lists commands, in that order; whatever is on none of them comes last.
    """

    def __init__(
        self, package: str, *, otherwise: str = "", shelves: Mapping[str, Sequence[str]] = NO_SHELVES, **settings: Any
    ) -> None:
        super().__init__(**settings)
        self.package = package
        self.otherwise = otherwise
        self.shelves = shelves

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        names_none = not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
        if self.otherwise and names_none and not ctx.resilient_parsing:
            args = [self.otherwise, *args]
        return super().parse_args(ctx, args)

    @cached_property
    def short_helps(self) -> dict[str, str]:
        """Command name -> its line in `--help`."""
        found = {}
        for name, path in _sources(import_module(self.package).__path__):
            with open(path, encoding="utf-8") as source:
                text = source.read()
            if _COMMAND.search(text):
                first = _FIRST_LINE.match(text)
                found[name.replace("_", "-")] = first[1] if first else ""
        return dict(sorted(found.items()))

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.short_helps)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.short_helps:
            return None
        found = import_module(f"{self.package}.{cmd_name.replace('-', '_')}").command
        assert isinstance(found, click.Command)
        if ctx.resilient_parsing:  # a shell asks what may be typed
            from xenferry.cli.frame.candidates import dress

            dress(found, cmd_name)
        return found

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """As click does it, but without importing the commands for their short helps."""
        from click.shell_completion import CompletionItem

        fits = [
            CompletionItem(name, help=line) for name, line in self.short_helps.items() if name.startswith(incomplete)
        ]
        return [*fits, *click.Command.shell_complete(self, ctx, incomplete)]

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does it, but a mistyped name is answered with the nearest ones."""
        if args and args[0] not in self.short_helps and not args[0].startswith("-"):
            import difflib

            near = difflib.get_close_matches(args[0], self.short_helps, n=3)
            hint = f" Did you mean {' or '.join(near)}?" if near else f" Try `{ctx.command_path} --help`."
            ctx.fail(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        placed = {name for names in self.shelves.values() for name in names}
        rest = {"Others" if placed else "Commands": [name for name in self.short_helps if name not in placed]}
        for heading, names in {**self.shelves, **rest}.items():
            if names:
                with formatter.section(heading):
                    formatter.write_dl([(name, self.short_helps[name]) for name in names])


def _sources(folders: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Name and source file of every module and sub-package there.

    Plain file names instead of `importlib.resources`, which alone would take a third of the time of `--help`.
    """
    for folder in folders:
        for entry in os.scandir(folder):
            if entry.is_file() and entry.name.endswith(".py") and entry.name != "__init__.py":
                yield entry.name.removesuffix(".py"), entry.path
            elif entry.is_dir() and os.path.isfile(own := os.path.join(entry.path, "__init__.py")):
                yield entry.name, own
