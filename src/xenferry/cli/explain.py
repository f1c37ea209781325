"""What an error means and how it is cured: any text from a client, a log or the command line, or a bare code."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from xenferry.cli.frame.explanations import say_explanations
from xenferry.cli.frame.failure import Wrong
from xenferry.cli.frame.paper import say, say_json
from xenferry.cli.frame.source import Source, load, reads

if TYPE_CHECKING:
    from xenferry.pool.snapshot import Snapshot


@click.command()
@click.argument("what", nargs=-1, metavar="[CODE | FILE | -]")
@click.option("--json", "as_json", is_flag=True, help="As JSON (docs/json.md).")
@reads
def command(source: Source, what: tuple[str, ...], as_json: bool) -> int:
    """Explain an error: what happened, why, what to do.

    Give a code (SR_BACKEND_FAILURE_73), a code and its parameters, the error text itself in quotes, a file (a saved
    paste or a whole log), or `-` (or nothing) to paste it. With a pool (-p, --capture, --lab) references become names
    and the causes are ordered by what the pool shows. Of several errors the likely root comes first. Exit status 1
    if no error was recognised.
    """
    from xenferry.errors import explain

    text = _text(what)
    snapshot = _snapshot(source)
    found = explain(text, snapshot)
    if as_json:
        say_json(found)
    elif found:
        say_explanations(found)
    else:
        _say_unknown(text)
    return 0 if found else 1


def _snapshot(source: Source) -> Snapshot | None:
    """The pool, only if one was named: an explanation needs none, and must not wait for one."""
    return load(source) if source.pool or source.capture or source.lab else None


def _text(what: tuple[str, ...]) -> str:
    """The text to explain: pasted, out of a file, or the arguments themselves."""
    if not what or what == ("-",):
        if sys.stdin.isatty():
            say("Paste the error, then press Ctrl-D on a line of its own.", style="dim")
        return _picked(sys.stdin.buffer)
    words = " ".join(what)
    if len(what) == 1 and _is_file(words):
        with Path(words).open("rb") as stream:
            return _picked(stream)
    from xenferry.errors.catalogue import parameters

    if what and (names := parameters(code := what[0].upper())) is not None and len(what) <= len(names) + 1:
        return f"{code}({', '.join(what[1:])})" if what[1:] else code
    if len(what) == 1 and ("/" in words or words.endswith((".txt", ".log"))) and " " not in words:
        raise Wrong(f"There is no file {words}, and it is not an error code.")
    return words


def _is_file(words: str) -> bool:
    try:
        return Path(words).is_file()
    except (OSError, ValueError):
        return False


def _picked(stream: BinaryIO) -> str:
    """The whole of a short text; of a long log the lines that may hold an error."""
    start = stream.read(200_000)
    more = stream.read(1)
    if not more:
        return start.decode("utf-8", "replace")
    from xenferry.errors.reading.sieve import pick_stream

    return pick_stream(_pieces(start + more, stream))


def _pieces(start: bytes, stream: BinaryIO) -> Iterator[bytes]:
    yield start
    while piece := stream.read(1 << 20):
        yield piece


def _say_unknown(text: str) -> None:
    if not text.strip():
        say("There was no text to explain.")
        return
    count = len(text.splitlines())
    lines = "1 line" if count == 1 else f"{count} lines"
    say(f"No error was recognised in this text ({lines}).", style="bold")
    say("Paste it as the client or log shows it, with the code in capitals. Xen Orchestra: Settings, Logs.", indent=2)
