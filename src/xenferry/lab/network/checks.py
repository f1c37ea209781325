"""What XAPI asserts before it touches a PIF or a network, one function per assertion, with its error."""

from __future__ import annotations

from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Database
from xenferry.lab.error import LabError
from xenferry.lab.network import topology


def managed_network(db: Database, network: str) -> None:
    if not db.get("network", network)["managed"]:
        raise LabError("NETWORK_UNMANAGED", network)


def managed(db: Database, pif: str) -> None:
    if not db.get("PIF", pif)["managed"]:
        raise LabError("PIF_UNMANAGED", pif)


def no_other_pif(db: Database, host: str, network: str) -> None:
    """A host has at most one PIF on a network."""
    others = topology.on(db, network, host)
    if others:
        raise LabError("NETWORK_ALREADY_CONNECTED", host, others[0])


def not_management(db: Database, pif: str) -> None:
    if db.get("PIF", pif)["management"]:
        raise LabError("PIF_IS_MANAGEMENT_INTERFACE", pif)


def not_members_management(db: Database, pif: str, coordinator: str) -> None:
    """A member may not cut its own connection to the coordinator."""
    record = db.get("PIF", pif)
    if record["host"] != coordinator and record["currently_attached"] and record["management"]:
        raise LabError("PIF_IS_MANAGEMENT_INTERFACE", pif)


def not_bonded(db: Database, pif: str) -> None:
    record = db.get("PIF", pif)
    if db.exists("Bond", record["bond_slave_of"]) or record["bond_master_of"]:
        raise LabError("PIF_ALREADY_BONDED", pif)


def no_vlans(db: Database, pif: str) -> None:
    record = db.get("PIF", pif)
    if record["VLAN_slave_of"] or record["VLAN"] != -1:
        raise LabError("PIF_VLAN_STILL_EXISTS", pif)


def no_tunnels(db: Database, pif: str) -> None:
    record = db.get("PIF", pif)
    if record["tunnel_transport_PIF_of"] or record["tunnel_access_PIF_of"]:
        raise LabError("PIF_TUNNEL_STILL_EXISTS", pif)


def no_sriov(db: Database, pif: str) -> None:
    record = db.get("PIF", pif)
    if topology.kind(record) == "sriov":
        raise LabError("CANNOT_FORGET_SRIOV_LOGICAL", pif)
    if record["physical"] and record["sriov_physical_PIF_of"]:
        raise LabError("PIF_SRIOV_STILL_EXISTS", pif)


def no_protection(db: Database, pif: str) -> None:
    """HA and the redo log would take a change of a plugged PIF for a failure."""
    if not db.get("PIF", pif)["currently_attached"]:
        return
    for pool in db.all("pool").values():
        if pool["ha_enabled"]:
            raise LabError("HA_IS_ENABLED")
        if pool["redo_log_enabled"]:
            raise LabError("REDO_LOG_IS_ENABLED")


def no_clustering(db: Database, pif: str) -> None:
    for ref, member in db.all("Cluster_host").items():
        if member["PIF"] == pif and member["enabled"]:
            raise LabError("CLUSTERING_ENABLED", ref)


def no_vif_in_use(db: Database, network: str, host: str) -> None:
    """No guest on this host may have a VIF on the network plugged."""
    for ref in db.get("network", network)["VIFs"]:
        vif = db.get("VIF", ref)
        vm = db.get("VM", vif["VM"])
        if vif["currently_attached"] and vm["resident_on"] == host and vm["power_state"] in ("Running", "Paused"):
            raise LabError("VIF_IN_USE", network, ref)


def unplug_allowed(db: Database, pif: str) -> None:
    if db.get("PIF", pif)["disallow_unplug"]:
        raise LabError("PIF_DOES_NOT_ALLOW_UNPLUG", pif)


def usable_for_management(db: Database, pif: str) -> None:
    """Not in a bond, and with an address of the kind that is its first."""
    record = db.get("PIF", pif)
    if record["bond_slave_of"] != NULL:
        raise LabError("CANNOT_PLUG_BOND_SLAVE", pif)
    if record["primary_address_type"] == "IPv6":
        if record["ipv6_configuration_mode"] == "None":
            raise LabError("PIF_HAS_NO_V6_NETWORK_CONFIGURATION", pif)
    elif record["ip_configuration_mode"] == "None":
        raise LabError("PIF_HAS_NO_NETWORK_CONFIGURATION", pif)


def fits_trunks(db: Database, network: str) -> None:
    """VIFs with trunks of their own and a VLAN below them exclude each other."""
    if any(db.get("VIF", vif)["trunks"] for vif in db.get("network", network)["VIFs"]):
        raise LabError("NETWORK_INCOMPATIBLE_WITH_TRUNKS", network)


def not_on_sriov(db: Database, network: str, code: str) -> None:
    """A network that already has SR-IOV PIFs takes no others; `code` says which others."""
    pifs = db.get("network", network)["PIFs"]
    if pifs and "sriov" in topology.kinds(db, pifs[0]):
        raise LabError(code, network)


def same_device(db: Database, one: str, other: str) -> bool:
    """Whether two NICs are of one model."""
    models = [db.all("PCI").get(db.get("PIF", pif)["PCI"], {}) for pif in (one, other)]
    first, second = ((pci.get("vendor_id"), pci.get("device_id")) for pci in models)
    return first == second


def redirects(db: Database, pif: str, refusals: dict[str, str]) -> None:
    """Refuse by what the PIF is: `slave`, or the kinds from the top joined by a blank, e.g. `vlan sriov`."""
    seen = topology.kinds(db, pif)
    if seen[0] == "physical" and db.get("PIF", pif)["bond_slave_of"] != NULL and "slave" in refusals:
        raise LabError(refusals["slave"], pif)
    for depth in (2, 1):
        code = refusals.get(" ".join(seen[:depth]))
        if code:
            raise LabError(code, pif)
