"""JSON that is cut off, broken or quoted once more, and what node.js prints: `code: 'X', params: [...]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading.clean import tidy
from xenferry.errors.reading.raw import CODE, Raw

ORDER = 15

_QUOTE = r"""(?:\\{0,3}["']|&quot;)"""
_PIECE = re.compile(
    rf"\b(?:code|message){_QUOTE}?\s*:\s*{_QUOTE}({CODE}){_QUOTE}"
    rf"(?:\s*,\s*{_QUOTE}?(?:params|data){_QUOTE}?\s*:\s*\[([^\]]{{0,4000}}\]?[^\]]{{0,500}}))?"
)
_ESCAPED = re.compile(r"""\\{1,3}(["'])|&quot;""")
_WORD = re.compile(r""""((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'""")
_CALL_LINE = re.compile(r"^\s*([a-z]\w{1,30}\.\w{1,40})\s*\n\s*\{", re.MULTILINE)


def find(text: str) -> Iterator[Raw]:
    """The code with as many of its parameters as are there."""
    for piece in _PIECE.finditer(text):
        params = _list(piece[2] or "")
        before = text[max(0, piece.start() - 2000) : piece.start()]
        calls = _CALL_LINE.findall(before)
        yield Raw(piece[1], params, "json-piece", piece.start(), piece.end(), calls[-1] if calls else "")


def _list(written: str) -> tuple[str, ...]:
    within = written.lstrip().startswith(("\\", "&quot;"))
    inner = _ESCAPED.sub(lambda quote: quote[1] or '"', written) if within else written
    words, at = [], 0
    while (word := _WORD.match(inner, _skip(inner, at))) is not None:
        words.append(tidy(word[1] if word[1] is not None else word[2]))
        at = word.end()
    return tuple(words)


def _skip(inner: str, at: int) -> int:
    while at < len(inner) and inner[at] in " ,\n":
        at += 1
    return at
