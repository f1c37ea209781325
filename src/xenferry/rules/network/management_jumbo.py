"""A management interface sends jumbo frames, which is not supported.

Joining hosts and reaching them has failed over a management network with an MTU above 1500: one switch or client on the
way that does not take such packets is enough.

Cause: the MTU of the management network was raised, as for storage.
Fix: Set it back (`xe network-param-set uuid=... MTU=1500`) and plug the interfaces again, one host at a time; put
    storage on a network of its own.

Example:
    pool p
    host xcp1   # rule: management-jumbo
      nic eth0 network=lan management
      nic eth1 network=storage
    network lan
      set MTU=9000
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity

STANDARD = 1500


def find(s: Snapshot) -> Iterator[Finding]:
    """Each host whose management network, or interface on it, has a larger MTU."""
    for pif in s.PIF.values():
        network, host = s.network.get(pif.network), s.host.get(pif.host)
        mtu = max(pif.MTU, network.MTU if network else 0)
        if pif.management and host is not None and network is not None and mtu > STANDARD:
            yield Finding(
                code="management-jumbo",
                severity=Severity.RISK,
                subject=host.ref,
                cause=network.ref,
                hosts=(host.ref,),
                seen=f"{host.name_label} is managed over network {network.name_label!r} with an MTU of {mtu}.",
                cures=(f"Set it back, then plug it again: `xe network-param-set uuid={network.uuid} MTU={STANDARD}`.",),
            )
