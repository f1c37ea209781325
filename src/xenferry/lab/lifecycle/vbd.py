"""What stands against an operation on a VBD. Allowed operations leave out the costly question who shares the disk."""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.lab.error import LabError
from xenferry.lab.lifecycle import device
from xenferry.lab.lifecycle.verdicts import Verdicts
from xenferry.lab.placement.facts import NOTHING, Facts, Record

OPERATIONS = ("attach", "unpause", "unplug", "plug", "insert", "unplug_force", "pause", "eject")
"""In the order in which XAPI lists them, that of a hash table."""
PARALLEL = ("pause", "unpause")
PLUGGING = ["plug", "unplug", "unplug_force"]
UNPLUGGING = ("unplug", "unplug_force")
USING = ("attach", "insert", "plug")


def operation_error(facts: Facts, vbd: str, operation: str) -> LabError | None:
    """The first thing that stands against the operation, or None."""
    return _verdicts(facts, vbd, sharing=True).error(operation)


def allowed_operations(facts: Facts, vbd: str) -> list[str]:
    return _verdicts(facts, vbd, sharing=False).allowed


def _verdicts(facts: Facts, vbd: str, *, sharing: bool) -> Verdicts:
    record = facts.get("VBD", vbd)
    guest = record["VM"], facts.get("VM", record["VM"])
    verdicts = Verdicts(OPERATIONS)
    _check_current(verdicts, vbd, record["current_operations"])
    _check_kind(verdicts, vbd, record)
    device.check_power(verdicts, vbd, record["currently_attached"], guest, UNPLUGGING)
    if guest[1]["power_state"] not in ("Running", "Paused"):
        state = guest[1]["power_state"].lower()
        verdicts.refuse(PARALLEL, "VM_BAD_POWER_STATE", guest[0], "running", state)
    device.check_ending(verdicts, *guest)
    _check_guest(verdicts, facts, record, guest)
    if not record["empty"]:
        _check_disk(verdicts, facts, vbd, record)
        if sharing and not record["currently_attached"]:
            _check_sharing(verdicts, facts, vbd, record)
    return verdicts


def _check_current(verdicts: Verdicts, vbd: str, current: Mapping[str, str]) -> None:
    """Whatever goes on excludes all else, but pause and unpause each other not, nor unpause an attach."""
    found = list(current.items())
    if not found:
        return
    _busy(verdicts, vbd, found[0], tuple(name for name in OPERATIONS if name not in PARALLEL))
    for blocked, harmless in (("pause", PARALLEL), ("unpause", ("attach", *PARALLEL))):
        other = next((each for each in found if each[1] not in harmless), None)
        if other:
            _busy(verdicts, vbd, other, (blocked,))


def _busy(verdicts: Verdicts, vbd: str, current: tuple[str, str], operations: tuple[str, ...]) -> None:
    verdicts.refuse(operations, "OTHER_OPERATION_IN_PROGRESS", "VBD", vbd, current[1], current[0])


def _check_kind(verdicts: Verdicts, vbd: str, record: Record) -> None:
    if not record["unpluggable"]:
        verdicts.refuse(UNPLUGGING, "VBD_NOT_UNPLUGGABLE", vbd)
    if record["type"] != "CD":
        verdicts.refuse(("insert", "eject"), "VBD_NOT_REMOVABLE_MEDIA", vbd)
    if record["empty"]:
        verdicts.refuse(("eject",), "VBD_IS_EMPTY", vbd)
    else:
        verdicts.refuse(("insert",), "VBD_NOT_EMPTY", vbd)


def _check_guest(verdicts: Verdicts, facts: Facts, record: Record, guest: tuple[str, Record]) -> None:
    vm, state = guest[0], guest[1]["power_state"]
    if facts.domain_type(vm) == "hvm" and state == "Running":
        device.check_drivers(verdicts, facts, guest, "vbd", PLUGGING)
        if record["type"] == "CD":
            text = "HVM CDROMs cannot be hotplugged/unplugged, only inserted or ejected"
            verdicts.refuse(PLUGGING, "OPERATION_NOT_ALLOWED", text)
    if record["type"] == "CD" and state == "Suspended":
        verdicts.refuse(("insert", "eject"), "VM_BAD_POWER_STATE", vm, "halted, running", "suspended")


def _check_disk(verdicts: Verdicts, facts: Facts, vbd: str, record: Record) -> None:
    disk = facts.get("VDI", record["VDI"])
    if not disk["managed"]:
        verdicts.refuse(OPERATIONS, "VDI_NOT_MANAGED", vbd)
    for task, operation in disk["current_operations"].items():
        if operation not in ("mirror", "copy"):
            verdicts.refuse(USING, "OTHER_OPERATION_IN_PROGRESS", "VDI", record["VDI"], operation, task)


def _check_sharing(verdicts: Verdicts, facts: Facts, vbd: str, record: Record) -> None:
    """Who writes wants the disk for himself, unless it is sharable; a suspended guest's drive does not count."""
    disk = facts.get("VDI", record["VDI"])
    others = [each for each in _users(facts, disk) if each is not record]
    writes, system = record["mode"] == "RW", facts.get("VM", record["VM"])["is_control_domain"]
    written = any(each["mode"] == "RW" for each in others)
    if not disk["sharable"] and not system and (written or (writes and others)):
        verdicts.refuse(USING, "VDI_IN_USE", record["VDI"])
    if writes and disk["read_only"]:
        verdicts.refuse(USING, "VDI_READONLY", record["VDI"])


def _users(facts: Facts, disk: Record) -> list[Record]:
    """The drives that use the disk now, or are about to."""
    drives = [facts.all("VBD")[ref] for ref in disk["VBDs"] if facts.valid("VBD", ref)]
    using = [each for each in drives if each["currently_attached"] or each["current_operations"]]
    return [each for each in using if _counts(facts.all("VM").get(each["VM"], NOTHING))]


def _counts(guest: Record) -> bool:
    return bool(guest) and guest["power_state"] != "Suspended" and not guest["is_control_domain"]
