"""PIF.plug and PIF.unplug: what must be true for them, and which other PIFs go along."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.network import checks, state, topology

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab


def plug(lab: Lab, ref: str) -> None:
    """Bring it up, with what it stands on. Raises what stands against it."""
    db = lab.db
    checks.managed(db, ref)
    pif = db.get("PIF", ref)
    below = topology.below(db, pif)
    match topology.kind(pif):
        case "tunnel":
            if below is not None and db.get("PIF", below)["ip_configuration_mode"] == "None":
                raise LabError("TRANSPORT_PIF_NOT_CONFIGURED", below)
            plug(lab, below or ref)
        case "vlan":
            if below is not None and db.get("PIF", below)["sriov_logical_PIF_of"]:
                plug(lab, below)
        case "sriov":
            plug(lab, below or ref)
        case "physical" if pif["bond_slave_of"] != NULL:
            if not pif["sriov_physical_PIF_of"]:
                raise LabError("CANNOT_PLUG_BOND_SLAVE", ref)
            plug(lab, db.get("Bond", pif["bond_slave_of"])["master"])
    if pif["bond_slave_of"] == NULL:
        state.bring_up(lab, ref)


def unplug(lab: Lab, ref: str) -> None:
    """Bring it down, with what stands on it and goes along. Raises what stands against it."""
    db = lab.db
    checks.managed(db, ref)
    checks.no_protection(db, ref)
    checks.not_management(db, ref)
    pif = db.get("PIF", ref)
    checks.no_vif_in_use(db, pif["network"], pif["host"])
    checks.unplug_allowed(db, ref)
    for above in _go_along(lab, ref):
        unplug(lab, above)
    if pif["bond_slave_of"] == NULL:
        state.bring_down(lab, ref)


def _go_along(lab: Lab, ref: str) -> list[str]:
    """The PIFs that cannot stay up without this one. VLANs on a NIC or bond are left as they are, as XAPI does."""
    db = lab.db
    pif = db.get("PIF", ref)
    found = [db.get("tunnel", tunnel)["access_PIF"] for tunnel in pif["tunnel_transport_PIF_of"]]
    match topology.kind(pif):
        case "bond":
            members = db.get("Bond", pif["bond_master_of"][0])["slaves"]
            found += [member for member in members if db.get("PIF", member)["sriov_physical_PIF_of"]]
        case "sriov":
            found += [db.get("VLAN", vlan)["untagged_PIF"] for vlan in pif["VLAN_slave_of"]]
        case "physical":
            found += [db.get("network_sriov", sriov)["logical_PIF"] for sriov in pif["sriov_physical_PIF_of"]]
    return found
