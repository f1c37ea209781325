"""`xe` for codes that it has no words for: `Error code: X` and `Error parameters: a, b`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading import parameters
from xenferry.errors.reading.raw import CODE, Raw

ORDER = 45

_FORM = re.compile(
    rf"Error code:\s*({CODE}|[A-Z]{{3,40}})(?:\s*Error parameters:((?:[^\n]|\n(?!\s*\n|\[|Error |\$|#)){{0,4000}}))?"
)


def find(text: str) -> Iterator[Raw]:
    """Every such pair of lines; the parameters may be wrapped over several lines."""
    for found in _FORM.finditer(text):
        yield Raw(found[1], parameters.split(found[1], found[2] or ""), "xe", found.start(), found.end())
