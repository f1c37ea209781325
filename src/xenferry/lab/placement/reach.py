"""Disks and networks: whether a host can bring to a guest what its VBDs and VIFs name."""

from __future__ import annotations

from xenferry.lab.error import LabError
from xenferry.lab.placement.facts import Facts, is_null


def required_srs(facts: Facts, vm: str) -> list[str]:
    """SRs of all non-empty VBDs, an inserted CD included, and of a suspended guest's image, in VBD order."""
    record = facts.get("VM", vm)
    vbds = [facts.get("VBD", ref) for ref in record["VBDs"]]
    vdis = [vbd["VDI"] for vbd in vbds if not vbd["empty"]]
    if record["power_state"] == "Suspended" and not is_null(record["suspend_VDI"]):
        vdis.append(record["suspend_VDI"])
    return [facts.get("VDI", vdi)["SR"] for vdi in vdis]


def plugged_srs(facts: Facts, host: str) -> set[str]:
    """The SRs a host has attached."""
    pbds = (facts.get("PBD", ref) for ref in facts.get("host", host)["PBDs"])
    return {pbd["SR"] for pbd in pbds if pbd["currently_attached"]}


def check_srs(facts: Facts, vm: str, host: str) -> None:
    """Raises VM_REQUIRES_SR [vm; sr] for the first that is missing."""
    plugged = plugged_srs(facts, host)
    for sr in required_srs(facts, vm):
        if sr not in plugged:
            raise LabError("VM_REQUIRES_SR", vm, sr)


def check_networks(facts: Facts, vm: str, host: str) -> None:
    """Raises VM_REQUIRES_NETWORK [vm; network], then HOST_CANNOT_ATTACH_NETWORK [host; network]."""
    networks = [facts.get("VIF", ref)["network"] for ref in facts.get("VM", vm)["VIFs"]]
    for network in networks:
        if not has_network(facts, network, host):
            raise LabError("VM_REQUIRES_NETWORK", vm, network)
    for network in networks:
        if any(not is_null(facts.get("PIF", pif)["bond_slave_of"]) for pif in local_pifs(facts, network, host)):
            raise LabError("HOST_CANNOT_ATTACH_NETWORK", host, network)


def has_network(facts: Facts, network: str, host: str) -> bool:
    """A network without PIFs is where its running guests are; whether a PIF is plugged does not matter."""
    record = facts.get("network", network)
    if record["PIFs"]:
        return any(facts.get("PIF", pif)["host"] == host for pif in record["PIFs"])
    if record["other_config"].get("assume_network_is_shared") == "true" or not record["managed"]:
        return True
    guests = (facts.get("VM", facts.get("VIF", vif)["VM"]) for vif in record["VIFs"])
    places = {guest["resident_on"] for guest in guests if guest["power_state"] == "Running"}
    return not places or host in places


def local_pifs(facts: Facts, network: str, host: str) -> list[str]:
    """The PIFs of this host on this network, in the order of the table; there should be one at most."""
    pifs = facts.all("PIF").items()
    return [ref for ref, pif in pifs if pif["network"] == network and pif["host"] == host]
