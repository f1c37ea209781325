"""Exceptions of XAPI's database, as its log shows them, under the codes that clients get for them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading.clean import tidy
from xenferry.errors.reading.raw import Raw

ORDER = 68

_EXCEPTION = re.compile(r"Db_exn\.(\w{1,40})\(([^)]{0,500})\)")
_WORD = re.compile(r'"((?:[^"\\]|\\.)*)"')
_CODES = {
    "Duplicate_key": ("MAP_DUPLICATE_KEY", (0, 1, 2, 3)),
    "Uniqueness_constraint_violation": ("DB_UNIQUENESS_CONSTRAINT_VIOLATION", (0, 1, 2)),
    "DBCache_NotFound": ("HANDLE_INVALID", (1, 2)),
    "Read_missing_uuid": ("UUID_INVALID", (0, 2)),
}
"""The exception's name, its code, and which of its words are the code's parameters."""


def find(text: str) -> Iterator[Raw]:
    """Every exception that XAPI would have given to a client under a code of its own."""
    for found in _EXCEPTION.finditer(text):
        code, places = _CODES.get(found[1], ("", ()))
        words = [tidy(word[1]) for word in _WORD.finditer(found[2])]
        if code:
            params = tuple(words[at] for at in places if at < len(words))
            yield Raw(code, params, "database", found.start(), found.end())
