"""Every NIC of every host with what stands on it: the table that people compare hosts by."""

from __future__ import annotations

from msgspec import Struct

from xenferry.pool import records as r
from xenferry.pool.cables import Cable, Trust, cables
from xenferry.pool.neighbour import Neighbour, neighbours
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot

SURE = {
    Trust.NAME: "believed", Trust.MANAGEMENT: "likely", Trust.SWITCH: "sure", Trust.SUBNET: "sure", Trust.TOLD: "sure",
}  # fmt: skip
"""How far the evidence goes, in a word."""


class Vlan(Struct, frozen=True):
    """A VLAN on a NIC, or on the bond that the NIC is in."""

    tag: int
    network: str
    address: str


class Nic(Struct, frozen=True, kw_only=True):
    """One NIC of one host."""

    cable: int
    """The same number: on the same cable, as far as addresses and names tell."""
    host: str
    device: str
    mac: str
    pci: str
    driver: str
    """Empty where XAPI does not tell."""
    card: str
    network: str
    """The network of the NIC, or of the bond that it is in."""
    address: str
    """The NIC's own, or its bond's."""
    management: bool
    plugged: bool
    carrier: bool
    speed: int
    """Mbit/s; 0 without a link."""
    mtu: int
    bond: str
    """The bond that it is in with its mode, e.g. `bond0 (balance-slb)`; empty: none."""
    vlans: tuple[Vlan, ...]
    why: str
    """How the cable was told."""
    sure: str
    """`sure`, `likely` or `believed`."""
    agreed: bool
    """Is the cable one network for XAPI?"""
    neighbour: Neighbour | None = None


def list_nics(s: Snapshot) -> tuple[Nic, ...]:
    """All physical NICs, cable by cable, in the pool's order."""
    told = neighbours(s)
    return tuple(
        _nic(s, s.PIF[ref], number, cable, told.get(ref))
        for number, cable in enumerate(cables(s), 1)
        for ref in cable.nics
    )


def _nic(s: Snapshot, pif: r.PIF, number: int, cable: Cable, neighbour: Neighbour | None) -> Nic:
    bond = s.Bond.get(pif.bond_slave_of)
    base = s.PIF.get(bond.master, pif) if bond else pif
    metrics = s.PIF_metrics.get(pif.metrics, r.PIFMetrics(ref=Ref(""), uuid=""))
    pci = s.PCI.get(pif.PCI)
    return Nic(
        cable=number,
        host=s.name(pif.host),
        device=pif.device,
        mac=pif.MAC,
        pci=metrics.pci_bus_path if metrics.pci_bus_path not in ("", "N/A") else pci.pci_id if pci else "",
        driver=pci.driver_name if pci else "",
        card=f"{metrics.vendor_name} {metrics.device_name}".strip(),
        network=s.name(base.network) if base.network in s.network else "",
        address=base.IP or next(iter(base.IPv6), ""),
        management=base.management,
        plugged=base.currently_attached,
        carrier=metrics.carrier,
        speed=metrics.speed if metrics.carrier else 0,
        mtu=base.MTU,
        bond=f"{base.device} ({bond.mode})" if bond else "",
        vlans=_vlans(s, base),
        why=cable.why,
        sure=SURE[cable.trust],
        agreed=cable.agreed(s),
        neighbour=neighbour,
    )


def _vlans(s: Snapshot, base: r.PIF) -> tuple[Vlan, ...]:
    found = (s.VLAN[ref] for ref in base.VLAN_slave_of if ref in s.VLAN)
    on = ((vlan.tag, s.PIF[vlan.untagged_PIF]) for vlan in found if vlan.untagged_PIF in s.PIF)
    return tuple(Vlan(tag, s.name(pif.network) if pif.network in s.network else "", pif.IP) for tag, pif in on)
