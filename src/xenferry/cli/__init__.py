"""The command line: one command per file, imported only when called.

A file (or folder) here is a command if it defines `command`; its name is the command's name and the first line of its
docstring is its line in `--help`. What the commands share is in `frame/`.
"""

from __future__ import annotations

import sys


def main() -> None:
    """The program `xenferry`: carry out `sys.argv` and exit with 0, 1, 2 or 3 (see `frame.entry`)."""
    from xenferry.cli.frame.entry import carry_out

    sys.exit(carry_out(sys.argv[1:]))
