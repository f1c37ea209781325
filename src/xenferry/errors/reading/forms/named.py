"""One line for each guest, as older `xe` lists them: `UUID (name): CODE`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.errors.reading.raw import CODE, Raw, is_known

ORDER = 53

_LINE = re.compile(
    r"^[ ]*(?P<uuid>[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12})[ ]\((?P<name>[^\n]{0,300})\):[ ]*"
    rf"(?P<code>{CODE})[ ]*$",
    re.MULTILINE,
)


def find(text: str) -> Iterator[Raw]:
    """Every such line, with the guest as the error's parameter."""
    for line in _LINE.finditer(text):
        if is_known(line["code"]):
            named = (("vm", line["uuid"], line["name"]),)
            yield Raw(line["code"], (line["uuid"],), "xe-list", line.start("uuid"), line.end("code"), "", {}, named)
