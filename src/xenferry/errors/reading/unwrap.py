"""Lines that a terminal broke at its width, inside a word: they are joined for a second look.

A log line in a window of 80 columns arrives as `... LICENCE` and `_RESTRICTION ...` on two lines.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise

from xenferry.errors.reading.raw import is_known

_LINE = re.compile(r"[^\r\n]*")
_NARROWEST, _WIDEST = 40, 400
_USUAL = {80, 100, 120, 132, 160, 200}
_FRESH = re.compile(r"[ >]*\[?(?:[A-Z][a-z]{2} +\d+ \d\d:|\d{4}-?\d\d-?\d\d[T ])")
"""How a line of a log begins: it does not go on with the line before."""
_GAP = re.compile(r"(?<=[A-Z0-9]_)[ ]{1,3}(?=[A-Z0-9])")
_TAIL, _HEAD = re.compile(r"\w{1,100}\Z", re.ASCII), re.compile(r"\w{1,100}", re.ASCII)


class Unwrapped:
    """A text without its wraps; places in it can be told as places in the original."""

    def __init__(self, text: str, wraps: Sequence[tuple[int, int]]) -> None:
        """Take these spans out of the text."""
        ends = [0, *(end for _, end in wraps)]
        starts = [*(start for start, _ in wraps), len(text)]
        self.text = "".join(text[one:other] for one, other in zip(ends, starts, strict=True))
        self._gone = [0, *accumulate(end - start for start, end in wraps)]
        self._at = [start - gone for (start, _), gone in zip(wraps, self._gone, strict=False)]

    def original(self, place: int) -> int:
        """Where a character of this text stands in the original."""
        return place + self._gone[bisect_right(self._at, place)]


def wraps(text: str) -> list[tuple[int, int]]:
    """The line ends (from, to) that a terminal made; empty where nothing speaks for that.

    All full lines have the width of the longest, and at most of them a word goes on in the next line. A single full
    line counts if the width is a usual one, or the word is an error code.
    """
    if "\n" not in text:
        return []
    lines = [line.span() for line in _LINE.finditer(text) if line[0]]
    width = max((end - start for start, end in lines), default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return []
    broad = [
        (before[1], after[0])
        for before, after in pairwise(lines)
        if before[1] - before[0] == width and text[before[1] : after[0]] in ("\n", "\r\n")
    ]
    full = [ends for ends in broad if not _FRESH.match(text, ends[1])]
    words = [word for start, end in full if (word := _around(text, start, end))]
    sure = len(full) > 1 or width in _USUAL or any(is_known(word) for word in words)
    return full if sure and 2 * len(words) >= len(full) > len(broad) // 2 else []


def blanks(text: str) -> list[tuple[int, int]]:
    """The blanks (from, to) that stand inside an error code after an underscore, as copies of pages have them."""
    return [gap.span() for gap in _GAP.finditer(text) if is_known(_around(text, *gap.span()))]


def _around(text: str, start: int, end: int) -> str:
    """The word that would stand there without the blank."""
    tail, head = _TAIL.search(text, max(0, start - 100), start), _HEAD.match(text, end)
    return tail[0] + head[0] if tail and head else ""
