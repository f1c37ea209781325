"""VLANs and tunnels: networks that are carried by another PIF, and what becomes of them when their carrier changes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Database
from xenferry.lab.network import checks, state
from xenferry.lab.placement import core

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

VLAN_MAC = "fe:ff:ff:ff:ff:ff"


def make_vlan(db: Database, below: str, tag: int, network: str) -> tuple[str, str]:
    """The VLAN and its PIF, not plugged. MTU and metrics are those of the PIF below."""
    checks.fits_trunks(db, network)
    base = db.get("PIF", below)
    pif = db.create(
        "PIF", device=base["device"], network=network, host=base["host"], MAC=VLAN_MAC, MTU=base["MTU"], VLAN=tag,
        metrics=base["metrics"], currently_attached=False, IPv6=[""],
        primary_address_type=base["primary_address_type"],
    )  # fmt: skip
    vlan = db.create("VLAN", tagged_PIF=below, untagged_PIF=pif, tag=tag)
    db.update("PIF", pif, VLAN_master_of=vlan)
    return vlan, pif


def make_tunnel(db: Database, below: str, network: str, protocol: str) -> tuple[str, str]:
    """The tunnel and its PIF, not plugged."""
    base = db.get("PIF", below)
    used = {pif["device"] for pif in db.all("PIF").values() if pif["host"] == base["host"]}
    device = next(name for name in (f"tunnel{n}" for n in range(len(used) + 1)) if name not in used)
    digest = hashlib.blake2b(db.new_uuid().encode(), digest_size=6).digest()
    mac = ":".join(f"{byte:02x}" for byte in (digest[0] & 0xFC | 2, *digest[1:]))
    pif = db.create(
        "PIF", device=device, network=network, host=base["host"], MAC=mac, MTU=-1, VLAN=-1, metrics=base["metrics"],
        currently_attached=False, IPv6=[""], primary_address_type=base["primary_address_type"],
    )  # fmt: skip
    status = {"active": "false"}
    return db.create("tunnel", access_PIF=pif, transport_PIF=below, protocol=protocol, status=status), pif


def move_vlan(lab: Lab, vlan: str, below: str) -> None:
    """Make the VLAN anew on another PIF, with its address, management and VIFs.

    If a VLAN of this tag is there already, the guests of this host go over to its network.
    """
    db = lab.db
    record = db.get("VLAN", vlan)
    old = db.get("PIF", record["untagged_PIF"])
    was_plugged, was_management, network = old["currently_attached"], old["management"], old["network"]
    same = [each for each in db.get("PIF", below)["VLAN_slave_of"] if db.get("VLAN", each)["tag"] == record["tag"]]
    if same:
        new = db.get("VLAN", same[0])["untagged_PIF"]
        local = local_vifs(lab, old["host"], [network])
        state.move_vifs(lab, local, db.get("PIF", new)["network"])
    else:
        _, new = make_vlan(db, below, record["tag"], network)
    state.move_address(lab, record["untagged_PIF"], new)
    db.destroy("VLAN", vlan)
    db.destroy("PIF", record["untagged_PIF"])
    if was_management:
        state.move_management(lab, new)
    elif was_plugged:
        state.bring_up(lab, new)


def move_tunnel(lab: Lab, tunnel: str, below: str) -> None:
    """Make the tunnel anew on another PIF."""
    db = lab.db
    record = db.get("tunnel", tunnel)
    old = db.get("PIF", record["access_PIF"])
    _, new = make_tunnel(db, below, old["network"], record["protocol"])
    db.destroy("tunnel", tunnel)
    db.destroy("PIF", record["access_PIF"])
    if old["currently_attached"]:
        state.bring_up(lab, new)


def local_vifs(lab: Lab, host: str, networks: list[str]) -> list[str]:
    """The VIFs on these networks of guests that are on this host, or can be on no other."""
    db = lab.db
    found = [vif for network in networks for vif in db.get("network", network)["VIFs"]]
    return [vif for vif in found if _is_local(lab, db.get("VIF", vif)["VM"], host)]


def _is_local(lab: Lab, vm: str, host: str) -> bool:
    if not lab.db.exists("VM", vm):
        return False
    resident = lab.db.get("VM", vm)["resident_on"]
    if resident != NULL:
        return bool(resident == host)
    return set(core.possible_hosts(lab.hypervisor.facts, vm)) <= {host}
