"""The pool as it will be: after a renaming, a new VLAN, a new bond, after guests moved. Planning goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec.structs import replace

from xenferry.pool import records as r
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot


def linked(s: Snapshot, **changed: Mapping[Ref, Any]) -> Snapshot:
    """The snapshot with these tables, and with every network's lists of PIFs and VIFs made to fit."""
    pifs = changed.get("PIF", s.PIF)
    vifs = changed.get("VIF", s.VIF)
    networks = changed.get("network", s.network)
    own: dict[Ref, list[Ref]] = {}
    guests: dict[Ref, list[Ref]] = {}
    for ref, pif in pifs.items():
        own.setdefault(pif.network, []).append(ref)
    for ref, vif in vifs.items():
        guests.setdefault(vif.network, []).append(ref)
    fitted = {
        ref: replace(each, PIFs=tuple(own.get(ref, ())), VIFs=tuple(guests.get(ref, ())))
        for ref, each in networks.items()
    }
    return s.with_tables({**changed, "network": fitted}, s.taken_at)


def bridge(device: str) -> str:
    """What XAPI calls the network of NICs of this name."""
    return f"xenbr{device[3:]}" if device.startswith("eth") else f"br{device}"


def renamed(s: Snapshot, names: Mapping[Ref, str], network_of: Callable[[Snapshot, r.PIF], Ref | None]) -> Snapshot:
    """NICs of one host with other names, in the networks of those names; their VLANs in the networks they belong to.

    Args:
        s: the pool.
        names: NIC -> its new name.
        network_of: the network that a VLAN shall be in then; None: where it is.
    """
    networks, pifs = dict(s.network), dict(s.PIF)
    for ref, name in names.items():
        pifs[ref] = replace(pifs[ref], device=name, network=_network(networks, name))
    for vlan in s.VLAN.values():
        if vlan.tagged_PIF in names and vlan.untagged_PIF in pifs:
            old = pifs[vlan.untagged_PIF]
            moved = network_of(s, old) or old.network
            pifs[old.ref] = replace(old, device=names[vlan.tagged_PIF], network=moved)
    return linked(s, PIF=pifs, network=networks)


def _network(networks: dict[Ref, r.Network], device: str) -> Ref:
    """The network for NICs of this name; XAPI makes it when it finds the first."""
    wanted = bridge(device)
    for each in networks.values():
        if each.bridge == wanted:
            return each.ref
    made = Ref(f"OpaqueRef:later-{wanted}")
    label = f"Pool-wide network associated with {device}"
    networks[made] = r.Network(ref=made, uuid=f"later-{wanted}", name_label=label, bridge=wanted)
    return made


def exists(network: r.Network | None) -> bool:
    """Is the network there now already?"""
    return network is not None and not network.uuid.startswith("later-")


def with_vlan(s: Snapshot, below: r.PIF, tag: int, network: Ref) -> Snapshot:
    """A VLAN more."""
    pif, vlan = Ref(f"OpaqueRef:later-pif-{below.ref}-{tag}"), Ref(f"OpaqueRef:later-vlan-{below.ref}-{tag}")
    made = replace(
        below, ref=pif, uuid=pif, network=network, VLAN=tag, VLAN_master_of=vlan, VLAN_slave_of=(), physical=False,
        management=False, IP="", netmask="", gateway="", DNS="", ip_configuration_mode="None", bond_master_of=(),
        currently_attached=True, other_config={},
    )  # fmt: skip
    base = replace(below, VLAN_slave_of=(*below.VLAN_slave_of, vlan))
    record = r.VLAN(ref=vlan, uuid=vlan, tagged_PIF=below.ref, untagged_PIF=pif, tag=tag)
    return linked(s, PIF={**s.PIF, below.ref: base, pif: made}, VLAN={**s.VLAN, vlan: record})


def with_bond(s: Snapshot, nic: r.PIF, network: Ref, mode: str) -> Snapshot:
    """A bond of one NIC: what stood on the NIC stands on the bond, and guests' interfaces of this host follow."""
    bond, master = Ref(f"OpaqueRef:later-bond-{nic.ref}"), Ref(f"OpaqueRef:later-pif-{nic.ref}")
    made = replace(
        nic, ref=master, uuid=master, network=network, physical=False, bond_master_of=(bond,), device=f"bond-{nic.uuid}"
    )
    bare = replace(
        nic, bond_slave_of=bond, VLAN_slave_of=(), management=False, IP="", netmask="", gateway="", DNS="",
        ip_configuration_mode="None", currently_attached=False,
    )  # fmt: skip
    vlans = {
        ref: replace(each, tagged_PIF=master) if each.tagged_PIF == nic.ref else each for ref, each in s.VLAN.items()
    }
    record = r.Bond(ref=bond, uuid=bond, master=master, slaves=(nic.ref,), primary_slave=nic.ref, mode=mode)
    vifs = {ref: _followed(s, vif, nic, network) for ref, vif in s.VIF.items()}
    pifs = {**s.PIF, nic.ref: bare, master: made}
    return linked(s, PIF=pifs, Bond={**s.Bond, bond: record}, VLAN=vlans, VIF=vifs)


def _followed(s: Snapshot, vif: r.VIF, nic: r.PIF, network: Ref) -> r.VIF:
    vm = s.VM.get(vif.VM)
    here = vif.network == nic.network and vm is not None and vm.resident_on == nic.host
    return replace(vif, network=network) if here else vif


def moved(s: Snapshot, places: Mapping[Ref, Ref]) -> Snapshot:
    """Guests on other hosts."""
    vms = {ref: replace(vm, resident_on=places.get(ref, vm.resident_on)) for ref, vm in s.VM.items()}
    own: dict[Ref, list[Ref]] = {}
    for vm in vms.values():
        own.setdefault(vm.resident_on, []).append(vm.ref)
    hosts = {ref: replace(host, resident_VMs=tuple(own.get(ref, ()))) for ref, host in s.host.items()}
    return s.with_tables({"VM": vms, "host": hosts}, s.taken_at)


def replugged(s: Snapshot, networks: Mapping[Ref, Ref]) -> Snapshot:
    """Guests' interfaces in other networks."""
    return linked(s, VIF={ref: replace(vif, network=networks.get(ref, vif.network)) for ref, vif in s.VIF.items()})
