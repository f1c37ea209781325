"""A network that guests use is not up on one of the hosts.

The host's interface (PIF) on it is unplugged. XAPI lets guests move there all the same and plugs it when the first one
arrives; if that fails, the migration does.

Cause: the interface was unplugged by hand, or could not be brought up when the host booted.
Fix: Plug it: `xe pif-plug uuid=...`.

Example:
    pool p
    host xcp1
      nic eth0 management
      nic eth1 network=LAN
    host xcp2
      nic eth0 management
      nic eth1 network=LAN unplugged   # rule: pif-unplugged
    guest web on=xcp1
      nic LAN
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.records import NULL, PIF
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity


def find(s: Snapshot) -> Iterator[Finding]:
    """Each unplugged PIF of a network with guests, but for members of bonds."""
    for pif in s.PIF.values():
        network = s.network.get(pif.network)
        if network and network.VIFs and not pif.currently_attached and pif.managed and pif.bond_slave_of == NULL:
            yield Finding(
                code="pif-unplugged",
                severity=Severity.RISK,
                subject=network.ref,
                cause=pif.ref,
                hosts=(pif.host,),
                seen=f"The network {network.name_label!r}, which guests use, is not up on {s.name(pif.host)}:"
                f" {_called(pif)} is unplugged.",
                cures=(f"Plug it: `xe pif-plug uuid={pif.uuid}`.",),
            )


def _called(pif: PIF) -> str:
    return pif.device if pif.VLAN < 0 else f"VLAN {pif.VLAN} on {pif.device}"
