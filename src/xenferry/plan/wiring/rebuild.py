"""What a host loses when its NICs get other names, and the steps that bring it back under the new ones.

XAPI knows a NIC by its name. Records of names that are no more are forgotten, with all that stands on them; and when
the management interface is among the renamed, XAPI drops every record of the host and begins with the management
interface alone (xapi.ml: check_network_reset; xapi_host.ml: reset_networking).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from xenferry.plan import steps as s
from xenferry.plan.things import thing
from xenferry.plan.wiring.networks import of_vlan
from xenferry.plan.wiring.wires import Wires, roots
from xenferry.pool import records as r
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot


class Lost(Struct, frozen=True, kw_only=True):
    """What of a host's network has to be built anew."""

    host: Ref
    names: Mapping[Ref, str]
    """NIC -> its new name."""
    management: r.PIF | None
    """The management interface, if a NIC under it is renamed: XAPI builds all records of the host anew then."""
    bonds: tuple[r.Bond, ...]
    vlans: tuple[r.VLAN, ...]
    tunnels: tuple[r.Tunnel, ...]
    pifs: tuple[r.PIF, ...]
    """NICs, bonds and VLANs whose settings are lost, what stands on others after those."""


def lost(snapshot: Snapshot, host: Ref, names: Mapping[Ref, str]) -> Lost:
    """What a renaming takes away."""
    own = [pif for pif in snapshot.PIF.values() if pif.host == host]
    under = {pif.ref: roots(snapshot, pif) for pif in own}
    management = next((pif for pif in own if pif.management and any(nic in names for nic in under[pif.ref])), None)
    gone = [pif for pif in own if management or any(nic in names for nic in under[pif.ref])]
    refs = {pif.ref for pif in gone}
    return Lost(
        host=host,
        names=names,
        management=management,
        bonds=tuple(bond for bond in snapshot.Bond.values() if bond.master in refs),
        vlans=tuple(vlan for vlan in snapshot.VLAN.values() if vlan.untagged_PIF in refs),
        tunnels=tuple(tunnel for tunnel in snapshot.tunnel.values() if tunnel.transport_PIF in refs),
        pifs=tuple(sorted((pif for pif in gone if _has_settings(pif)), key=_rank)),
    )


def _has_settings(pif: r.PIF) -> bool:
    """A bond's member and a tunnel's end have none of their own."""
    return pif.bond_slave_of == NULL and not pif.tunnel_access_PIF_of


def _rank(pif: r.PIF) -> tuple[int, bool]:
    """NICs, bonds, VLANs; those without an address first, so that none is on two NICs at once."""
    kind = 2 if pif.VLAN_master_of != NULL else 1 if pif.bond_master_of else 0
    return kind, bool(pif.IP or any(pif.IPv6))


def impossible(snapshot: Snapshot, what: Lost) -> Iterator[str]:
    """What stands on the NICs that only a person can build anew."""
    for tunnel in what.tunnels:
        end = snapshot.PIF.get(tunnel.access_PIF)
        if end is None or end.IP or any(end.IPv6) or end.other_config:
            yield f"a tunnel on {snapshot.PIF[tunnel.transport_PIF].device} has an address or settings of its own"
    for pif in what.pifs:
        if pif.sriov_physical_PIF_of or pif.sriov_logical_PIF_of:
            yield f"{pif.device} has SR-IOV switched on, which xenferry does not build anew"
    own = what.management
    if own is not None and own.primary_address_type == "IPv6":
        yield f"management is reached by IPv6 on {own.device}, and its new name is only prepared for IPv4"
    if own is not None and own.VLAN_master_of != NULL and not _named_alike(snapshot, what, own):
        yield f"management is on VLAN {own.VLAN}, whose network XAPI would not find again under the new name"


