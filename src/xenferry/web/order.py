"""In which order things stand on a page: by name, as people count, so that host10 comes after host9."""

from __future__ import annotations

import re

from xenferry.pool.records import Host
from xenferry.pool.snapshot import Snapshot

NUMBERS = re.compile(r"(\d+)")


def natural(name: str) -> tuple[tuple[int, int, str], ...]:
    """A key to sort names by."""
    parts = NUMBERS.split(name.casefold())
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part)


def hosts(s: Snapshot) -> list[Host]:
    """The pool's hosts, by name."""
    return sorted(s.hosts, key=lambda host: (natural(host.name_label), host.uuid))
