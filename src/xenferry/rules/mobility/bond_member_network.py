"""The guest's network belongs to a NIC that is part of a bond on the host.

Traffic of a bond's members goes through the bond; their own networks cannot be used by guests.

Cause: the bond was created after guests had been put on the member's network.
Fix: Move the guest's interface to the bond's network: `xe vif-move uuid=... network-uuid=...`.

Cause: the NIC is bonded on this host only.
Fix: Bond the same NICs on all hosts, or break the bond here: `xe bond-destroy uuid=...`.

Example:
    pool p
    host xcp1
      nic eth0 management
      nic eth1 network=LAN
      nic eth2
    host xcp2
      nic eth0 management
      nic eth1 network=LAN
      nic eth2
      bond bond0 of=eth1,eth2
    guest web on=xcp1
      nic LAN   # rule: bond-member-network
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import network
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go

where = (Place("core", 13),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts whose PIF on one of its networks is a bond's member."""
    bonded = network.bonded(s)
    return network.interfaces_refused(s, guests, bonded) if bonded else {}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    bit = 1 << s.place[host.ref]
    net = next(net for _, net in network.networks_of(s, vm) if network.bonded(s).get(net.ref, 0) & bit)
    return ("HOST_CANNOT_ATTACH_NETWORK", host.ref, net.ref)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """The network and the NIC."""
    bit = 1 << s.place[hosts[0].ref]
    vif, net = next(each for each in network.networks_of(s, vm) if network.bonded(s).get(each[1].ref, 0) & bit)
    device = network.pifs(s)[net.ref, hosts[0].ref][0].device
    seen = f"{cannot_go(vm, hosts)}: its network {net.name_label!r} is on {device}, which is part of a bond there."
    move = f"Move its interface to the bond's network: `xe vif-move uuid={vif.uuid} network-uuid=...`."
    return Words(vif.ref, seen, (move,))
