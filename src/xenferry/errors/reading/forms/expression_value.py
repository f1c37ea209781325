"""An OCaml value in a log line that holds an error with its parameters."""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.errors.reading.expression import places
from xenferry.errors.reading.raw import Raw, is_known

ORDER = 65


def find(text: str) -> Iterator[Raw]:
    """Every known code written as `S(CODE)`."""
    for (code, params), (start, end) in places(text) if "S(" in text else ():
        if is_known(code):
            yield Raw(code, params, "expression", start, end)
