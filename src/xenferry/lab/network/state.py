"""Bringing PIFs up and down, as a host's network daemon does, and what else changes in XAPI's records by that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.network import sriov, topology
from xenferry.lab.network.state_of_bonds import show_links

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab


def bring_up(lab: Lab, ref: str) -> None:
    """Make the PIF work. Raises PIF_CONFIGURATION_ERROR [pif; text] when dom0's kernel cannot.

    The members of a bond go down when the bond comes up. Simplification: of DHCP an address is kept, none is given out.
    """
    db = lab.db
    seen = topology.kinds(db, ref)
    if seen[0] == "sriov":
        sriov.enable(db, ref)
        return
    if seen[:2] == ["vlan", "sriov"]:
        below = topology.below(db, db.get("PIF", ref)) or ref
        db.update("PIF", ref, currently_attached=db.get("PIF", below)["currently_attached"])
        return
    pif = db.get("PIF", ref)
    if seen[0] == "bond":
        _take_members_down(lab, pif["bond_master_of"][0])
    if seen[0] == "vlan":
        _check_vlan_module(lab, ref)
    _show_up(lab, ref)


def _show_up(lab: Lab, ref: str) -> None:
    db = lab.db
    pif = db.get("PIF", ref)
    mtu = db.get("network", pif["network"])["MTU"]
    pool = next(iter(db.all("pool").values()))
    snooping = {"igmp_snooping_status": "enabled" if pool["igmp_snooping_enabled"] else "disabled"}
    db.update("PIF", ref, currently_attached=True, MTU=mtu, **({} if pif["VLAN"] != -1 else snooping))
    for tunnel in pif["tunnel_access_PIF_of"]:
        db.update("tunnel", tunnel, status={"active": "true"})
    if pif["bond_slave_of"] != NULL:
        db.update("PIF", db.get("Bond", pif["bond_slave_of"])["master"], currently_attached=False)


def _take_members_down(lab: Lab, bond: str) -> None:
    """They carry the bond now, and with it its network's MTU; the bond shows the address of its first member."""
    db = lab.db
    record = db.get("Bond", bond)
    master = db.get("PIF", record["master"])
    mtu = db.get("network", master["network"])["MTU"]
    for member in record["slaves"]:
        db.update("PIF", member, currently_attached=False)
        db.update("network", db.get("PIF", member)["network"], MTU=mtu)
    if record["auto_update_mac"]:
        db.update("PIF", record["master"], MAC=db.get("PIF", record["primary_slave"])["MAC"])
    show_links(db, bond)


def _check_vlan_module(lab: Lab, ref: str) -> None:
    pif = lab.db.get("PIF", ref)
    dom0 = lab.world.dom0.get(pif["host"])
    if dom0 is None or "8021q" not in dom0.missing_modules:
        return
    link = f"link add link {pif['device']} name {pif['device']}.{pif['VLAN']} type vlan id {pif['VLAN']}"
    raise LabError(
        "PIF_CONFIGURATION_ERROR", ref,
        f"script error [script = /sbin/ip, args = {link}, code = Exit code 2, stdout = , "
        "stderr = Error: Unknown device type.\n]",
    )  # fmt: skip


def bring_down(lab: Lab, ref: str) -> None:
    """Stop the PIF."""
    db = lab.db
    if topology.kind(db.get("PIF", ref)) == "sriov":
        sriov.disable(db, ref)
        return
    db.update("PIF", ref, currently_attached=False)
    for tunnel in db.get("PIF", ref)["tunnel_access_PIF_of"]:
        db.update("tunnel", tunnel, status={"active": "false"})


def move_address(lab: Lab, source: str, target: str) -> None:
    """The IPv4 configuration moves from one PIF to another."""
    names = ("ip_configuration_mode", "IP", "netmask", "gateway", "DNS")
    old = lab.db.get("PIF", source)
    lab.db.update("PIF", target, **{name: old[name] for name in names})
    lab.db.update("PIF", source, ip_configuration_mode="None", IP="", netmask="", gateway="", DNS="")


def move_management(lab: Lab, target: str) -> None:
    """The host's management interface is this PIF from now on; its address becomes the host's."""
    bring_up(lab, target)
    db = lab.db
    host = db.get("PIF", target)["host"]
    for ref, pif in list(topology.of_host(db, host).items()):
        if pif["management"] != (ref == target):
            db.update("PIF", ref, management=ref == target)
    address = db.get("PIF", target)["IP"]
    if address:
        db.update("host", host, address=address)


def move_vifs(lab: Lab, vifs: list[str], network: str) -> None:
    """VIFs follow to another network, plugged or not."""
    for vif in vifs:
        if lab.db.exists("VIF", vif):
            lab.db.update("VIF", vif, network=network)
