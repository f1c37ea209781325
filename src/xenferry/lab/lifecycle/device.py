"""What devices of guests have in common: plugging needs a running guest, drivers in it, and nothing else going on."""

from __future__ import annotations

from collections.abc import Iterable

from xenferry.lab.lifecycle.states import shown_name
from xenferry.lab.lifecycle.verdicts import Verdicts
from xenferry.lab.placement.facts import NOTHING, Facts, Record

ENDING = ("clean_shutdown", "hard_shutdown", "suspend", "pause")
"""What a guest may be doing that keeps its devices as they are."""


def check_power(verdicts: Verdicts, ref: str, attached: bool, guest: tuple[str, Record], unplug: Iterable[str]) -> None:
    """Plugging and unplugging need a running guest, and the other state."""
    vm, record = guest
    state = record["power_state"]
    if state != "Running":
        verdicts.refuse(("plug", *unplug), "VM_BAD_POWER_STATE", vm, "running", state.lower())
    elif attached:
        verdicts.refuse(("plug",), "DEVICE_ALREADY_ATTACHED", ref)
    else:
        verdicts.refuse(unplug, "DEVICE_ALREADY_DETACHED", ref)


def check_ending(verdicts: Verdicts, vm: str, record: Record) -> None:
    for operation in record["current_operations"].values():
        if operation in ENDING:
            text = f"Current operation on VM:{vm} is {shown_name(operation)}"
            verdicts.refuse(("plug", "unplug"), "OPERATION_NOT_ALLOWED", text)


def check_drivers(
    verdicts: Verdicts, facts: Facts, guest: tuple[str, Record], kind: str, operations: list[str]
) -> None:
    """An HVM guest must say, or let its drivers say, that it can do this while it runs. `kind` is vbd or vif."""
    vm, record = guest
    report = facts.all("VM_guest_metrics").get(record["guest_metrics"], NOTHING)
    says = report.get(f"can_use_hotplug_{kind}", "unspecified")
    if says == "no":
        text = f"VM states it does not support {kind.upper()} hotplug."
        verdicts.refuse(operations, "OPERATION_NOT_ALLOWED", text)
    elif says == "unspecified" and not report.get("PV_drivers_detected") and not _told(report):
        verdicts.refuse(operations, "VM_MISSING_PV_DRIVERS", vm)


def _told(report: Record) -> bool:
    version = report.get("PV_drivers_version", NOTHING)
    return all(version.get(part, "").lstrip("-").isdecimal() for part in ("major", "minor"))
