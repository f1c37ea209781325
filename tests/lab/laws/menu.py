"""Does a menu lie? An entry that is listed must not be refused for the reasons a menu knows; one that is not must be.

Each is tried on a twin of the pool, so that the trial leaves no trace.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from xenferry.lab.clock import virtual_run
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.lab import Lab

Params = Callable[[Lab, str], list[Any]]

CALLS: dict[str, dict[str, tuple[str, Params]]] = {
    "VM": {
        "start": ("VM.start", lambda lab, vm: [vm, False, False]),
        "start_on": ("VM.start_on", lambda lab, vm: [vm, lab.coordinator, False, False]),
        "pool_migrate": ("VM.pool_migrate", lambda lab, vm: [vm, _home(lab, vm), {}]),
        "clean_shutdown": ("VM.clean_shutdown", lambda lab, vm: [vm]),
        "hard_shutdown": ("VM.hard_shutdown", lambda lab, vm: [vm]),
        "clean_reboot": ("VM.clean_reboot", lambda lab, vm: [vm]),
        "hard_reboot": ("VM.hard_reboot", lambda lab, vm: [vm]),
        "suspend": ("VM.suspend", lambda lab, vm: [vm]),
        "resume": ("VM.resume", lambda lab, vm: [vm, False, False]),
        "resume_on": ("VM.resume_on", lambda lab, vm: [vm, lab.coordinator, False, False]),
        "pause": ("VM.pause", lambda lab, vm: [vm]),
        "unpause": ("VM.unpause", lambda lab, vm: [vm]),
        "clone": ("VM.clone", lambda lab, vm: [vm, "twin"]),
        "copy": ("VM.copy", lambda lab, vm: [vm, "twin", NULL]),
        "snapshot": ("VM.snapshot", lambda lab, vm: [vm, "then", []]),
        "destroy": ("VM.destroy", lambda lab, vm: [vm]),
        "provision": ("VM.provision", lambda lab, vm: [vm]),
    },
    "host": {
        "evacuate": ("host.evacuate", lambda lab, host: [host, NULL, 0]),
        "reboot": ("host.reboot", lambda lab, host: [host]),
        "shutdown": ("host.shutdown", lambda lab, host: [host]),
        "enable": ("host.enable", lambda lab, host: [host]),
    },
    "SR": {
        "scan": ("SR.scan", lambda lab, sr: [sr]),
        "forget": ("SR.forget", lambda lab, sr: [sr]),
        "destroy": ("SR.destroy", lambda lab, sr: [sr]),
        "vdi_create": (
            "VDI.create",
            lambda lab, sr: [
                {"SR": sr, "virtual_size": 1, "type": "user", "sharable": False, "read_only": False, "other_config": {}}
            ],
        ),
    },
    "VDI": {
        "destroy": ("VDI.destroy", lambda lab, vdi: [vdi]),
        "forget": ("VDI.forget", lambda lab, vdi: [vdi]),
        "snapshot": ("VDI.snapshot", lambda lab, vdi: [vdi, {}]),
        "clone": ("VDI.clone", lambda lab, vdi: [vdi, {}]),
        "resize": ("VDI.resize", lambda lab, vdi: [vdi, 2**50]),
        "copy": ("VDI.copy", lambda lab, vdi: [vdi, lab.db.get("VDI", vdi)["SR"], NULL, NULL]),
    },
    "VBD": {
        "plug": ("VBD.plug", lambda lab, vbd: [vbd]),
        "unplug": ("VBD.unplug", lambda lab, vbd: [vbd]),
        "unplug_force": ("VBD.unplug_force", lambda lab, vbd: [vbd]),
        "eject": ("VBD.eject", lambda lab, vbd: [vbd]),
        "insert": ("VBD.insert", lambda lab, vbd: [vbd, next(iter(lab.db.all("VDI")), NULL)]),
    },
    "VIF": {
        "plug": ("VIF.plug", lambda lab, vif: [vif]),
        "unplug": ("VIF.unplug", lambda lab, vif: [vif]),
    },
}
OF_MENUS = frozenset(
    """OPERATION_NOT_ALLOWED VM_BAD_POWER_STATE OTHER_OPERATION_IN_PROGRESS OPERATION_BLOCKED VM_IS_TEMPLATE
    VM_IS_SNAPSHOT PROVISION_ONLY_ALLOWED_ON_TEMPLATE HOST_NOT_DISABLED DEVICE_ALREADY_ATTACHED DEVICE_ALREADY_DETACHED
    VBD_NOT_REMOVABLE_MEDIA VBD_IS_EMPTY VBD_NOT_EMPTY VM_LACKS_FEATURE VM_MISSING_PV_DRIVERS VBD_NOT_UNPLUGGABLE
    VDI_IS_SHARABLE SR_OPERATION_NOT_SUPPORTED SR_NOT_EMPTY SR_HAS_PBD""".split()  # noqa: SIM905
)
"""Errors that a menu foresees. VDI_IN_USE is not among them: who shares a disk is left out of menus, as in XAPI."""


@dataclass(frozen=True)
class Entry:
    cls: str
    ref: str
    operation: str
    listed: bool


def idle_entries(lab: Lab) -> list[Entry]:
    """Entries of menus that can be tried now: nothing is under way and every host is there."""
    busy = (
        any(record["current_operations"] for cls in CALLS for record in lab.db.all(cls).values())
        or lab.toolstacks.silent
        or any(task["status"] == "pending" for task in lab.db.all("task").values())
    )
    if busy:
        return []
    return [
        Entry(cls, ref, operation, operation in record["allowed_operations"])
        for cls, calls in CALLS.items()
        for ref, record in lab.db.all(cls).items()
        for operation in calls
    ]


def check_entry(lab: Lab, entry: Entry) -> None:
    """What is listed may fail for want of memory and the like, but not as something that is not allowed."""
    error = trial(lab, entry)
    what = (entry.cls, lab.db.get(entry.cls, entry.ref).get("name_label"), entry.operation, str(error))
    if entry.listed:
        assert error is None or not _foreseeable(lab, entry, error), ("listed and refused", *what)
    else:
        assert error is not None, ("not listed and done", *what)


def _foreseeable(lab: Lab, entry: Entry, error: LabError) -> bool:
    """A menu foresees what concerns the object itself, not that evacuating a host fails on one of its guests."""
    record = lab.db.get(entry.cls, entry.ref)
    own = {entry.ref, *(record.get(field) for field in ("VM", "VDI", "SR"))}
    named = [param for param in error.params if param.startswith("OpaqueRef:")]
    return error.code in OF_MENUS and (not named or bool(own & set(named)))


def trial(lab: Lab, entry: Entry) -> LabError | None:
    twin = Lab(copy.deepcopy(lab.db.tables), copy.deepcopy(lab.db.internal), copy.deepcopy(lab.world), seed=1)
    method, params = CALLS[entry.cls][entry.operation]

    async def attempt() -> LabError | None:
        try:
            await twin.call(method, *params(twin, entry.ref))
        except LabError as error:
            return error
        return None

    return virtual_run(attempt())


def _home(lab: Lab, vm: str) -> str:
    home = lab.db.get("VM", vm)["resident_on"]
    return str(lab.coordinator if home == NULL else home)
