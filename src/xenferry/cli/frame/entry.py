"""The program from its arguments to its exit status.

0: fine. 1: the answer is "no" (blockers found, a run incomplete, XAPI refused). 2: wrong use (arguments, configuration,
a file that cannot be read). 3: the pool is unreachable or its certificate is not the one that was pinned.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence

import click

from xenferry import __version__
from xenferry.cli.frame.failure import tell
from xenferry.cli.frame.folder import Folder

FINE = 0
NO = 1
WRONG_USE = 2
UNREACHABLE = 3

SHELVES = {
    "What stands in the way, and its cure": ("check", "matrix", "explain", "cure", "silence", "storage", "nics"),
    "Move guests": ("migrate", "evacuate", "drain", "maintenance", "rolling", "rebalance", "consolidate"),
    "Plans and runs": ("plan", "rehearse", "run", "runs"),
    "Pools": ("pool", "watch", "serve", "accounts", "metrics", "capture"),
    "Without a pool": ("demo", "lab", "manual", "completion"),
}

root = Folder(
    "xenferry.cli",
    shelves=SHELVES,
    name="xenferry",
    help="Makes the guests of an XCP-ng or XenServer pool movable, and moves them without stopping.",
    epilog="Start with `xenferry check`; without a pool of your own, with `xenferry demo`.",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    no_args_is_help=True,
)
click.version_option(__version__, prog_name="xenferry")(root)


def carry_out(arguments: Sequence[str]) -> int:
    """Carry out one command line and return the exit status. No known error shows a traceback."""
    _survive_any_encoding()
    try:
        answer = root.main(args=list(arguments), prog_name="xenferry", standalone_mode=False)
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        return NO
    except BrokenPipeError:
        return _reader_left()
    except Exception as error:  # noqa: BLE001 - `tell` raises again what it does not know
        return tell(error)
    return answer if isinstance(answer, int) else FINE


def _survive_any_encoding() -> None:
    """A terminal that cannot show a character gets an escape instead of a crash."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _reader_left() -> int:
    """The reader of our output (`| head`) has what it wanted; nothing more may be written at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FINE
