"""Lines of the storage drivers' own log: `Raising exception [73, NFS mount error [opterr=...]]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading.clean import bracketed, tidy
from xenferry.errors.reading.raw import Raw

ORDER = 40

_RAISING = re.compile(r"Raising exception (\[)(\d{1,4}),\s*")


def find(text: str) -> Iterator[Raw]:
    """Every exception that a driver says it raises."""
    for begin, end in bracketed(text, _RAISING, 1, "[]"):
        params = ("", tidy(text[begin.end() : end]), "")
        yield Raw(f"SR_BACKEND_FAILURE_{begin[2]}", params, "sm-log", begin.start(), min(end + 1, len(text)))
