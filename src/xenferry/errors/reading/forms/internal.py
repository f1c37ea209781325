"""What xenopsd and XAPI say when something broke inside: text after `internal error`, or an OCaml exception."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading.clean import pairs, tidy
from xenferry.errors.reading.raw import Raw

ORDER = 70

_TEXT = re.compile(
    r"(?:xenopsd internal error:|Internal [Ee]rror:?(?= ?[A-Z(])|Internal_error\(|Xenopsd_error\()\s*([^\n]{1,2000})"
)
_MEMORY = re.compile(r"Cannot_free_this_much_memory\W{1,8}(\d{1,20})\D{1,12}(\d{1,20})")
_COOPERATE = re.compile(r"[Vv]ms_failed_to_cooperate\W{0,10}((?:[0-9a-f-]{36}\W{0,6}){0,50})")


def find(text: str) -> Iterator[Raw]:
    """xenopsd's own exceptions under the code that XAPI would have given them, else INTERNAL_ERROR with the text."""
    for found in _MEMORY.finditer(text):
        yield Raw("HOST_NOT_ENOUGH_FREE_MEMORY", (found[1], found[2]), "xenopsd", found.start(), found.end())
    for found in _COOPERATE.finditer(text):
        guests = tuple(re.findall(r"[0-9a-f-]{36}", found[1]))
        yield Raw("VMS_FAILED_TO_COOPERATE", guests, "xenopsd", found.start(), found.end())
    for found in _TEXT.finditer(text):
        said = _to_its_bracket(found[1]) if "(" in text[found.start() : found.start(1)] else found[1]
        yield Raw("INTERNAL_ERROR", (tidy(said),), "internal", found.start(), found.start(1) + len(said))


def _to_its_bracket(said: str) -> str:
    """What stands in the parenthesis that was opened before it; all of it where that one is not closed."""
    closed = pairs("(" + said, "(", ")").get(0)
    return said if closed is None else said[: closed - 1]
