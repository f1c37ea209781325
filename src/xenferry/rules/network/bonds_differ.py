"""Some hosts have a bond on a network, and others a single NIC.

A bond that was made on one host only leaves the others with half the bandwidth and no second cable, and whatever looks
for the bond on every host fails there.

Cause: the bond was created while only some hosts were in the pool, or with `xe bond-create` for single hosts.
Fix: Make the same bond on the others: `xe bond-create network-uuid=... pif-uuids=...`.

Cause: those hosts have fewer NICs.
Fix: Add a NIC, or accept it: `xenferry silence bonds-differ`.

Example:
    pool p
    host xcp1
      nic eth0 management
      nic eth1
      nic eth2
      bond bond1 of=eth1,eth2 network=guests
    host xcp2   # rule: bonds-differ
      nic eth0 management
      nic eth1
      nic eth2
      vlan eth0 7 network=guests
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.records import PIF, Host, Network
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import listed, of


def find(s: Snapshot) -> Iterator[Finding]:
    """Each network that is on bonds on some hosts and on single NICs on others."""
    for network in s.network.values():
        pifs = [s.PIF[ref] for ref in network.PIFs if ref in s.PIF and s.PIF[ref].host in s.host]
        bonds = [pif for pif in pifs if pif.bond_master_of]
        singles = [pif for pif in pifs if not pif.bond_master_of]
        for pif in singles if bonds else ():
            yield _finding(s, network, s.host[pif.host], pif, [s.host[each.host] for each in bonds])


def _finding(s: Snapshot, network: Network, host: Host, pif: PIF, bonded: list[Host]) -> Finding:
    where = of(bonded)
    spare = [
        each.device
        for each in s.PIF.values()
        if each.host == host.ref and each.physical and not each.management and not each.currently_attached
    ]
    free = f" Unplugged there: {listed(spare)}." if spare else ""
    return Finding(
        code="bonds-differ",
        severity=Severity.NOTE,
        subject=host.ref,
        cause=pif.ref,
        hosts=(host.ref,),
        seen=f"Network {network.name_label!r} is on a bond on {where}, and on {pif.device} alone on {host.name_label}.",
        cures=(f"Make the same bond there: `xe bond-create network-uuid={network.uuid} pif-uuids=...`.{free}",),
    )
