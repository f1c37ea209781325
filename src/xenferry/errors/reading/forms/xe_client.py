"""What `xe` says when it gets no answer from the toolstack: the host that it was to talk to could not be reached."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading.raw import Raw

ORDER = 74

_NO_ANSWER = re.compile(
    r"Error: (?:Connection refused|No route to host|Connection timed out) \(calling connect ?\)"
    r"|^(?:Error: )?Lost connection to the server\.",
    re.MULTILINE,
)


def find(text: str) -> Iterator[Raw]:
    """Every such line, under the code that XAPI has for a host that it cannot reach."""
    for found in _NO_ANSWER.finditer(text):
        yield Raw("CANNOT_CONTACT_HOST", (), "xe-client", found.start(), found.end())
