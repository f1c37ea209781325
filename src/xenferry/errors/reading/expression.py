"""OCaml values in logs, as daemons hand errors on: `[S(SR_BACKEND_FAILURE_47);[S();S(The SR is not available)]]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading.clean import tidy
from xenferry.errors.reading.raw import CODE

_HEAD = re.compile(rf"S\(({CODE})\)\s*;?\s*\[?")
_TEXT = re.compile(r";?\s*S\(((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)")
_MOST = 12


def expressions(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every code in such a value, with its parameters."""
    for head, _ in places(text):
        code, params = head
        yield code, params


def places(text: str) -> Iterator[tuple[tuple[str, tuple[str, ...]], tuple[int, int]]]:
    """The same with where each begins and ends."""
    until = 0
    for head in _HEAD.finditer(text):
        if head.start() < until:
            continue
        params: list[str] = []
        at = head.end()
        while len(params) < _MOST and (word := _TEXT.match(text, at)) is not None:
            params.append(tidy(word[1]))
            at = word.end()
        until = at
        yield (head[1], tuple(params)), (head.start(), at)
