"""The flat form of clients: `CODE(p1, p2)`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading import parameters
from xenferry.errors.reading.clean import bracketed
from xenferry.errors.reading.raw import CODE, Raw, is_known

ORDER = 50

_BEGIN = re.compile(rf"\b({CODE}) ?(\()")
_BEFORE = re.compile(r"(?:XapiError|Failure|Error):?\s*\Z")


def find(text: str) -> Iterator[Raw]:
    """Every code with its parameters in parentheses, also when a terminal wrapped it over several lines."""
    for begin, end in bracketed(text, _BEGIN, 2, "()"):
        inner = text[begin.end() : end]
        if _believable(text, begin, inner):
            yield Raw(begin[1], parameters.split(begin[1], inner), "call", begin.start(), min(end + 1, len(text)))


def _believable(text: str, begin: re.Match[str], inner: str) -> bool:
    """A code that is not known yet is one all the same if it looks like XAPI's."""
    if is_known(begin[1]) or "OpaqueRef:" in inner[:500]:
        return True
    return bool(_BEFORE.search(text, max(0, begin.start() - 20), begin.start()))
