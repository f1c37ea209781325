"""An SR holds layers of disks that wait to be merged.

After a snapshot is deleted its layer is merged into its neighbour in the background. Until then it takes room, reads go
through one layer more, and a host that is rebooted in the middle begins again. Many of them mean that the collector
does not get along.

Cause: snapshots were deleted a moment ago, usually by a backup.
Fix: Wait; do not reboot the SR's master meanwhile.

Cause: the collector fails over and over: no room, a broken layer, a host that holds a lock.
Fix: Look for SMGC in SMlog on the SR's master; `xe sr-scan uuid=...` starts it again.

Example:
    pool p
    host xcp1
    sr nfs nfs   # rule: layers-wait-for-merging
    guest web
      disk root sr=nfs layers=4 waiting
    guest db
      disk root sr=nfs
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import layers
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import count, verb


def find(s: Snapshot) -> Iterator[Finding]:
    """Each SR with such layers."""
    waiting = layers.waiting(s)
    for sr in s.SR.values():
        number = waiting.get(sr.ref, 0)
        if number:
            yield Finding(
                code="layers-wait-for-merging",
                severity=Severity.NOTE,
                subject=sr.ref,
                cause=sr.ref,
                seen=f"{count(number, 'layer')} of disks on SR {sr.name_label!r} {verb(number, 'waits', 'wait')} to be"
                " merged after snapshots were deleted.",
                cures=(
                    f"Wait, or start it: `xe sr-scan uuid={sr.uuid}`; SMlog on the SR's master shows its progress.",
                ),
            )
