"""Lines of the storage drivers' own log: `Raising exception [73, NFS mount error [opterr=...]]`; Python's exceptions.

A driver that stops with an exception of Python's gives XAPI number 1200, or none; the log has which one it was.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading.clean import bracketed, tidy
from xenferry.errors.reading.raw import Raw

ORDER = 40

_RAISING = re.compile(r"Raising exception (\[)(\d{1,4}),\s*")
_EXCEPTION = re.compile(
    r"\*{4,6} [\w.: -]{1,100}?: EXCEPTION <(?:type|class) '(?:exceptions\.)?(?P<kind>[\w.]{1,60})'>, "
    r"(?P<said>[^\n]{1,400})"
    r"|SMAPIv3: \[\d+\] - ERROR - [^\n]{0,4000}#012\s*(?P<kind3>[A-Za-z_.]{3,60}): (?P<said3>[^\n]{1,400})"
)
_OWN = ("SR.", "xs_errors.")
"""Exceptions that drivers raise on purpose; they are logged as `Raising exception`, too."""


def find(text: str) -> Iterator[Raw]:
    """Every exception that a driver says it raises."""
    for begin, end in bracketed(text, _RAISING, 1, "[]"):
        params = ("", tidy(text[begin.end() : end]), "")
        yield Raw(f"SR_BACKEND_FAILURE_{begin[2]}", params, "sm-log", begin.start(), min(end + 1, len(text)))
    for found in _EXCEPTION.finditer(text):
        kind, said = found["kind"] or found["kind3"], found["said"] or found["said3"]
        if not kind.startswith(_OWN):
            params = ("", tidy(f"{kind}: {said}"), "")
            yield Raw("SR_BACKEND_FAILURE_1200", params, "sm-exception", found.start(), found.end())
