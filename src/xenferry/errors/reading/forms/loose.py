"""A code with parameters in the looser notations of clients: Java, Go, C#, task records, YAML.

errorInfo: [CODE, a, b]    API Error: [CODE a b]    CODE ["a" "b"]    CODE: a, b    error_info: CODE; a; b    CODE a b
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors import catalogue
from xenferry.errors.reading import parameters
from xenferry.errors.reading.clean import is_handle, tidy
from xenferry.errors.reading.raw import CODE, Raw, is_known

ORDER = 80

_INSIDE = re.compile(rf"\[({CODE})(?:[,;]\s*|\s+)([^\[\]]{{1,2000}})\]")
_BEFORE = re.compile(rf"\b({CODE})\s?\[([^\[\]\n]{{1,2000}})\]")
_LINE = re.compile(rf"\b({CODE})\s?([:;,])[ ]*([^\n]{{1,2000}})")
_YAML = re.compile(rf"^[ ]*- ({CODE})[ ]*\n((?:[ ]*- [^\n]{{0,500}}(?:\n|\Z)){{1,8}})", re.MULTILINE)
_HANDLE = r"(?:OpaqueRef:[\w-]{1,40}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
_SPACED = re.compile(rf"\b({CODE}) ((?:[A-Za-z_]{{2,20}} )?{_HANDLE}(?: {_HANDLE}){{0,3}})(?![\w-])")
_QUOTED = re.compile(r'"([^"]*)"')
_ITEM = re.compile(r"^[ ]*- (.*)$", re.MULTILINE)


def find(text: str) -> Iterator[Raw]:
    """Every known code with its parameters, in the first of the notations that fits."""
    taken: set[int] = set()
    for raw, at in _all(text):
        if at not in taken:
            taken.add(at)
            yield raw


def _all(text: str) -> Iterator[tuple[Raw, int]]:
    """Each find with the place of its code; a line is believed only if its pieces look like parameters."""
    for found in _YAML.finditer(text):
        if is_known(found[1]):
            yield _raw(found, tuple(tidy(item) for item in _ITEM.findall(found[2])))
    for found in (*_INSIDE.finditer(text), *_BEFORE.finditer(text)):
        if is_known(found[1]):
            yield _raw(found, _pieces(found[1], found[2]))
    for found in _LINE.finditer(text):
        pieces = parameters.split(found[1], found[3], ";" if found[2] == ";" else ",") if is_known(found[1]) else ()
        if _look_right(found[1], pieces):
            yield _raw(found, pieces)

    for found in _SPACED.finditer(text):
        pieces = tuple(found[2].split())
        if is_known(found[1]) and len(pieces) == len(catalogue.parameters(found[1]) or ()):
            yield _raw(found, pieces)


def _raw(found: re.Match[str], params: tuple[str, ...]) -> tuple[Raw, int]:
    return Raw(found[1], params, "loose", found.start(), found.end()), found.start(1)


def _pieces(code: str, inner: str) -> tuple[str, ...]:
    if quoted := _QUOTED.findall(inner):
        return tuple(tidy(piece) for piece in quoted)
    for separator in (";", ","):
        if separator in inner:
            return parameters.split(code, inner, separator)
    handles = inner.split()
    return tuple(handles) if all(is_handle(piece) for piece in handles) else (tidy(inner),)


def _look_right(code: str, pieces: tuple[str, ...]) -> bool:
    """As many as the code has, with a reference or number among them: else it is a sentence about the code."""
    declared = catalogue.parameters(code) or ()
    return len(pieces) == len(declared) > 0 and any(is_handle(piece) or piece.isdigit() for piece in pieces)
