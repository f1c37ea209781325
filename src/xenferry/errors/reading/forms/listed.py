"""A list in brackets: `XenAPI.Failure: ['CODE', ...]` of Python, `Server_error(CODE, [ a; b ])` of XAPI's log."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading import parameters
from xenferry.errors.reading.clean import pairs, tidy
from xenferry.errors.reading.raw import CODE, Raw, is_known

ORDER = 30

_LONGEST = 20_000
_PYTHON = re.compile(rf"\[\s*u?(?:'({CODE})'|\"({CODE})\"|\\\"({CODE})\\\")")
_XAPI = re.compile(rf'(?:Server_error\(\s*"?({CODE})"?\s*,\s*|\b({CODE}):\s*)(\[)')
_WORD = re.compile(r"u?'((?:[^'\\]|\\.)*)'|u?\"((?:[^\"\\]|\\.)*)\"")


def find(text: str) -> Iterator[Raw]:
    """Every such list whose first word is a code."""
    closed_at = pairs(text, "[", "]")
    for begin in _PYTHON.finditer(text):
        code = begin[1] or begin[2] or begin[3]
        end = _end(text, begin.start(), closed_at)
        if is_known(code) or "OpaqueRef:" in text[begin.start() : end]:
            yield Raw(code, _words(text[begin.start() : end].replace('\\"', '"'))[1:], "list", begin.start(), end)
    for begin in _XAPI.finditer(text):
        code = begin[1] or begin[2]
        end = _end(text, begin.start(3), closed_at)
        inner = text[begin.end() : end].rstrip("]")
        if "[opterr=" in inner:
            inner = text[begin.end() : end - 1]
        yield Raw(code, _separated(code, inner), "xapi-log", begin.start(), end)


def _end(text: str, opening: int, closed_at: dict[int, int]) -> int:
    """After the closing bracket; for one that is not closed, the end of the line."""
    closing = closed_at.get(opening, -1)
    if 0 <= closing - opening <= _LONGEST:
        return closing + 1
    line_end = text.find("\n", opening, opening + _LONGEST)
    return line_end if line_end >= 0 else min(len(text), opening + _LONGEST)


def _words(inner: str) -> tuple[str, ...]:
    return tuple(tidy(word[1] if word[1] is not None else word[2]) for word in _WORD.finditer(inner))


def _separated(code: str, inner: str) -> tuple[str, ...]:
    return parameters.split(code, inner, ";")
