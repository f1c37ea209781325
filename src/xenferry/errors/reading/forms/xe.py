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
        inner = _own(found[1], found[2] or "")
        end = found.start(2) + len(inner) if found[2] else found.end()
        yield Raw(found[1], parameters.split(found[1], inner), "xe", found.start(), end)


def _own(code: str, rest: str) -> str:
    """The lines that belong to the parameters: `xe` ends a storage error with a comma, unless the driver said more."""
    lines = rest.splitlines(keepends=True)
    taken = "".join(lines[:1])
    for line in lines[1:]:
        if _complete(code, taken):
            break
        taken += line
    return taken


def _complete(code: str, taken: str) -> bool:
    if "<?xml" in taken:
        return False
    last = taken.rstrip()[-1:]
    if code.startswith("SR_BACKEND_FAILURE_"):
        return taken.count("\n") > 3 or (last == "," and taken.count("[") <= taken.count("]"))
    return last not in (",", "-", ":")
