"""A whole sentence of `xe`, XenCenter or a storage driver, known by its fingerprint."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading.clean import pairs, tidy
from xenferry.errors.reading.labelled import labelled
from xenferry.errors.reading.raw import Raw
from xenferry.errors.reading.sentence import FAR, code_of

ORDER = 62

_START = re.compile(r"(?:^|[\n.:!\"'(>\]`-]|Error)[ ]*(?=[A-Z][A-Za-z'-]*\s)")
_DETAIL = re.compile(r"[^\n\[]{0,300}?(\[)opterr=")
_SENTENCE_END = re.compile(r"[^\n.]{0,300}")


def find(text: str) -> Iterator[Raw]:
    """Every such sentence, with the lines of parameters or the driver's detail behind it."""
    until = 0
    closed: dict[int, int] | None = None
    for start in _START.finditer(text):
        at = start.end()
        if at < until:
            continue
        code, _ = code_of(text[at : at + FAR])
        if not code:
            continue
        if code.startswith("SR_BACKEND_FAILURE_"):
            closed = pairs(text, "[", "]") if closed is None else closed
            raw = _storage(text, code, at, closed)
        else:
            raw = labelled(text, code, at, at, "sentence")
        until = raw.end
        yield raw


def _storage(text: str, code: str, at: int, closed: dict[int, int]) -> Raw:
    sentence = _SENTENCE_END.match(text, at)
    end = sentence.end() if sentence else at
    if (detail := _DETAIL.match(text, at)) is not None:
        end = closed.get(detail.start(1), end - 1) + 1
    return Raw(code, ("", tidy(text[at:end]), ""), "sm-text", at, end)
