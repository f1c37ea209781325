"""The pool has no shared storage for disks.

Without an SR that every host reaches, no guest with a disk can move without copying its disks, and no host can be
emptied in reasonable time.

Cause: guests were created on the local storage that each host has after installation.
Fix: Add shared storage, for instance NFS: `xenferry storage add nfs SERVER:/PATH --name NAME`, then move disks there
    with `xenferry migrate GUEST --sr NAME`.

Example:
    pool p   # rule: no-shared-sr
    host xcp1
    host xcp2
    sr "Local storage" lvm on=xcp1
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import storage
from xenferry.rules.finding import Finding, Severity


def find(s: Snapshot) -> Iterator[Finding]:
    """A pool of several hosts in which no SR for disks is shared, plugged everywhere or not."""
    if len(s.hosts) > 1 and s.SR and not any(sr.shared and not storage.is_for_isos(sr) for sr in s.SR.values()):
        yield Finding(
            code="no-shared-sr",
            severity=Severity.RISK,
            subject=s.pool.ref,
            cause=s.pool.ref,
            hosts=tuple(s.host),
            seen="The pool has no shared storage: a guest can only move by copying its disks.",
            cures=("Add some, for instance NFS: `xenferry storage add nfs SERVER:/PATH --name NAME`.",),
        )
