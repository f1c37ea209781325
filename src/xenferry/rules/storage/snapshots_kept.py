"""A guest keeps several snapshots.

Live migration does not touch them. But a move of its disks to another SR copies every snapshot too, one after the
other, and each layer makes reading slower.

Cause: snapshots were taken before updates, or by a backup, and nobody deleted them.
Fix: Delete those that nobody needs: `xe snapshot-list snapshot-of=...`, `xe snapshot-uninstall uuid=...`.

Example:
    pool p
    host xcp1
    sr nfs nfs
    guest web   # rule: snapshots-kept
      disk root sr=nfs
      snapshot one
      snapshot two
      snapshot three
    guest db
      disk root sr=nfs
      snapshot one
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity

MANY = 3


def find(s: Snapshot) -> Iterator[Finding]:
    """Each guest with three or more."""
    for vm in s.guests:
        number = sum(ref in s.VM for ref in vm.snapshots)
        if number >= MANY:
            yield Finding(
                code="snapshots-kept",
                severity=Severity.NOTE,
                subject=vm.ref,
                cause=vm.ref,
                seen=f"{vm.name_label} keeps {number} snapshots; a move of its disks to another SR copies them all.",
                cures=(f"Delete what nobody needs: `xe snapshot-list snapshot-of={vm.uuid}`.",),
            )
