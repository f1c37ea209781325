"""What follows a sentence of `xe`: the rest of it, then one line per parameter, `vm: UUID (name)`."""

from __future__ import annotations

import re

from xenferry.errors import catalogue
from xenferry.errors.reading.clean import is_handle, tidy
from xenferry.errors.reading.raw import Raw

_LINE = re.compile(r"\n[ ]*([A-Za-z][\w -]{0,30}?)[ ]?:[ ]*([^\n]{0,4000})")
_MORE = re.compile(r"\n(?![ ]*[A-Za-z][\w -]{0,30}?[ ]?:|[ ]*\n|\[)([^\n]{0,4000})")
_REST = re.compile(r"[^\n]*(?:\n(?![ ]*[A-Za-z][\w -]{0,30}?[ ]?:)[ ]*[a-z(][^\n]*){0,4}")
_NAMED = re.compile(r"([0-9a-f-]{36}|OpaqueRef:\S+)\s*\((.*)\)\s*\Z")
_SAME = {"server": "host", "reference": "ref"}
_LONG = {"stderr", "stdout", "msg", "message", "info", "output", "log"}
"""Labels whose text goes on over the lines after it."""
_OTHERS = {
    "error code", "error parameters", "xapi", "xapierror", "sm", "smgc", "xenopsd", "xenopsd-xc", "iscsiadm",
    "clnt_create", "rpcinfo", "mount",
}  # fmt: skip
"""What stands before a colon at the start of another error's line, and is no parameter's name."""


def labelled(text: str, code: str, start: int, at: int, form: str) -> Raw:
    """The find of a sentence that begins at `start` and of which `at` is known to be inside."""
    rest = _REST.match(text, at)
    lines, end = _lines(text, rest.end() if rest else at)
    named = tuple(_named(label, value) for label, value in lines if _NAMED.match(value))
    return Raw(code, _ordered(code, lines), form, start, end, "", {}, named)


def _lines(text: str, at: int) -> tuple[list[tuple[str, str]], int]:
    found: list[tuple[str, str]] = []
    while len(found) < 8 and (line := _LINE.match(text, at)) is not None:
        label, value = line[1].strip().lower(), line[2]
        if label in _OTHERS:
            break
        at = line.end()
        while label in _LONG and (more := _MORE.match(text, at)) is not None:
            value, at = f"{value} {more[1]}", more.end()
        found.append((label, tidy(value)))
    return found, at


def _ordered(code: str, lines: list[tuple[str, str]]) -> tuple[str, ...]:
    """The parameters in XAPI's order, if every line is one of this code's, else as they stand."""
    values = {label: _value(value) for label, value in lines}
    declared = [name.lower() for name in catalogue.parameters(code) or ()]
    if values and all(label in declared for label in values):
        return tuple(values[name] for name in declared if name in values)
    return tuple(values.values())


def _value(value: str) -> str:
    named = _NAMED.match(value)
    return named[1] if named and is_handle(named[1]) else value


def _named(label: str, value: str) -> tuple[str, str, str]:
    found = _NAMED.match(value)
    assert found is not None
    return _SAME.get(label, label), found[1], found[2]
