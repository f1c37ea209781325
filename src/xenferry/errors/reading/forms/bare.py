"""A code that stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading.raw import CODE, Raw, is_known

ORDER = 90

_WORD = re.compile(rf"(?<![\w.-]){CODE}(?![\w-])")


def find(text: str) -> Iterator[Raw]:
    """Every word that is a code of XAPI or of a storage driver."""
    for word in _WORD.finditer(text):
        if is_known(word[0]):
            yield Raw(word[0], (), "bare", word.start(), word.end())


def is_alone(text: str) -> bool:
    """Whether the text is nothing but one code: then no other form has to look at it, or be imported."""
    return _WORD.fullmatch(text) is not None
