"""A code that stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors import clients
from xenferry.errors.reading.raw import CODE, Raw, is_known

ORDER = 90

_WORD = re.compile(rf"(?<![\w.-]){CODE}(?![\w-])")


def find(text: str) -> Iterator[Raw]:
    """Every word that is a code of XAPI or of a storage driver; one of a client (`EPIPE`) if it is all there is."""
    if (word := text.strip()) in clients.CODES and "_" not in word:
        yield Raw(word, (), "bare", 0, len(text))
    for found in _WORD.finditer(text):
        if is_known(found[0]):
            yield Raw(found[0], (), "bare", found.start(), found.end())


def is_alone(text: str) -> bool:
    """Whether the text is nothing but one code: then no other form has to look at it, or be imported."""
    return _WORD.fullmatch(text) is not None or text.strip() in clients.CODES
