"""The receiving host has no NIC on a network that the guest would be on: it arrives, and reaches nobody.

Between pools XAPI does not ask whether the receiving host has the networks that were chosen.

Cause: that host is not connected to the network, or its NICs have other names than those of the other hosts.
Fix: Choose another host or network, or give that host a NIC on it: `xenferry nics plan` on that pool.

Example:
    pool east
    host north
      nic eth0 management
      nic eth1
    guest mail   # rule: network-out-of-reach-there
      disk root
      nic eth1
    guest wiki
      disk root
      nic eth0

    pool west
    host upper
      nic eth0 management
    host lower
      nic eth0 management
      nic eth1
    sr store nfs default
"""

from __future__ import annotations

from xenferry.pool.records import Ref
from xenferry.rules.finding import Error, Severity
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("way", 3)
severity = Severity.RISK


def hosts(j: Journey) -> int:
    """All hosts without one of the networks, if any host has it."""
    lacking = 0
    for ref in _chosen(j):
        lacking |= j.there.everywhere & ~int(j.there.with_network.get(ref, j.there.everywhere))
    return lacking


def refused(j: Journey) -> bool:
    """A network that other hosts there have, and this one has not."""
    return bool(_lost(j))


def _lost(j: Journey) -> list[Ref]:
    bit = 1 << j.there.place[j.host.ref]
    return [ref for ref in _chosen(j) if j.there.with_network.get(ref, bit) & bit == 0]


def _chosen(j: Journey) -> list[Ref]:
    return list(dict.fromkeys(j.networks[vif] for vif in j.vm.VIFs if vif in j.networks))


def error(j: Journey) -> Error:
    """XAPI does not ask."""
    return ()


def say(j: Journey) -> Words:
    """Which network."""
    ref = _lost(j)[0]
    seen = f"{j.vm.name_label} would arrive on {j.target} without a connection: that host has no NIC on network"
    cures = ("Choose another host of that pool.", "Choose another network with `--net HERE=THERE`.")
    return Words(ref, f"{seen} {j.there.name(ref)!r}.", cures)
