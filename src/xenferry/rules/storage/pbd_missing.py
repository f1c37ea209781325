"""A shared SR does not know one of the hosts.

Every host needs a connection (PBD) of its own to a shared SR; this host has none, so guests with disks there cannot run
on it.

Cause: the SR was introduced by hand, or the PBD was destroyed.
Fix: Create it with the settings of the other hosts and plug it: `xe pbd-create sr-uuid=... host-uuid=...
    device-config:server=... device-config:serverpath=...`, `xe pbd-plug uuid=...`.

Example:
    pool p
    host xcp1
    host xcp2
    host xcp3
    sr nfs nfs on=xcp1,xcp2   # rule: pbd-missing
    sr other nfs
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.records import SR, Host
from xenferry.pool.secrets import without_secrets
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import arg, of


def find(s: Snapshot) -> Iterator[Finding]:
    """Each shared SR with hosts that have no PBD for it."""
    for sr in s.SR.values():
        lacking = s.hosts_in(s.everywhere - s.with_pbd.get(sr.ref, 0))
        if sr.shared and lacking and sr.ref in s.with_pbd:
            yield Finding(
                code="pbd-missing",
                severity=Severity.RISK,
                subject=sr.ref,
                cause=sr.ref,
                hosts=tuple(host.ref for host in lacking),
                seen=f"The shared SR {sr.name_label!r} has no connection (PBD) to {of(lacking)}.",
                cures=(f"Create one: `{_command(s, sr, lacking[0])}`, then plug it.",),
            )


def _command(s: Snapshot, sr: SR, host: Host) -> str:
    config = next(pbd.device_config for pbd in s.PBD.values() if sr.ref == pbd.SR)
    public = without_secrets(config)
    shown = " ".join(
        f"device-config:{key}={arg(value) if value == public[key] else '...'}"
        for key, value in config.items()
        if key != "SRmaster"  # XAPI sets it by itself
    )
    return f"xe pbd-create sr-uuid={sr.uuid} host-uuid={host.uuid} {shown}".rstrip()
