"""A disk of the guest is being copied, exported or snapshotted at this moment.

XAPI does not look at this before a live migration inside the pool. Moving a guest in the middle of a backup has broken
both, the backup and the move.

Cause: a backup or a copy is running.
Fix: Wait until it is done.

Cause: an operation hangs, or was left behind by one that died.
Fix: Look at the pool's tasks (`xe task-list`); restart the toolstack of the disk's host if none of them belongs to it.

Example:
    pool p
    host xcp1
    guest db   # rule: disk-busy
      disk data
      # seen: copying
    guest web
      disk root
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import listed, verb

DURING_MOVES = frozenset({"mirror", "update"})
"""What migrations themselves, and a look at the storage, do to disks."""


def find(s: Snapshot) -> Iterator[Finding]:
    """Each running guest with such a disk that is not on its way itself."""
    for vm in s.guests:
        drives = [s.VBD[ref] for ref in vm.VBDs if ref in s.VBD] if vm.power_state == "Running" else []
        disks = [s.VDI[drive.VDI] for drive in drives if drive.type != "CD" and drive.VDI in s.VDI]
        busy = [disk for disk in disks if set(disk.current_operations.values()) - DURING_MOVES]
        if busy and not vm.current_operations:
            doing = listed(each for disk in busy for each in disk.current_operations.values())
            names = listed(repr(disk.name_label or disk.uuid) for disk in busy)
            yield Finding(
                code="disk-busy",
                severity=Severity.RISK,
                subject=vm.ref,
                cause=busy[0].ref,
                seen=f"{names} of {vm.name_label} {verb(len(busy), 'is', 'are')} in use by something else ({doing}),"
                " as by a backup.",
                cures=(f"Move {vm.name_label} when that is done; `xe task-list` shows it.",),
            )
