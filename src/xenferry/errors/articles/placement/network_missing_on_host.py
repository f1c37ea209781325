"""The host has no NIC in a network that the guest needs

XAPI looks only at the record: a network is on a host if some PIF of that host belongs to it. Networks belong together
by the name of the NIC (eth0 of all hosts is one network), never by cable, VLAN or subnet. Xen Orchestra's dialog cannot
map networks within one pool: XAPI refuses it.

Cause: the hosts' NICs have different names: what is eth0 here is eth4 there, so that the same cable is in two networks
    of the pool.
Fix:
- Give the NIC the same name on all hosts: empty the host, then in its dom0 `interface-rename --update eth0=MAC ...`,
  `xe pif-forget` the old ones, restart, `xe pif-scan host-uuid=HOST`. `xenferry nics plan` writes the steps.
- For now move the guest's NIC to a network that both hosts have: `xe vif-move uuid=VIF network-uuid=NETWORK`.

Cause: the VLAN or bond was made on some hosts only, e.g. before this host joined.
Fix: `xe pool-vlan-create` makes it on every host; for a bond `xe bond-create` with this host's NICs into the same
    network.

Cause: the network is internal (it has no NIC anywhere), and a running guest in it ties it to one host.
Fix: Move the guests of that network while they are shut down, or give the network a NIC or VLAN on every host.

Cause: the host lacks the NIC, or XAPI has not seen it yet.
Tell: dom0: `ip -br link` on that host lacks the NIC, or has it and `xe pif-list host-uuid=HOST` has not.
Fix: `xe pif-scan host-uuid=HOST`; if the card is new, check it in dom0 with `interface-rename --list`.

Example:
    VM_REQUIRES_NETWORK(OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e, OpaqueRef:b24a7465-1170-44e7-b308-5d67f2bdf146)
"""

from __future__ import annotations

from ipaddress import ip_interface
from typing import TYPE_CHECKING

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading
from xenferry.pool.hostset import HostSet

if TYPE_CHECKING:
    from xenferry.pool.records import PIF, Host, Network

RULES = ("network-not-on-host", "internal-network", "nic-names-differ")
CODES = ("VM_REQUIRES_NETWORK", "HOST_CANNOT_ATTACH_NETWORK")
CAUSES = ("nic-name", "vlan-or-bond-missing", "internal-network", "no-nic")
SAID = "{vm} has a NIC in {network}, and {target} has none in it"


def evidence_nic_name(reading: Reading, look: Look) -> Evidence:
    """A NIC in the same subnet under another name on a host without the network."""
    network = look.record(reading, "network", "network")
    if network is None or look.snapshot is None:
        return UNSEEN
    for host in _without(reading, look, network):
        for there in _members(look, network):
            for here in (pif for pif in look.snapshot.PIF.values() if pif.host == host.ref):
                if _same_subnet(here, there):
                    return supports(_say(look, host, here, there, network))
    return UNSEEN


def _say(look: Look, host: Host, here: PIF, there: PIF, network: Network) -> str:
    assert look.snapshot is not None
    other = look.snapshot.name(there.host)
    return (
        f"{host.name_label} has no NIC in '{network.name_label}', but its {here.device} ({here.IP}, MAC {here.MAC}) is "
        f"in the subnet of {there.device} on {other} ({there.IP}): the same cable under another name."
    )


def _members(look: Look, network: Network) -> list[PIF]:
    assert look.snapshot is not None
    return [pif for pif in look.snapshot.PIF.values() if pif.network == network.ref]


def _without(reading: Reading, look: Look, network: Network) -> tuple[Host, ...]:
    """The host that the call named if it lacks the network, else all that do."""
    assert look.snapshot is not None
    pool = look.snapshot
    lacking = pool.hosts_in(pool.everywhere - pool.with_network.get(network.ref, HostSet(0)))
    target = look.record(reading, "host", "target host", "host")
    return tuple(host for host in lacking if target is None or host.ref == target.ref) or lacking


def _same_subnet(here: PIF, there: PIF) -> bool:
    if not (here.IP and there.IP and there.netmask) or here.device == there.device:
        return False
    try:
        return ip_interface(f"{here.IP}/{there.netmask}").network == ip_interface(f"{there.IP}/{there.netmask}").network
    except ValueError:
        return False


def evidence_vlan_or_bond_missing(reading: Reading, look: Look) -> Evidence:
    """The network's PIFs elsewhere are VLANs or bonds."""
    network = look.record(reading, "network", "network")
    if network is None:
        return UNSEEN
    members = _members(look, network)
    if any(pif.VLAN >= 0 for pif in members):
        return supports(f"'{network.name_label}' is VLAN {max(pif.VLAN for pif in members)} on the other hosts.")
    if any(pif.bond_master_of for pif in members):
        return supports(f"'{network.name_label}' is a bond on the other hosts.")
    return contradicts("It is neither a VLAN nor a bond.") if members else UNSEEN


def evidence_internal_network(reading: Reading, look: Look) -> Evidence:
    """No PIF at all."""
    network = look.record(reading, "network", "network")
    if network is None:
        return UNSEEN
    if network.PIFs or _members(look, network):
        return contradicts(f"'{network.name_label}' has NICs.")
    return supports(f"'{network.name_label}' has no NIC on any host.")
