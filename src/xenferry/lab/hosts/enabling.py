"""Whether a host may serve guests again: asked by host.enable and by the host itself after its toolstack's start."""

from __future__ import annotations

from typing import TYPE_CHECKING

from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Database
from xenferry.lab.error import LabError
from xenferry.lab.network import topology
from xenferry.lab.placement import ha
from xenferry.lab.storage import plug

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab


def check(lab: Lab, host: str) -> None:
    """Raises HOST_STILL_BOOTING [], HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY [host], and with HA what a protected
    guest would miss there: HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED [sr], HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED
    [network].
    """
    db = lab.db
    if db.hidden("host", host).get("starting"):
        raise LabError("HOST_STILL_BOOTING")
    record = db.get("host", host)
    if record["pending_guidances"]:
        raise LabError("HOST_PENDING_MANDATORY_GUIDANCE_NOT_EMPTY", host)
    if lab.hypervisor.facts.pool["ha_enabled"]:
        for pbd in record["PBDs"]:
            if not db.get("PBD", pbd)["currently_attached"]:
                plug.check_protected(db, db.get("PBD", pbd)["SR"])
        for pif in record["PIFs"]:
            _check_network(db, pif)


def _check_network(db: Database, pif: str) -> None:
    """A NIC that a bond has taken, and what stands on it, cannot come up."""
    root = topology.layers(db, pif)[-1][1]
    if db.get("PIF", root)["bond_slave_of"] == NULL:
        return
    network = db.get("PIF", pif)["network"]
    for vif in db.get("network", network)["VIFs"] if plug.no_overcommit(db) else ():
        if ha.is_protected(db.get("VM", db.get("VIF", vif)["VM"])):
            raise LabError("HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED", network)


def returns(lab: Lab, host: str) -> bool:
    """Whether a host enables itself after its toolstack's start."""
    record = lab.db.get("host", host)
    if lab.db.hidden("host", host).get("stays_disabled") or record["pending_guidances"]:
        return False
    plugged = all(lab.db.get("PBD", pbd)["currently_attached"] for pbd in record["PBDs"])
    return plugged or not lab.hypervisor.facts.pool["ha_enabled"]
