"""Lines of the storage drivers' own log: `Raising exception [73, NFS mount error [opterr=...]]`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading.clean import pairs, tidy
from xenferry.errors.reading.raw import Raw

ORDER = 40

_RAISING = re.compile(r"Raising exception (\[)(\d{1,4}),\s*")


def find(text: str) -> Iterator[Raw]:
    """Every exception that a driver says it raises."""
    closed_at = pairs(text, "[", "]") if "Raising exception [" in text else {}
    for begin in _RAISING.finditer(text):
        end = closed_at.get(begin.start(1), -1)
        if not 0 <= end - begin.end() <= 20_000:
            line_end = text.find("\n", begin.end())
            end = line_end if line_end >= 0 else len(text)
        params = ("", tidy(text[begin.end() : end]), "")
        yield Raw(f"SR_BACKEND_FAILURE_{begin[2]}", params, "sm-log", begin.start(), min(end + 1, len(text)))
