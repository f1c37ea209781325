"""The body of an XML-RPC answer: `ErrorDescription` with an array of strings."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from xenferry.errors.reading.clean import tidy
from xenferry.errors.reading.raw import Raw, is_code

ORDER = 20

_BEGIN = re.compile(r"ErrorDescription\s*</name>\s*<value>\s*<array>\s*<data>")
_VALUE = re.compile(
    r"<value>\s*(?:<string>)?([^<]*)(?:</string>)?\s*</value>|<value>\s*<string\s*/>\s*</value>|<value\s*/>"
)


def find(text: str) -> Iterator[Raw]:
    """Every failed answer."""
    begins = list(_BEGIN.finditer(text))
    for begin, following in zip(begins, [*begins[1:], None], strict=False):
        limit = following.start() if following else len(text)
        end = text.find("</data>", begin.end(), limit)
        end = limit if end < 0 else end
        words = [tidy(html.unescape(value[1] or "")) for value in _VALUE.finditer(text, begin.end(), end)]
        if words and is_code(words[0]):
            yield Raw(words[0], tuple(words[1:]), "xml-rpc", begin.start(), end)
