"""One network has different VLAN tags on different hosts.

For XAPI it is one network, so guests may move; on the wire they are then in another segment and reach nobody.

Cause: the VLANs were created host by host with different numbers.
Fix: Create the VLAN again with the number of the others: unplug and destroy the odd one (`xe vlan-destroy uuid=...`),
    then `xe vlan-create network-uuid=... pif-uuid=... vlan=...`.

Example:
    pool p
    host xcp1
      nic eth0 management
      vlan eth0 20 network=LAN
    host xcp2
      nic eth0 management
      vlan eth0 20 network=LAN
    host xcp3
      nic eth0 management
      vlan eth0 30 network=LAN   # rule: vlans-differ
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import listed


def find(s: Snapshot) -> Iterator[Finding]:
    """Each network whose PIFs have more than one tag; the cause is a PIF with the rarest."""
    for network in s.network.values():
        pifs = [s.PIF[ref] for ref in network.PIFs if ref in s.PIF]
        tags = Counter(pif.VLAN for pif in pifs)
        if len(tags) < 2:
            continue
        odd = min(pifs, key=lambda pif: tags[pif.VLAN])
        told = listed(f"{'none' if pif.VLAN < 0 else pif.VLAN} on {s.name(pif.host)}" for pif in pifs)
        yield Finding(
            code="vlans-differ",
            severity=Severity.RISK,
            subject=network.ref,
            cause=odd.ref,
            hosts=tuple(pif.host for pif in pifs if pif.VLAN == odd.VLAN),
            seen=f"Network {network.name_label!r} has different VLAN tags: {told}. Guests that move lose it.",
            cures=(f"Give it the same tag on {s.name(odd.host)}: destroy its VLAN there and create it again.",),
        )
