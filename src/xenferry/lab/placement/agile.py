"""`assert_agile`: whether HA could restart a guest on any enabled host."""

from __future__ import annotations

from xenferry.lab.error import LabError
from xenferry.lab.placement import sriov
from xenferry.lab.placement.facts import Facts


def check(facts: Facts, vm: str) -> None:
    """GPUs, USB, disks, networks: in this order."""
    record = facts.get("VM", vm)
    if record["VGPUs"]:
        raise LabError("VM_HAS_VGPU", vm)
    if record["VUSBs"]:
        raise LabError("VM_HAS_VUSBS", vm)
    for vbd in (facts.get("VBD", ref) for ref in record["VBDs"]):
        if not vbd["empty"]:
            sr = facts.get("VDI", vbd["VDI"])["SR"]
            if not sr_everywhere(facts, sr):
                raise LabError("HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED", sr)
    for network in (facts.get("VIF", ref)["network"] for ref in record["VIFs"]):
        if not network_everywhere(facts, network):
            raise LabError("HA_CONSTRAINT_VIOLATION_NETWORK_NOT_SHARED", network)
        if sriov.is_sriov(facts, network):
            raise LabError("VM_HAS_SRIOV_VIF", vm)


def sr_everywhere(facts: Facts, sr: str) -> bool:
    """Shared, and attached on every enabled host."""
    record = facts.get("SR", sr)
    pbds = [facts.get("PBD", ref) for ref in record["PBDs"]]
    return bool(record["shared"] and _enabled(facts) <= {pbd["host"] for pbd in pbds if pbd["currently_attached"]})


def network_everywhere(facts: Facts, network: str) -> bool:
    """Every enabled host has a PIF on it that is no bond slave and comes up without a reboot."""
    pifs = {ref: pif for ref, pif in facts.all("PIF").items() if pif["network"] == network}
    return _enabled(facts) <= {pif["host"] for ref, pif in pifs.items() if _usable(facts, ref)}


def _usable(facts: Facts, pif: str) -> bool:
    if facts.valid("Bond", facts.get("PIF", pif)["bond_slave_of"]):
        return False
    network_sriov = sriov.sriov_of(facts, pif)
    return not network_sriov or sriov.usable_without_reboot(facts, network_sriov)


def _enabled(facts: Facts) -> set[str]:
    return {ref for ref, host in facts.all("host").items() if host["enabled"]}
