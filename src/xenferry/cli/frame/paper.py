"""What a command writes on: every line is escaped, wrapped and, on a terminal only, coloured here.

Commands never print by themselves, so no text from a pool can reach the terminal unescaped.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from typing import Any, TextIO

import click

from xenferry.text import escape, escape_json, width

Style = str
"""`bold`, `dim` or a colour: `red`, `yellow`, `green`, `cyan`; several with blanks between."""

_BREAK = re.compile(r"(?<!\d) | (?!(?:s|min|h|B|[KMGT]iB)\b)")
"""Where a line may be broken: at a blank, but not between a number and its unit."""

_ATTRIBUTES = frozenset({"bold", "dim", "underline"})


def columns() -> int:
    """How wide text may be: the terminal's width, at most 100; 80 where there is no terminal."""
    import shutil

    return min(shutil.get_terminal_size((80, 24)).columns, 100) if sys.stdout.isatty() else 80


def say(text: str = "", *, style: Style = "", indent: int = 0, hang: int = 0, wrap: bool = True) -> None:
    """One paragraph on standard output. `hang` is the extra indentation of its second and later lines."""
    _write(sys.stdout, text, style=style, indent=indent, hang=hang, wrap=wrap)


def warn(text: str, *, style: Style = "", indent: int = 0, hang: int = 0) -> None:
    """One paragraph on standard error."""
    _write(sys.stderr, text, style=style, indent=indent, hang=hang, wrap=True)


def say_fingerprint(fingerprint: str) -> None:
    """A SHA-256 fingerprint (hex) as openssl prints it, in two lines that fit any terminal."""
    pairs = [fingerprint[at : at + 2].upper() for at in range(0, len(fingerprint), 2)]
    for half in (pairs[:16], pairs[16:]):
        say(":".join(half), indent=2, style="bold", wrap=False)


def say_json(value: Any) -> None:
    """A value as indented JSON, with nothing in it that steers a terminal."""
    import msgspec

    encoded = msgspec.json.format(msgspec.json.encode(value), indent=2).decode()
    click.echo(escape_json(encoded))


def say_json_line(value: Any) -> None:
    """A value as JSON on one line, with nothing in it that steers a terminal."""
    import msgspec

    click.echo(escape_json(msgspec.json.encode(value).decode()))


def say_raw(text: str) -> None:
    """Text of several lines (a file's content), not wrapped; each line escaped."""
    for line in text.splitlines():
        click.echo(escape(line))


def _write(stream: TextIO, text: str, *, style: Style, indent: int, hang: int, wrap: bool) -> None:
    escaped = escape(text)
    lines = fold(escaped, columns() - indent, hang) if wrap else [escaped]
    for line in lines:
        shown = " " * indent + line
        click.echo(paint(shown, style) if style and coloured(stream) else shown, file=stream)


def coloured(stream: TextIO) -> bool:
    """Whether this stream is a terminal that wants colours (https://no-color.org)."""
    import os

    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(line: str, style: Style) -> str:
    """A line in a style, for a terminal."""
    words = style.split()
    attributes: dict[str, Any] = {word: True for word in words if word in _ATTRIBUTES}
    colour = next((word for word in words if word not in _ATTRIBUTES), None)
    return click.style(line, fg=colour, **attributes)


def fold(text: str, room: int, hang: int = 0) -> list[str]:
    """An escaped text in lines of at most `room` columns, broken at blanks; a longer word stays whole."""
    lines: list[str] = []
    first, *rest = _BREAK.split(text.lstrip(" "))
    line = " " * (len(text) - len(text.lstrip(" "))) + first
    for word in rest:
        longer = f"{line} {word}"
        if line.strip() and width(longer) > room:
            lines.append(line)
            line = " " * hang + word
        else:
            line = longer
    return [*lines, line]


WORD_MAX = 24
"""Columns: a longer word in a table's cell may be cut."""


def pick_widths(rows: Sequence[Sequence[str]], room: int) -> list[int]:
    """The widths of a table's columns. When they do not fit, the widest gives way: first at blanks, then in words."""
    columns_of_cells = list(zip(*rows, strict=True))
    wanted = [max(map(width, cells)) for cells in columns_of_cells]
    words = [
        min(WORD_MAX, max(width(word) for cell in cells for word in _BREAK.split(cell))) for cells in columns_of_cells
    ]
    for least in (words, [4] * len(wanted)):
        while sum(wanted) + 2 * (len(wanted) - 1) > room:
            spare = [have - need for have, need in zip(wanted, least, strict=True)]
            if max(spare) <= 0:
                break
            wanted[max(range(len(wanted)), key=lambda at: (spare[at] > 0, wanted[at]))] -= 1
    return wanted


def say_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, indent: int = 0) -> None:
    """A table; a cell that is too long is folded inside its column."""
    escaped = [[escape(cell) for cell in row] for row in rows]
    widths = pick_widths([list(header), *escaped], columns() - indent)
    _row(header, widths, indent, style="bold")
    for row in escaped:
        _row(row, widths, indent)


def _row(cells: Sequence[str], widths: Sequence[int], indent: int, style: Style = "") -> None:
    folded = [_chop(cell, room) for cell, room in zip(cells, widths, strict=True)]
    for at in range(max(len(lines) for lines in folded)):
        parts = [
            _padded(lines[at] if at < len(lines) else "", room) for lines, room in zip(folded, widths, strict=True)
        ]
        say("  ".join(parts).rstrip(), style=style, indent=indent, wrap=False)


def _chop(cell: str, room: int) -> list[str]:
    pieces = []
    for line in fold(cell, room):
        while width(line) > room:
            cut = len(line)
            while width(line[:cut]) > room:
                cut -= 1
            pieces.append(line[: max(cut, 1)])
            line = line[max(cut, 1) :]
        pieces.append(line)
    return pieces


def _padded(text: str, room: int) -> str:
    return text + " " * max(0, room - width(text))
