"""What a PIF stands on: a VLAN on a bond, a tunnel on a NIC, down to a NIC or a bond, which stand on nothing."""

from __future__ import annotations

import ipaddress

from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Database, Record
from xenferry.lab.error import internal

Layer = tuple[str, str]
"""A kind (`tunnel`, `vlan`, `sriov`, `bond`, `physical`) and the PIF of that kind."""


def kind(pif: Record) -> str:
    """The one kind a PIF is of. Raises INTERNAL_ERROR for one that is none."""
    tests = (
        ("tunnel", bool(pif["tunnel_access_PIF_of"])),
        ("vlan", pif["VLAN_master_of"] != NULL),
        ("sriov", bool(pif["sriov_logical_PIF_of"])),
        ("bond", bool(pif["bond_master_of"])),
        ("physical", pif["physical"]),
    )
    for name, holds in tests:
        if holds:
            return name
    raise internal(f"Cannot calculate PIF type of {pif['uuid']}")


def below(db: Database, pif: Record) -> str | None:
    """The PIF that this one stands on; None for a NIC or a bond."""
    found = kind(pif)
    if found == "tunnel":
        return str(db.get("tunnel", pif["tunnel_access_PIF_of"][0])["transport_PIF"])
    if found == "vlan":
        return str(db.get("VLAN", pif["VLAN_master_of"])["tagged_PIF"])
    if found == "sriov":
        return str(db.get("network_sriov", pif["sriov_logical_PIF_of"][0])["physical_PIF"])
    return None


def layers(db: Database, ref: str) -> list[Layer]:
    """The PIF's own kind first, then those it stands on."""
    found: list[Layer] = []
    at: str | None = ref
    while at is not None:
        pif = db.get("PIF", at)
        found.append((kind(pif), at))
        at = below(db, pif)
    return found


def kinds(db: Database, ref: str) -> list[str]:
    """The kinds alone."""
    return [name for name, _ in layers(db, ref)]


def of_host(db: Database, host: str) -> dict[str, Record]:
    """The PIFs of a host."""
    return {ref: pif for ref, pif in db.all("PIF").items() if pif["host"] == host}


def on(db: Database, network: str, host: str) -> list[str]:
    """The PIFs that join a host to a network: at most one, by construction."""
    return [ref for ref in db.get("network", network)["PIFs"] if db.get("PIF", ref)["host"] == host]


def carrier(db: Database, network: str, host: str) -> str | None:
    """The NIC or bond that in the end carries a network on a host; None when the host is not on it."""
    mine = on(db, network, host)
    return layers(db, mine[0])[-1][1] if mine else None


def subnet(pif: Record) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """The subnet of a PIF's address, that address alone without a netmask; None without an address that is one."""
    try:
        return ipaddress.ip_network(f"{pif['IP']}/{pif['netmask'] or '255.255.255.255'}", strict=False)
    except ValueError:
        return None
