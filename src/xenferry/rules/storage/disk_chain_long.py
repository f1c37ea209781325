"""A disk is made of so many layers that soon no snapshot of it can be taken.

Each snapshot leaves a layer (a VHD or qcow2 file) behind, and the SR's garbage collector merges layers that nobody
needs any more. A chain of 30 is the most a driver takes; then snapshots, and with them backups and moves to another SR,
fail with SR_BACKEND_FAILURE_109.

Cause: the collector does not get along: the SR is full, the disk is written too fast, or a host of the SR hangs.
Fix:
- `xe sr-scan uuid=...` starts it; watch it in SMlog on the SR's master (`SMGC`).
- Keep room free on the SR: merging a layer may need as much as the layer holds.
- Stop the guest for the time of the merge if it writes too fast.

Cause: many snapshots are kept.
Fix: Delete those that nobody needs: `xe snapshot-list`, `xe snapshot-uninstall uuid=...`.

Example:
    pool p
    host xcp1
    sr nfs nfs
    guest web
      disk root sr=nfs layers=25   # rule: disk-chain-long
    guest db
      disk root sr=nfs layers=3
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import layers
from xenferry.rules.finding import Finding, Severity

LONG = 20
MOST = 30
"""What the drivers take (sm: MAX_CHAIN_SIZE in drivers/cleanup and blktap2's check)."""


def find(s: Snapshot) -> Iterator[Finding]:
    """Each disk of a guest whose chain comes near the limit."""
    for vm in s.guests:
        for drive in (s.VBD[ref] for ref in vm.VBDs if ref in s.VBD):
            disk = s.VDI.get(drive.VDI)
            depth = layers.depth(s, disk) if disk else 0
            if disk and depth >= LONG:
                yield Finding(
                    code="disk-chain-long",
                    severity=Severity.RISK,
                    subject=vm.ref,
                    cause=disk.ref,
                    seen=f"The disk {disk.name_label!r} of {vm.name_label} is a chain of {depth} layers; {MOST} are the"
                    " most, then it can no longer be snapshotted, backed up or moved to another SR.",
                    cures=(
                        f"Let the SR merge layers: `xe sr-scan uuid={s.SR[disk.SR].uuid if disk.SR in s.SR else '...'}`"
                        " and watch SMGC in SMlog on the SR's master.",
                        f"Delete snapshots that nobody needs: `xe snapshot-list snapshot-of={vm.uuid}`.",
                    ),
                )
