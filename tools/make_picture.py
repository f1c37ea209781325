"""Writes the pictures in README.md and docs/ anew: the real output of the command that their first line names."""

from __future__ import annotations

import contextlib
import io
import re
import shlex
import sys
from pathlib import Path

from xenferry.cli.frame.entry import carry_out

ROOT = Path(__file__).parent.parent
PAGES = (ROOT / "README.md", ROOT / "docs" / "rehearsal.md")
PICTURE = re.compile(
    r"(<!-- picture: xenferry (?P<command>.*?) -->\n```\n).*?(```\n<!-- end of picture -->)", re.DOTALL
)


def paint(text: str) -> str:
    """The same text with every picture as the command gives it today."""
    return PICTURE.sub(lambda found: found[1] + shown(found["command"]) + found[3], text)


def shown(command: str) -> str:
    """What the command prints, with the command itself as a person types it."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        carry_out(shlex.split(command))
    return f"$ xenferry {command}\n{printed.getvalue()}"


if __name__ == "__main__":
    for page in PAGES:
        page.write_text(paint(page.read_text("utf-8")), "utf-8")
    sys.exit(0)