def _named_alike(snapshot: Snapshot, what: Lost, management: r.PIF) -> bool:
    """XAPI takes the network of any host's VLAN of this tag on a NIC of this name (xapi.ml: check_network_reset)."""
    nic = snapshot.PIF[roots(snapshot, management)[0]]
    name = what.names.get(nic.ref, nic.device)
    alike = [pif for pif in snapshot.PIF.values() if (pif.device, pif.VLAN) == (name, management.VLAN)]
    return bool(alike) and all(pif.network == management.network for pif in alike)


def take_down(snapshot: Snapshot, what: Lost) -> Iterator[s.AnyStep]:
    """Before the renaming: XAPI forgets no NIC on which something stands. A network reset does it by itself."""
    if what.management is not None:
        return
    host = thing(snapshot, "host", what.host)
    for tunnel in what.tunnels:
        network = thing(snapshot, "network", snapshot.PIF[tunnel.access_PIF].network)
        yield s.DropTunnel(key=f"drop-{tunnel.uuid}", host=host, network=network)
    for vlan in what.vlans:
        nic = _mac(snapshot, snapshot.PIF[vlan.tagged_PIF])
        yield s.DropVLAN(key=f"drop-{vlan.uuid}", host=host, nic=nic, vlan=vlan.tag)
    for bond in what.bonds:
        yield s.DropBond(key=f"drop-{bond.uuid}", host=host, members=_macs(snapshot, bond))


def forget(snapshot: Snapshot, what: Lost) -> Iterator[s.AnyStep]:
    """After the reboot: the records under names that no NIC of the host has any more."""
    if what.management is not None:
        return
    host = thing(snapshot, "host", what.host)
    for nic in what.names:
        if snapshot.PIF[nic].device not in what.names.values():
            pif = thing(snapshot, "PIF", nic)
            yield s.ForgetPIF(key=f"forget-{pif.uuid}", host=host, pif=pif)


def build_up(snapshot: Snapshot, wires: Wires, what: Lost) -> Iterator[s.AnyStep]:
    """After the records are there again: bonds, VLANs, then everything's address and settings."""
    host = thing(snapshot, "host", what.host)
    for bond in what.bonds:
        master = snapshot.PIF[bond.master]
        members = _macs(snapshot, bond)
        yield s.MakeBond(
            key=f"make-{bond.uuid}",
            host=host,
            members=members,
            network=thing(snapshot, "network", master.network),
            mode=bond.mode,
            properties=tuple(sorted(bond.properties.items())),
            mac="" if master.MAC in members else master.MAC,
        )
    for vlan in what.vlans:
        network = of_vlan(snapshot, wires, snapshot.PIF[vlan.untagged_PIF])
        nic = _mac(snapshot, snapshot.PIF[vlan.tagged_PIF])
        where = thing(snapshot, "network", network)
        yield s.MakeVLAN(key=f"make-{vlan.uuid}", host=host, nic=nic, vlan=vlan.tag, network=where)
    for pif in what.pifs:
        if not _set_up_by_reset(what, pif):
            yield set_up(snapshot, host, pif, what.names)
    for tunnel in what.tunnels:  # after the addresses: a tunnel comes up only between such
        yield _tunnelled(snapshot, host, tunnel)


def _tunnelled(snapshot: Snapshot, host: s.Thing, tunnel: r.Tunnel) -> s.MakeTunnel:
    below = snapshot.PIF[tunnel.transport_PIF]
    return s.MakeTunnel(
        key=f"make-{tunnel.uuid}",
        host=host,
        nic=_mac(snapshot, below),
        vlan=below.VLAN if below.VLAN_master_of != NULL else -1,
        network=thing(snapshot, "network", snapshot.PIF[tunnel.access_PIF].network),
        protocol=tunnel.protocol,
        other_config=tuple(sorted(tunnel.other_config.items())),
    )


def _set_up_by_reset(what: Lost, pif: r.PIF) -> bool:
    """The management interface, when there is nothing about it that the reset does not know."""
    plain = not (pif.other_config or pif.disallow_unplug or pif.bond_master_of or _has_ipv6(pif))
    return what.management is not None and what.management.ref == pif.ref and plain


