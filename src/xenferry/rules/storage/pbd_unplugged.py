"""An SR is not connected on a host.

The host has a connection (PBD) to the SR, but it is unplugged: guests with disks there can neither start on the host
nor move to it. Pools do not try again by themselves.

Cause: the storage did not answer when the host booted: the network was not ready, the server was down, or the host was
    not allowed to mount.
Fix:
- Look at what the hosts see of an NFS server: `xenferry storage probe nfs SERVER:/PATH`.
- Plug it: `xe pbd-plug uuid=...`; if it fails, the error says why: `xenferry explain -`.

Cause: somebody unplugged it for maintenance.
Fix: Plug it again when the maintenance is over.

Example:
    pool p
    host xcp1
    host xcp2
    sr nfs nfs unplugged=xcp2   # rule: pbd-unplugged
    sr other nfs
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules import unreached
from xenferry.rules.finding import Finding, Severity


def find(s: Snapshot) -> Iterator[Finding]:
    """Each PBD that is not attached on a host that is enabled."""
    for pbd in s.PBD.values():
        host, sr = s.host.get(pbd.host), s.SR.get(pbd.SR)
        if host and sr and host.enabled and not pbd.currently_attached:
            yield Finding(
                code="pbd-unplugged",
                severity=Severity.RISK,
                subject=sr.ref,
                cause=pbd.ref,
                hosts=(host.ref,),
                seen=f"SR {sr.name_label!r} is not connected on {host.name_label}: its PBD there is unplugged.",
                cures=(
                    f"Plug it: `xe pbd-plug uuid={pbd.uuid}`.",
                    *unreached.probe(s, sr),
                ),
            )
