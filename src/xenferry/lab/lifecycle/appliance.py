"""What stands against an operation on a vApp: a guest in the right state must be among its guests."""

from __future__ import annotations

from xenferry.lab.error import LabError
from xenferry.lab.placement.facts import NOTHING, Facts

NOT_HALTED = ("Paused", "Running", "Suspended")
OPERATIONS = {
    "start": (("Halted",), "There are no halted VMs in this appliance."),
    "clean_shutdown": (("Running",), "There are no running VMs in this appliance."),
    "hard_shutdown": (NOT_HALTED, "All VMs in this appliance are halted."),
    "shutdown": (NOT_HALTED, "All VMs in this appliance are halted."),
}
"""Operation -> states of which one guest must be in one, and the text when none is."""


def operation_error(facts: Facts, appliance: str, operation: str) -> LabError | None:
    """The first thing that stands against the operation, or None."""
    record = facts.get("VM_appliance", appliance)
    for task, name in record["current_operations"].items():
        return LabError("OTHER_OPERATION_IN_PROGRESS", "VM_appliance", appliance, name, task)
    if not record["VMs"]:
        return LabError("OPERATION_NOT_ALLOWED", "Appliance has no VMs.")
    states, text = OPERATIONS[operation]
    found = {facts.all("VM").get(vm, NOTHING).get("power_state") for vm in record["VMs"]}
    return None if found & set(states) else LabError("OPERATION_NOT_ALLOWED", text)


def allowed_operations(facts: Facts, appliance: str) -> list[str]:
    return [operation for operation in OPERATIONS if operation_error(facts, appliance, operation) is None]
