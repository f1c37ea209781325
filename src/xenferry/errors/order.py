"""Of several errors in one paste the root comes first: a mount that failed before the SR that is missing for it.

Only the kind of an error decides, never its place in the text; among errors of one kind the text's order stays.
"""

from __future__ import annotations

from collections.abc import Iterable

from xenferry.errors import clients
from xenferry.errors.reading.value import Reading

STORAGE = "SR_BACKEND_FAILURE_"
SUMMARY = {f"{STORAGE}{number}" for number in (40, 46, 47, 82, 150, 153, 202)} | {"SR_BACKEND_FAILURE"}
"""A storage driver's errors that say what could not be done, not why: scan, attach, connect, snapshot."""
AWAY = {
    "HOST_OFFLINE", "HOST_NOT_LIVE", "CANNOT_CONTACT_HOST", "HOST_UNKNOWN_TO_MASTER", "HOST_MASTER_CANNOT_TALK_BACK",
    "HOST_HAS_NO_MANAGEMENT_IP", "HOST_IN_EMERGENCY_MODE", "HOST_STILL_BOOTING", "SSL_VERIFY_ERROR",
    "TLS_CONNECTION_FAILED",
}  # fmt: skip
"""A host that does not answer makes everything else that is asked of it fail."""
BROKEN = {"INTERNAL_ERROR", "VM_MIGRATE_FAILED", "MIRROR_FAILED", "VDI_COPY_FAILED", "XENAPI_PLUGIN_FAILURE"}
"""Something failed on the way; beside a refusal with a reason of its own it is the consequence."""
LISTS = {"CANNOT_EVACUATE_HOST", "NO_HOSTS_AVAILABLE", "VMS_FAILED_TO_COOPERATE"}
"""They say that it is not possible for reasons that stand beside them."""
AFTERWARDS = {
    "HANDLE_INVALID", "UUID_INVALID", "SESSION_INVALID", "TASK_CANCELLED", "MESSAGE_METHOD_UNKNOWN",
    "OTHER_OPERATION_IN_PROGRESS", "MAP_DUPLICATE_KEY", "DEVICE_ALREADY_ATTACHED", "DEVICE_ALREADY_DETACHED",
    "EVENTS_LOST", "TOO_MANY_PENDING_TASKS", "XO_UNKNOWN_ERROR", "XO_TASK_DESTROYED", "XO_UNEXPECTED_STATUS",
    *clients.CONNECTIONS,
}  # fmt: skip
"""What comes of going on after a failure: trying again, tidying up, a client's next call; a client that gets no answer
although others got one."""


def by_importance(readings: Iterable[Reading]) -> list[Reading]:
    """The readings, the likely root first."""
    return sorted(readings, key=importance)


def importance(reading: Reading) -> int:
    """How far an error is from the root, from 0: a cause outside of XAPI, then refusals, then what they bring about."""
    if reading.code in AFTERWARDS:
        return 5
    if reading.code in LISTS:
        return 4
    if reading.code in BROKEN:
        return 3
    if reading.code in SUMMARY:
        return 1
    if reading.code.startswith(STORAGE) or reading.code in AWAY:
        return 0
    return 2
