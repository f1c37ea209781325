"""The guest is on an internal network, which lives on one host only.

A network without any PIF connects guests of the same host. As soon as a guest runs on it, XAPI lets no guest of that
network start or arrive elsewhere: a running guest pins itself.

Cause: the network is for guests that only talk to each other, for instance behind a firewall guest.
Fix:
- If the guest does not need it now, unplugging is not enough: take the interface away (`xe vif-destroy uuid=...`) and
  create it again after the move.
- If the guests may be parted for a moment, say so: `xe network-param-set uuid=...
  other-config:assume_network_is_shared=true`; then XAPI no longer checks it.
- Use a VLAN or a private overlay network that all hosts have.

Example:
    pool p
    host xcp1
    host xcp2
    network backstage internal
    guest app on=xcp1
      nic backstage   # rule: internal-network
    guest web on=xcp1
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import network
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go, listed, verb

where = (Place("core", 12),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts where no running guest of the network is, if one is running anywhere."""
    everywhere, available = int(s.everywhere), network.available(s)
    lacking = {ref: everywhere & ~available[ref] for ref, net in s.network.items() if network.is_internal(net)}
    return network.interfaces_refused(s, guests, lacking) if lacking else {}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer, which is about the first of all networks, others too."""
    return network.first_unavailable(s, vm, host)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """The network and who is on it."""
    bit = 1 << s.place[hosts[0].ref]
    needed = ((vif, net) for vif, net in network.networks_of(s, vm) if network.is_internal(net))
    vif, net = next((vif, net) for vif, net in needed if not network.available(s)[net.ref] & bit)
    users = [s.VM.get(s.VIF[ref].VM) for ref in net.VIFs if ref in s.VIF]
    running = [user.name_label for user in users if user and user.power_state == "Running"]
    used = f"{listed(running)} {verb(len(running), 'uses', 'use')} it"
    seen = f"{cannot_go(vm, hosts)}: its network {net.name_label!r} is internal to one host, where {used}."
    assume = f"xe network-param-set uuid={net.uuid} other-config:assume_network_is_shared=true"
    take = f"Take the interface away for the move: `xe vif-destroy uuid={vif.uuid}`, and create it again afterwards."
    return Words(vif.ref, seen, (take, f"If its guests may be parted, let XAPI ignore it: `{assume}`."))
