"""Changed block tracking is on for a disk.

A disk with it can move with its guest from host to host, but not to another SR: XAPI refuses with VDI_CBT_ENABLED.
Switching it off makes the next backup a full one.

Cause: a backup switched it on to copy only what has changed.
Fix: Before moving the disk to another SR: `xe vdi-disable-cbt uuid=...`, and switch it on again in the backup
    afterwards.

Example:
    pool p
    host xcp1
    host xcp2
    sr nfs nfs
    guest web
      disk root sr=nfs cbt   # rule: cbt-enabled
      disk data sr=nfs
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity


def find(s: Snapshot) -> Iterator[Finding]:
    """Each disk of a guest that has it."""
    for vm in s.guests:
        for drive in (s.VBD[ref] for ref in vm.VBDs if ref in s.VBD):
            disk = s.VDI.get(drive.VDI)
            if disk and disk.cbt_enabled:
                yield Finding(
                    code="cbt-enabled",
                    severity=Severity.NOTE,
                    subject=vm.ref,
                    cause=disk.ref,
                    seen=f"The disk {disk.name_label!r} of {vm.name_label} has changed block tracking: it cannot"
                    " be moved to another SR as it is.",
                    cures=(f"Before moving it to another SR: `xe vdi-disable-cbt uuid={disk.uuid}`.",),
                )
