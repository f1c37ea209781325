"""Findings that people have looked at and live with: silenced with a reason, which is kept in the pool itself.

The pool's other_config holds them, so that every administrator, every capture and every other machine sees the same:
`xenferry-silenced:CODE` = reason for a rule in the whole pool, `xenferry-silenced:CODE:UUID` for one object.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding

PREFIX = "xenferry-silenced:"


class Silence(NamedTuple):
    """One entry."""

    code: str
    uuid: str
    """Of the object; empty: of all."""
    reason: str


def key(code: str, uuid: str = "") -> str:
    """The entry's key in the pool's other_config."""
    return f"{PREFIX}{code}:{uuid}" if uuid else f"{PREFIX}{code}"


def reason(s: Snapshot, finding: Finding) -> str:
    """Why the finding is silenced; empty if it is not."""
    kept = s.pool.other_config
    uuid = next((table[finding.subject].uuid for table in s.tables.values() if finding.subject in table), "")
    found = kept.get(key(finding.code, uuid)) if uuid else None
    return found or kept.get(key(finding.code)) or ""


def entries(s: Snapshot) -> Iterator[Silence]:
    """All that are kept, also those that silence nothing now."""
    for entry, why in sorted(s.pool.other_config.items()):
        if entry.startswith(PREFIX):
            code, _, uuid = entry.removeprefix(PREFIX).partition(":")
            yield Silence(code, uuid, why)
