"""What is wrong with a scenario, on which line, and what would have been right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class ScenarioError(Exception):
    """A scenario that cannot be understood or would not be a pool.

    Attributes: `source` and `line` (1-based; 0 for the whole text) say where, `seen` and `expected` what.
    """

    def __init__(self, line: int, seen: str, expected: str, source: str = "<scenario>") -> None:
        super().__init__(line, seen, expected, source)
        self.line = line
        self.seen = seen
        self.expected = expected
        self.source = source

    def __str__(self) -> str:
        where = f"{self.source}, line {self.line}" if self.line else self.source
        return f"{where}: {self.seen}; expected {self.expected}."


def one_of(candidates: Iterable[str], misspelt: str = "") -> str:
    """The candidates as a list for people, with the likeliest first when one resembles what was written."""
    known = sorted(candidates)
    close = difflib.get_close_matches(misspelt, known, n=1)
    listed = ", ".join(known) or "nothing"
    return f"`{close[0]}` perhaps, or one of: {listed}" if close else f"one of: {listed}"
