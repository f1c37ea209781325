"""In which power states an operation is possible, and which operations may run at the same time."""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.lab.error import LabError
from xenferry.lab.placement.facts import Facts, Record

ORDER = ("Halted", "Paused", "Suspended", "Running")

_TABLE = {
    "Halted": "changing_shadow_memory changing_NVRAM make_into_template provision start start_on create_vtpm",
    "Halted Running": "changing_dynamic_range",
    "Paused": "unpause",
    "Suspended": "csvm resume resume_on",
    "Running": "awaiting_memory_live call_plugin clean_reboot clean_shutdown changing_memory_live "
    "changing_shadow_memory_live changing_VCPUs_live data_source_op pause pool_migrate send_sysrq send_trigger "
    "snapshot_with_quiesce sysprep suspend",
    "Halted Suspended": "create_template destroy export",
    "Paused Running": "hard_reboot",
    "Paused Suspended Running": "checkpoint get_boot_record shutdown hard_shutdown",
    "Halted Suspended Running": "migrate_send",
    "Halted Paused Suspended Running": "assert_operation_valid metadata_export power_state_reset revert reverting "
    "snapshot update_allowed_operations query_services",
    "": "import",
}
STATES = {operation: tuple(states.split()) for states, names in _TABLE.items() for operation in names.split()}

SETTINGS = ("changing_VCPUs", "changing_static_range", "changing_memory_limits")
"""Operations possible on a halted guest, and on a running control domain."""


def allowed_in(facts: Facts, record: Record, operation: str) -> tuple[str, ...]:
    """The power states in which the operation is possible, in XAPI's order."""
    if operation in SETTINGS:
        return ("Halted", "Running") if record["is_control_domain"] else ("Halted",)
    if operation in ("clone", "copy"):
        setting = facts.pool["other_config"].get("allow_clone_suspended_vm") == "true"
        return ("Halted", "Suspended") if record["is_a_snapshot"] or setting else ("Halted",)
    return STATES[operation]


def state_error(facts: Facts, vm: str, record: Record, operation: str) -> LabError | None:
    expected = allowed_in(facts, record, operation)
    if record["power_state"] in expected:
        return None
    return LabError("VM_BAD_POWER_STATE", vm, ", ".join(map(str.lower, expected)), record["power_state"].lower())


TOGETHER = ({"clone", "copy", "export"}, {"get_boot_record"}, {"snapshot", "checkpoint"})
"""Operations that may overlap with those of their own set."""
DURING: dict[tuple[str, ...], set[str]] = {
    ("snapshot_with_quiesce",): {"snapshot"},
    ("migrate_send",): {"metadata_export", "clean_shutdown", "clean_reboot"},
}


def may_overlap(operation: str, current: list[str]) -> bool:
    """Whether an operation may begin while these are current."""
    if operation == "hard_shutdown":
        return operation not in current
    if operation == "hard_reboot":
        return not {"hard_shutdown", "hard_reboot"} & set(current)
    if any(operation in group and set(current) <= group for group in TOGETHER):
        return True
    return operation in DURING.get(tuple(current), set())


def overlap_error(facts: Facts, vm: str, current: Mapping[str, str], operation: str) -> LabError | None:
    names = list(current.values())
    if not current or may_overlap(operation, names):
        return None
    shown, tasks = _joined(list(map(shown_name, names))), _joined(list(current))
    if facts.xapi < (25, 27):
        return LabError("OTHER_OPERATION_IN_PROGRESS", f"VM.{shown}", vm)
    return LabError("OTHER_OPERATION_IN_PROGRESS", "VM", vm, shown, tasks)


def _joined(words: list[str]) -> str:
    return words[0] if len(words) == 1 else "{" + ",".join(words) + "}"


_SHOWN = {
    "data_source_op": "data_sources_op",
    "assert_operation_valid": "assertoperationvalid",
}
_UNKNOWN = {"changing_VCPUs", "changing_memory_limits", "query_services", "create_template"}


def shown_name(operation: str) -> str:
    """The operation's name inside errors, which is not always that of the enumeration."""
    return "(unknown operation)" if operation in _UNKNOWN else _SHOWN.get(operation, operation)
