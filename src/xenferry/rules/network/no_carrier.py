"""A network that guests use has no link on one of the hosts.

XAPI does not look at cables: it lets a guest move to that host, and the guest loses its network there without any
error.

Cause: the cable is unplugged or broken, or the switch port is off.
Fix: Plug in the cable, or switch the port on; `xe pif-list params=device,carrier,host-name-label` shows the links.

Cause: the NIC was never meant to be used on this host.
Fix: Do not put guests on its network, or forget the PIF: `xe pif-forget uuid=...`.

Example:
    pool p
    host xcp1
      nic eth0 management
      nic eth1 network=LAN
    host xcp2
      nic eth0 management
      nic eth1 network=LAN no-link   # rule: no-carrier
    guest web on=xcp1
      nic LAN
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.records import NULL
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts.agility import live
from xenferry.rules.finding import Finding, Severity


def find(s: Snapshot) -> Iterator[Finding]:
    """Each attached PIF without carrier, of a network with guests, on a live host."""
    for pif in s.PIF.values():
        network, metrics = s.network.get(pif.network), s.PIF_metrics.get(pif.metrics)
        on_live = live(s) >> s.place.get(pif.host, len(s.hosts)) & 1
        used = network is not None and network.VIFs and pif.currently_attached and pif.bond_slave_of == NULL
        if network and used and metrics and not metrics.carrier and on_live:
            yield Finding(
                code="no-carrier",
                severity=Severity.RISK,
                subject=network.ref,
                cause=pif.ref,
                hosts=(pif.host,),
                seen=f"{pif.device} of {s.name(pif.host)} has no link: a guest of the network {network.name_label!r}"
                " that moves there loses its network.",
                cures=(f"Look at the cable and the switch port of {pif.device} (MAC {pif.MAC}).",),
            )
