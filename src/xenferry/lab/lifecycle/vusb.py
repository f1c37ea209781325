"""What stands against an operation on a VUSB."""

from __future__ import annotations

from xenferry.lab.error import LabError
from xenferry.lab.lifecycle import device, vif
from xenferry.lab.lifecycle.verdicts import Verdicts
from xenferry.lab.placement.facts import Facts

OPERATIONS = vif.OPERATIONS


def operation_error(facts: Facts, vusb: str, operation: str) -> LabError | None:
    """The first thing that stands against the operation, or None."""
    return _verdicts(facts, vusb).error(operation)


def allowed_operations(facts: Facts, vusb: str) -> list[str]:
    return _verdicts(facts, vusb).allowed


def _verdicts(facts: Facts, vusb: str) -> Verdicts:
    record = facts.get("VUSB", vusb)
    guest = record["VM"], facts.get("VM", record["VM"])
    verdicts = Verdicts(OPERATIONS)
    vif.check_current(verdicts, "VUSB", vusb, record)
    device.check_power(verdicts, vusb, record["currently_attached"], guest, ("unplug",))
    device.check_ending(verdicts, *guest)
    return verdicts
