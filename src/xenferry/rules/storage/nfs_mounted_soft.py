"""Disks lie on NFS that is mounted so that it gives up.

XCP-ng mounts NFS `soft`: if the server does not answer for some minutes (it reboots, fails over, is updated), the
guests get errors for what they write and make their file systems read-only. Mounted `hard` they wait for the server.

Cause: it is the default of the NFS driver.
Fix:
- Keep the server's restarts short, or shut the guests down for them.
- For an SR whose server restarts in earnest: unplug and destroy the PBDs, create them with
    device-config:options=hard, plug them; hosts then wait too, and cannot be rebooted while the server is away.

Example:
    pool p
    host xcp1
    server nas
      export /vol
    sr nfs nfs server=nas path=/vol   # rule: nfs-mounted-soft
    guest web
      disk root sr=nfs
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity


def find(s: Snapshot) -> Iterator[Finding]:
    """Each NFS SR with disks of running guests that says nothing else."""
    running = (s.VBD[ref].VDI for vm in s.guests if vm.power_state == "Running" for ref in vm.VBDs if ref in s.VBD)
    used = {s.VDI[ref].SR for ref in running if ref in s.VDI}
    hard = {pbd.SR for pbd in s.PBD.values() if "hard" in pbd.device_config.get("options", "").split(",")}
    known = {pbd.SR for pbd in s.PBD.values() if "server" in pbd.device_config}
    for sr in s.SR.values():
        if sr.type == "nfs" and sr.ref in used & known - hard:
            yield Finding(
                code="nfs-mounted-soft",
                severity=Severity.NOTE,
                subject=sr.ref,
                cause=sr.ref,
                seen=f"SR {sr.name_label!r} is NFS mounted soft, the default: if its server is away for minutes, guests"
                " on it get write errors.",
                cures=("Keep restarts of the server short, or shut the guests on it down meanwhile.",),
            )
