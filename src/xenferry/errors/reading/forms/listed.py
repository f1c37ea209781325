"""A list in brackets: `XenAPI.Failure: ['CODE', ...]` of Python, `Server_error(CODE, [ a; b ])` of XAPI's log."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading import parameters
from xenferry.errors.reading.clean import bracketed, tidy
from xenferry.errors.reading.raw import CODE, Raw, is_known

ORDER = 30

_PYTHON = re.compile(rf"(\[)\s*u?(?:'({CODE})'|\"({CODE})\"|\\\"({CODE})\\\")")
_XAPI = re.compile(rf'(?:Server_error\(\s*"?({CODE})"?\s*,\s*|\b({CODE}):\s*)(\[)')
_WORD = re.compile(r"u?'((?:[^'\\]|\\.)*)'|u?\"((?:[^\"\\]|\\.)*)\"")
_MORE = re.compile(rf"\s*,\s*(?:{_WORD.pattern})")


def find(text: str) -> Iterator[Raw]:
    """Every such list whose first word is a code."""
    for begin, closing in bracketed(text, _PYTHON, 1, "[]"):
        code = begin[2] or begin[3] or begin[4]
        end = min(closing + 1, len(text)) if text[closing : closing + 1] == "]" else _after_words(text, begin.end())
        if is_known(code) or "OpaqueRef:" in text[begin.start() : end]:
            yield Raw(code, _words(text[begin.start() : end].replace('\\"', '"'))[1:], "list", begin.start(), end)
    for begin, closing in bracketed(text, _XAPI, 3, "[]"):
        code = begin[1] or begin[2]
        inner = parameters.split(code, text[begin.end() : closing], ";")
        yield Raw(code, inner, "xapi-log", begin.start(), min(closing + 1, len(text)))


def _after_words(text: str, at: int) -> int:
    """A list that was cut off ends after the last of the quoted words that follow each other."""
    while (more := _MORE.match(text, at)) is not None:
        at = more.end()
    return at


def _words(inner: str) -> tuple[str, ...]:
    return tuple(tidy(word[1] if word[1] is not None else word[2]) for word in _WORD.finditer(inner))
