"""The host has no interface on a network of the guest.

A guest can only go to hosts that have a PIF on each network it has an interface on, plugged or not. XAPI pairs NICs of
different hosts by their names alone: if the same cable is eth0 on one host and eth4 on another, the hosts have
different networks.

Cause: the NICs of the hosts have different names for the same cable.
Fix: Give them the same names: `xenferry nics plan` shows what would change, `xenferry nics apply` does it.

Cause: the VLAN or bond was created on some hosts only.
Fix:
- Create the VLAN on all hosts: `xe pool-vlan-create network-uuid=... pif-uuid=... vlan=...`.
- Create the bond on the missing host: `xe bond-create network-uuid=... pif-uuids=...`.

Cause: the host does not have that NIC at all.
Fix: Move the guest's interface to a network that all hosts have (`xe vif-move uuid=... network-uuid=...`).

Example:
    pool p
    host xcp1
      nic eth0 management
      nic eth1 network=Storage
    host xcp2
      nic eth0 management
    guest web on=xcp1
      nic Storage   # rule: network-not-on-host
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import cables, network
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go, of

where = (Place("core", 12),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts without a PIF on one of its networks."""
    everywhere, available = int(s.everywhere), network.available(s)
    lacking = {ref: everywhere & ~available[ref] for ref, net in s.network.items() if not network.is_internal(net)}
    return network.interfaces_refused(s, guests, lacking)


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer, which is about the first of all networks, internal ones too."""
    return network.first_unavailable(s, vm, host)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """The network, who has it, and whether another NIC is on the same cable."""
    bit = 1 << s.place[hosts[0].ref]
    needed = ((vif, net) for vif, net in network.networks_of(s, vm) if not network.is_internal(net))
    vif, net = next((vif, net) for vif, net in needed if not network.available(s)[net.ref] & bit)
    have = of(host for host in s.hosts if network.available(s)[net.ref] >> s.place[host.ref] & 1) or "no host"
    seen = f"{cannot_go(vm, hosts)}: no interface there is on its network {net.name_label!r}, which {have} has."
    twin = cables.twin(s, net, hosts[0])
    if twin is not None:
        told = f" {hosts[0].name_label} has that cable as {twin.device}, on another network."
        return Words(vif.ref, seen + told, ("Give the NICs the same names: `xenferry nics plan`.",))
    move = f"Move its interface to a network that all hosts have: `xe vif-move uuid={vif.uuid} network-uuid=...`."
    return Words(vif.ref, seen, (_create(s, net.ref, hosts[0]), move))


def _create(s: Snapshot, net: Ref, host: Host) -> str:
    pif = next((s.PIF[ref] for ref in s.network[net].PIFs if ref in s.PIF), None)
    if pif is not None and pif.VLAN >= 0:
        vlan = f"xe vlan-create network-uuid={s.network[net].uuid} pif-uuid=... vlan={pif.VLAN}"
        return f"Create VLAN {pif.VLAN} on {host.name_label} too: `{vlan}`."
    if pif is not None and pif.bond_master_of:
        bond = f"xe bond-create network-uuid={s.network[net].uuid} pif-uuids=..."
        return f"Create the bond on {host.name_label} too: `{bond}`."
    return f"Compare the NICs of the hosts: `xenferry nics show`; a NIC may have another name on {host.name_label}."
