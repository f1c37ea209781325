"""What stands against an operation on a VIF."""

from __future__ import annotations

from xenferry.lab.error import LabError
from xenferry.lab.lifecycle import device
from xenferry.lab.lifecycle.verdicts import Verdicts
from xenferry.lab.placement import sriov
from xenferry.lab.placement.facts import NOTHING, Facts, Record

OPERATIONS = ("attach", "unplug", "plug")
"""In the order in which XAPI lists them, that of a hash table."""
PLUGGING = ["plug", "unplug"]


def operation_error(facts: Facts, vif: str, operation: str) -> LabError | None:
    """The first thing that stands against the operation, or None."""
    return _verdicts(facts, vif).error(operation)


def allowed_operations(facts: Facts, vif: str) -> list[str]:
    return _verdicts(facts, vif).allowed


def _verdicts(facts: Facts, vif: str) -> Verdicts:
    record = facts.get("VIF", vif)
    guest = record["VM"], facts.get("VM", record["VM"])
    verdicts = Verdicts(OPERATIONS)
    check_current(verdicts, "VIF", vif, record)
    if any(host["control_domain"] == record["VM"] for host in facts.all("host").values()):
        verdicts.refuse(("plug",), "OPERATION_NOT_ALLOWED", "Control domain does not support hotplug")
    if _on_functions(facts, record["network"]):
        verdicts.refuse(PLUGGING, "OPERATION_NOT_ALLOWED", "Network SR-IOV VIF plug/unplug not allowed")
    device.check_power(verdicts, vif, record["currently_attached"], guest, ("unplug",))
    device.check_ending(verdicts, *guest)
    if guest[1]["power_state"] == "Running" and facts.domain_type(record["VM"]) == "hvm":
        device.check_drivers(verdicts, facts, guest, "vif", PLUGGING)
    return verdicts


def check_current(verdicts: Verdicts, cls: str, ref: str, record: Record) -> None:
    """One at a time; several are told in braces, the latest first."""
    current = record["current_operations"]
    if current:
        tasks, names = "; ".join(reversed(current)), "; ".join(reversed(list(current.values())))
        verdicts.refuse(OPERATIONS, "OTHER_OPERATION_IN_PROGRESS", cls, ref, f"{{{names}}}", f"{{{tasks}}}")


def _on_functions(facts: Facts, network: str) -> bool:
    """Whether the network is one of virtual functions, by its first PIF."""
    pifs = facts.all("network").get(network, NOTHING).get("PIFs", ())
    return bool(pifs) and facts.valid("PIF", pifs[0]) and bool(sriov.underlying(facts, pifs[0]))
