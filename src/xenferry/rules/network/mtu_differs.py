"""Hosts send packets of different sizes on one network.

A PIF takes its network's MTU when it is plugged. Where one still has another, large packets between hosts vanish: small
requests work, migrations and storage traffic hang.

Cause: the network's MTU was changed, and the PIF was not plugged again.
Fix: In a quiet moment: `xe pif-unplug uuid=...`, `xe pif-plug uuid=...`, or reboot the host. Switches must take it too.

Example:
    pool p
    host xcp1
      nic eth0 management
      nic eth1 network=storage
    network storage   # rule: mtu-differs
      set MTU=9000
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import listed


def find(s: Snapshot) -> Iterator[Finding]:
    """Each network with plugged PIFs of another MTU than its own."""
    for network in s.network.values():
        pifs = [s.PIF[ref] for ref in network.PIFs if ref in s.PIF]
        odd = [pif for pif in pifs if pif.currently_attached and pif.MTU != network.MTU]
        if odd:
            told = listed(f"{pif.MTU} on {s.name(pif.host)}" for pif in odd)
            yield Finding(
                code="mtu-differs",
                severity=Severity.RISK,
                subject=network.ref,
                cause=network.ref,
                hosts=tuple(pif.host for pif in odd),
                seen=f"Network {network.name_label!r} has MTU {network.MTU}, but it is {told}.",
                cures=(f"Plug it again when nobody needs it: `xe pif-unplug uuid={odd[0].uuid}`, then `xe pif-plug`.",),
            )
