"""A disk is raw: it can neither be snapshotted nor moved while its guest runs.

Storage motion copies a snapshot of a disk and mirrors what is written meanwhile. A raw disk has no snapshots.

Cause: the disk was made raw on purpose (`sm-config:type=raw`), or brought in with an older storage driver.
Fix: Move it with its guest shut down: `xenferry migrate GUEST --sr SR --cold`; the copy is a usual disk.

Example:
    pool p
    host xcp1
    guest db   # rule: disk-is-raw
      disk data
      # seen: raw
    guest web
      disk root
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import arg, listed


def find(s: Snapshot) -> Iterator[Finding]:
    """Each guest with such disks."""
    for vm in s.guests:
        drives = [s.VBD[ref] for ref in vm.VBDs if ref in s.VBD]
        disks = [s.VDI[drive.VDI] for drive in drives if drive.VDI in s.VDI]
        raw = [disk for disk in disks if "raw" in (disk.sm_config.get("type"), disk.sm_config.get("vdi_type"))]
        if raw:
            names = listed(repr(disk.name_label or disk.uuid) for disk in raw)
            yield Finding(
                code="disk-is-raw",
                severity=Severity.RISK,
                subject=vm.ref,
                cause=raw[0].ref,
                seen=f"{vm.name_label} has raw disks ({names}), which cannot change their SR while it runs.",
                cures=(f"Move them with the guest shut down: `xenferry migrate {arg(vm.name_label)} --sr SR --cold`.",),
            )
