"""What a guest says of itself: whether its drivers and agent can do what an operation asks of them."""

from __future__ import annotations

from xenferry.lab.error import LabError
from xenferry.lab.placement.facts import NOTHING, Facts, Record

SUSPENDING = ("suspend", "checkpoint", "pool_migrate", "migrate_send")


def feature_error(facts: Facts, vm: str, record: Record, operation: str, *, strict: bool) -> LabError | None:
    """VM_NON_SUSPENDABLE [vm; reason] (force does not help) or VM_LACKS_FEATURE [vm]."""
    live = record["power_state"] in ("Running", "Paused")
    if not live:
        return None
    metrics = facts.all("VM_guest_metrics").get(record["guest_metrics"], NOTHING)
    other = metrics.get("other", NOTHING)
    if operation in SUSPENDING and facts.xapi >= (25, 24) and "data-cant-suspend-reason" in other:
        return LabError("VM_NON_SUSPENDABLE", vm, other["data-cant-suspend-reason"])
    if _supports_everything(facts, record, metrics) or not _lacks(operation, other, strict):
        return None
    return LabError("VM_LACKS_FEATURE", vm)


def _supports_everything(facts: Facts, record: Record, metrics: Record) -> bool:
    """A guest that runs as PV or PVH, or whose drivers have told a version."""
    booted = facts.all("VM_metrics").get(record["metrics"], NOTHING).get("current_domain_type")
    drivers = metrics.get("PV_drivers_version", NOTHING)
    told = all(drivers.get(part, "").lstrip("-").isdecimal() for part in ("major", "minor"))
    return booted in ("pv", "pvh", "pv_in_pvh") or told


def _lacks(operation: str, other: Record, strict: bool) -> bool:
    def without(*names: str) -> bool:
        return all(other.get(f"feature-{name}") != "1" for name in names)

    if operation in SUSPENDING:
        return strict and without("suspend")
    if operation == "clean_shutdown":
        return strict and without("shutdown", "poweroff")
    if operation == "clean_reboot":
        return strict and without("shutdown", "reboot")
    return operation == "changing_VCPUs_live" and without("vcpu-hotplug")