def _has_ipv6(pif: r.PIF) -> bool:
    return pif.ipv6_configuration_mode not in ("", "None")


def set_up(snapshot: Snapshot, host: s.Thing, pif: r.PIF, names: Mapping[Ref, str]) -> s.SetUpPIF:
    """The step that gives a NIC, bond or VLAN the settings that it has now."""
    static, static6 = pif.ip_configuration_mode == "Static", pif.ipv6_configuration_mode == "Static"
    tag = pif.VLAN if pif.VLAN_master_of != NULL else -1
    base = "the bond" if _bonded(snapshot, pif) else names.get(roots(snapshot, pif)[0], pif.device)
    return s.SetUpPIF(
        key=f"set-up-{pif.uuid}",
        host=host,
        nic=_mac(snapshot, pif),
        name=f"VLAN {tag} on {base}" if tag >= 0 else base,
        vlan=tag,
        mode=pif.ip_configuration_mode or "None",
        ip=pif.IP if static else "",
        netmask=pif.netmask if static else "",
        gateway=pif.gateway if static else "",
        dns=pif.DNS if static or static6 else "",
        mode6=pif.ipv6_configuration_mode or "None",
        ip6=_global(pif.IPv6) if static6 else "",
        gateway6=pif.ipv6_gateway if static6 else "",
        other_config=tuple(sorted(pif.other_config.items())),
        plugged=pif.currently_attached,
        pinned=pif.disallow_unplug,
    )


def _global(addresses: tuple[str, ...]) -> str:
    """The one that was configured: XAPI may list the link's own address, which comes by itself, beside it."""
    return next((each for each in addresses if each and not each.lower().startswith("fe80:")), "")


def _bonded(snapshot: Snapshot, pif: r.PIF) -> bool:
    return len(roots(snapshot, pif)) > 1 or any(snapshot.PIF[nic].bond_slave_of != NULL for nic in roots(snapshot, pif))


def _mac(snapshot: Snapshot, pif: r.PIF) -> str:
    return snapshot.PIF[roots(snapshot, pif)[0]].MAC


def _macs(snapshot: Snapshot, bond: r.Bond) -> tuple[str, ...]:
    """The members' addresses, the first member first."""
    first = sorted(bond.slaves, key=lambda ref: ref != bond.primary_slave)
    return tuple(snapshot.PIF[ref].MAC for ref in first if ref in snapshot.PIF)


def management(snapshot: Snapshot, what: Lost) -> s.Management | None:
    """How the management interface comes up under the new names; None when it is not concerned."""
    pif = what.management
    if pif is None:
        return None
    nic = snapshot.PIF[roots(snapshot, pif)[0]]
    dhcp = pif.ip_configuration_mode == "DHCP"
    own = ("", "", "", "") if dhcp else (pif.IP, pif.netmask, pif.gateway, pif.DNS)
    return s.Management(
        device=what.names.get(nic.ref, nic.device),
        mode="dhcp" if dhcp else "static",
        ip=own[0],
        netmask=own[1],
        gateway=own[2],
        dns=own[3],
        vlan=str(pif.VLAN) if pif.VLAN_master_of != NULL else "",
    )


def connections(snapshot: Snapshot, what: Lost) -> Iterator[s.AnyStep]:
    """Storage that was reached over an address that moved: XAPI's own try at the boot may have come too early."""
    if not any(pif.IP and not pif.management for pif in what.pifs):
        return
    host = thing(snapshot, "host", what.host)
    for pbd in snapshot.PBD.values():
        sr = snapshot.SR.get(pbd.SR)
        if pbd.host == what.host and pbd.currently_attached and sr is not None and sr.shared:
            own = s.Thing("PBD", pbd.uuid, f"to {sr.name_label}")
            yield s.PlugPBD(key=f"plug-{pbd.uuid}", pbd=own, host=host, sr=thing(snapshot, "SR", sr.ref))
