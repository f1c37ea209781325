"""What stands against an operation on a host, and which it therefore lists as allowed.

Simplification: clustered SRs (GFS2) are not modelled, so CLUSTERED_SR_DEGRADED is never answered.
"""

from __future__ import annotations

from xenferry.lab.error import LabError
from xenferry.lab.placement.facts import Facts, Record

BRINGING = ("provision", "vm_resume", "vm_migrate")
EMPTYING = ("evacuate", "reboot", "shutdown")
EXCLUDING = {
    "reboot": ("shutdown", "apply_updates"),
    "shutdown": ("reboot", "apply_updates"),
    "apply_updates": ("reboot", "shutdown", "enable"),
    "provision": ("provision",),
}
"""While the first is current the others may not begin; looked up in this order."""
LISTED = (
    "vm_migrate", "provision", "vm_resume", "apply_updates", "enable", "power_on", "reboot", "evacuate", "vm_start",
    "shutdown",
)  # fmt: skip
"""All operations in the order in which XAPI lists them, that of a hash table."""
NEED_DISABLED = ("reboot", "shutdown", "apply_updates")
SHOWN = {"vm_start": "VM.start", "vm_resume": "VM.resume", "vm_migrate": "VM.migrate"}


def operation_error(facts: Facts, host: str, operation: str) -> LabError | None:
    """The first thing that stands against the operation, or None."""
    record = facts.get("host", host)
    task, other = _conflict(record["current_operations"], operation)
    if task:
        shown = SHOWN.get(other, other)
        more = (task,) if facts.xapi >= (25, 27) else ()
        return LabError("OTHER_OPERATION_IN_PROGRESS", "host", host, shown, *more)
    if operation in NEED_DISABLED and record["enabled"]:
        return LabError("HOST_NOT_DISABLED")
    return _power_on_error(facts, host, record) if operation == "power_on" else None


def _power_on_error(facts: Facts, host: str, record: Record) -> LabError | None:
    if facts.live(host):
        return LabError("HOST_IS_LIVE", host)
    return LabError("HOST_POWER_ON_MODE_DISABLED") if record["power_on_mode"] == "" else None


def _conflict(current: dict[str, str], operation: str) -> tuple[str, str]:
    """The task and operation in the way, or two empty texts."""
    against = EMPTYING if operation in BRINGING else BRINGING if operation in EMPTYING else ()
    for task, other in current.items():
        if other in against:
            return task, other
    for other, excluded in EXCLUDING.items():
        for task, now in current.items():
            if now == other and operation in excluded:
                return task, other
    return "", ""


def check_operation(facts: Facts, host: str, operation: str) -> None:
    """Raises what operation_error answers."""
    error = operation_error(facts, host, operation)
    if error:
        raise error


def allowed_operations(facts: Facts, host: str) -> list[str]:
    """host.allowed_operations; during a rolling upgrade only what the oldest clients know."""
    known = ("evacuate", "provision") if facts.upgrading else LISTED
    return [name for name in LISTED if name in known and operation_error(facts, host, name) is None]
