"""Advice names only commands that exist."""

from __future__ import annotations

import re
from pathlib import Path

import click

import xenferry
from xenferry.cli.frame.entry import root

NAMED = re.compile(r"`xenferry ([a-z]+)(?: ([a-z][a-z-]*))?")


def unknown(command: click.Command, words: tuple[str, ...]) -> str:
    """The first word that is no command where a command is expected; empty if there is none."""
    for word in filter(None, words):
        if not isinstance(command, click.Group):
            return ""
        found = command.get_command(click.Context(command), word)
        if found is None:
            return word
        command = found
    return ""


def test_every_command_that_is_advised_exists() -> None:
    seen, wrong = 0, []
    for path in Path(xenferry.__file__).parent.rglob("*.py"):
        for words in NAMED.findall(path.read_text()):
            seen += 1
            if unknown(root, words):
                wrong.append(f"{path.name}: xenferry {' '.join(words)}")
    assert seen > 20
    assert not wrong


def test_a_command_that_does_not_exist_is_noticed() -> None:
    assert unknown(root, ("storage", "nonsense")) == "nonsense"
