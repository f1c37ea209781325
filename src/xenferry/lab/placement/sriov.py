"""Virtual functions of network cards (SR-IOV): whether a host has enough idle ones for a guest's VIFs."""

from __future__ import annotations

from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError, internal
from xenferry.lab.placement.facts import Facts, is_null
from xenferry.lab.placement.reach import local_pifs


def check(facts: Facts, vm: str, host: str) -> None:
    """Raises NETWORK_SRIOV_INSUFFICIENT_CAPACITY [network]; the network counted last is looked at first."""
    wanted: list[tuple[str, str, int]] = []
    for vif in facts.get("VM", vm)["VIFs"]:
        network = facts.get("VIF", vif)["network"]
        if facts.valid("PCI", facts.hidden("VIF", vif, "reserved_pci", NULL)):
            continue
        known = [entry for entry in wanted if entry[0] == network]
        pif = known[0][1] if known else physical_pif(facts, network, host)
        if pif:
            count = known[0][2] + 1 if known else 1
            wanted = [(network, pif, count), *(entry for entry in wanted if entry[0] != network)]
    for network, pif, count in wanted:
        if len(idle_functions(facts, facts.get("PIF", pif)["PCI"])) < count:
            raise LabError("NETWORK_SRIOV_INSUFFICIENT_CAPACITY", network)


def physical_pif(facts: Facts, network: str, host: str) -> str:
    """The card below this host's PIF of an SR-IOV network, or a VLAN on one; empty for other networks."""
    pifs = local_pifs(facts, network, host)
    return underlying(facts, pifs[0]) if pifs else ""


def underlying(facts: Facts, pif: str) -> str:
    sriov = sriov_of(facts, pif)
    return str(facts.get("network_sriov", sriov)["physical_PIF"]) if sriov else ""


def sriov_of(facts: Facts, pif: str) -> str:
    """The network_sriov object whose logical PIF this PIF is, or is a VLAN of; empty if neither."""
    record = facts.get("PIF", pif)
    if not is_null(record["VLAN_master_of"]) and facts.valid("VLAN", record["VLAN_master_of"]):
        record = facts.get("PIF", facts.get("VLAN", record["VLAN_master_of"])["tagged_PIF"])
    return str(next(iter(record["sriov_logical_PIF_of"]), ""))


def is_sriov(facts: Facts, network: str) -> bool:
    """Decided, as in XAPI, by the first of the network's PIFs."""
    pifs = facts.get("network", network)["PIFs"]
    return bool(pifs and underlying(facts, pifs[0]))


def usable_without_reboot(facts: Facts, sriov: str) -> bool:
    record = facts.get("network_sriov", sriov)
    if record["configuration_mode"] in ("sysfs", "unknown"):
        return bool(record["configuration_mode"] == "sysfs")
    attached = facts.get("PIF", record["logical_PIF"])["currently_attached"]
    return bool(attached or idle_functions(facts, facts.get("PIF", record["physical_PIF"])["PCI"]))


def idle_functions(facts: Facts, card: str) -> list[str]:
    """The virtual functions of a card that no guest has or is to get, lowest address first."""
    functions = facts.hidden("PCI", card, "virtual_functions", [])
    idle = [
        pci
        for pci in functions
        if not facts.hidden("PCI", pci, "attached_VMs", [])
        and is_null(facts.hidden("PCI", pci, "scheduled_to_be_attached_to", NULL))
    ]
    return sorted(idle, key=lambda pci: str(facts.get("PCI", pci)["pci_id"]) if facts.valid("PCI", pci) else pci)


def reserve(facts: Facts, vm: str, host: str) -> dict[str, str]:
    """VIF -> virtual function that is to be kept for it. Raises INTERNAL_ERROR when the count was wrong after all."""
    chosen: dict[str, str] = {}
    for vif in facts.get("VM", vm)["VIFs"]:
        pif = physical_pif(facts, facts.get("VIF", vif)["network"], host)
        if pif:
            left = [pci for pci in idle_functions(facts, facts.get("PIF", pif)["PCI"]) if pci not in chosen.values()]
            if not left:
                raise internal("No free virtual function found")
            chosen[vif] = left[0]
    return chosen
