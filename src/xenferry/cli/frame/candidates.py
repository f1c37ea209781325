"""What the shell may offer for an argument: only what this machine knows, and knows fast.

Names of guests, hosts, SRs and networks are those of the last look at the pool; no key press asks it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import click
from click.shell_completion import CompletionItem

import xenferry
from xenferry.cli.frame import remembered

Words = Mapping[str, str]
"""What may be typed -> a few words about it, or nothing."""

_OURS = Path(xenferry.__file__).parent
_RULE = re.compile(r"^(?:where\b.*=|def find\()", re.MULTILINE)
_NAMED = {
    "host": ("host",),
    "hosts": ("host",),
    "guest": ("VM",),
    "guests": ("VM",),
    "sr": ("SR",),
    "net": ("network",),
    "network": ("network",),
}
"""What an argument is called, or what its help calls it -> XenAPI's class."""
_PLAIN = re.compile(r"[\w.:@/+-]+", re.ASCII)
"""Words that no shell takes apart; a pool with another name is not offered."""


class Offered(click.types.StringParamType):
    """Text as before, for which the shell offers `words`, and files too if `files`."""

    def __init__(self, words: Callable[[], Words], *, files: bool = False, kinds: Sequence[str] = ()) -> None:
        self.words, self.files, self.kinds = words, files, kinds

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem[Any]]:
        fits = [
            CompletionItem(word, help=about or None)
            for word, about in {**self._seen(ctx), **self.words()}.items()
            if word.lower().startswith(incomplete.lower()) and _PLAIN.fullmatch(word)
        ]
        return [*([CompletionItem(incomplete, type="file")] if self.files and not fits else ()), *fits]

    def _seen(self, ctx: click.Context) -> Words:
        """Names of the classes in question, of the pool that was typed before, if one was."""
        pool = str(ctx.params.get("pool") or "")
        return {name: where for kind in self.kinds for name, where in remembered.names(kind, pool).items()}


def dress(command: click.Command, name: str) -> None:
    """Give each argument and option of a command that takes plain text what may be offered for it."""
    for param in command.params:
        if isinstance(param.type, click.types.StringParamType) and (offered := _offered(param, name)):
            param.type = offered


def _offered(param: click.Parameter, command: str) -> Offered | None:
    if param.metavar == "FILE":
        return Offered(dict, files=True)
    if param.metavar == "SCENARIO" or param.name in {"scenario", "scenarios"}:
        return Offered(_scenarios, files=True)
    if {"--pool", "--to-pool"} & set(param.opts) or (command, param.name) == ("remove", "name"):
        return Offered(_pools)
    if kinds := _kinds(param, command):
        return Offered(dict, kinds=kinds)
    if param.metavar in {"ID", "[ID]"}:
        return Offered(remembered.runs)
    if param.name == "finding":
        return Offered(_findings)
    if command == "manual":
        return Offered(lambda: {**_findings(), **_codes()})
    if (command, param.name) == ("explain", "what"):
        return Offered(_codes, files=True)
    return None


def _kinds(param: click.Parameter, command: str) -> Sequence[str]:
    """The classes of the objects that an argument or an option names."""
    if param.name == "what" and command in {"check", "cure", "silence"}:
        return ("VM", "host", "SR", "network")
    named = (param.metavar or param.name or "").strip("[].").lower()
    return _NAMED.get(named) or _NAMED.get(param.name or "") or ()


def _pools() -> Words:
    from xenferry import config

    try:
        return {name: entry.address for name, entry in config.load().pools.items()}
    except config.ConfigError:
        return {}  # Said by the command itself; a message would tear the line that is being typed.


def _scenarios() -> Words:
    from xenferry.cli.lab.scenarios import first_words

    return {path.stem: first_words(path.read_text("utf-8")) for path in sorted(_OURS.glob("lab/scenarios/*.txt"))}


def _findings() -> Words:
    """Rules about one pool, by their files' names and first lines: importing all of them takes a second."""
    found = {}
    for path in sorted(_OURS.glob("rules/*/*.py")):
        text = path.read_text("utf-8")
        if path.parent.name != "crossing" and _RULE.search(text):
            found[path.stem.replace("_", "-")] = text.removeprefix('"""').partition("\n")[0].removesuffix('"""')
    return found


def _codes() -> Words:
    from xenferry.errors import shelf

    return dict.fromkeys(shelf.codes(), "")
