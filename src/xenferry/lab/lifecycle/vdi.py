"""What stands against an operation on a VDI: what goes on with it, who has it plugged, and what its driver can do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from xenferry.lab.error import LabError
from xenferry.lab.lifecycle import sr as srs
from xenferry.lab.placement.facts import NOTHING, Facts, Record

LISTED = (
    "copy", "generate_config", "clone", "resize_online", "forget", "update", "resize", "snapshot", "destroy",
)  # fmt: skip
"""What allowed_operations may show, in XAPI's order: younger operations are kept from clients that do not know them."""
NEEDS = {
    "snapshot": "VDI_SNAPSHOT", "destroy": "VDI_DELETE", "resize": "VDI_RESIZE", "update": "VDI_UPDATE",
    "resize_online": "VDI_RESIZE_ONLINE", "generate_config": "VDI_GENERATE_CONFIG", "clone": "VDI_CLONE",
    "revert_to": "VDI_CLONE", "revert_from": "VDI_CLONE", "mirror": "VDI_MIRROR", "enable_cbt": "VDI_CONFIG_CBT",
    "disable_cbt": "VDI_CONFIG_CBT", "data_destroy": "VDI_CONFIG_CBT", "list_changed_blocks": "VDI_CONFIG_CBT",
    "set_on_boot": "VDI_RESET_ON_BOOT",
}  # fmt: skip
LIVE = frozenset(
    (
        "snapshot",
        "resize_online",
        "blocked",
        "clone",
        "revert_to",
        "mirror",
        "enable_cbt",
        "disable_cbt",
        "data_destroy",
    )
)
"""Possible while a guest has the disk plugged; `copy` is, too, when nobody writes to it."""
NOT_ON_METADATA = frozenset(
    """clone copy disable_cbt enable_cbt mirror resize resize_online snapshot revert_to revert_from
    set_on_boot""".split()  # noqa: SIM905
)
DURING_UPGRADE = frozenset((*LISTED, "force_unlock", "blocked"))
HA_TYPES = ("ha_statefile", "redo_log")


@dataclass(frozen=True)
class Question:
    """One disk, whatever the operation."""

    facts: Facts
    vdi: str

    @cached_property
    def record(self) -> Record:
        return self.facts.get("VDI", self.vdi)

    @cached_property
    def sr(self) -> Record:
        return self.facts.get("SR", self.record["SR"])

    @cached_property
    def drives(self) -> list[Record]:
        return [self.facts.all("VBD")[vbd] for vbd in self.record["VBDs"] if self.facts.valid("VBD", vbd)]

    @property
    def of_ha(self) -> bool:
        return self.record["type"] in HA_TYPES


def operation_error(facts: Facts, vdi: str, operation: str) -> LabError | None:
    """The first thing that stands against the operation, or None."""
    return _first(Question(facts, vdi), operation)


def allowed_operations(facts: Facts, vdi: str) -> list[str]:
    question = Question(facts, vdi)
    return [operation for operation in LISTED if _first(question, operation) is None]


def _first(q: Question, operation: str) -> LabError | None:
    return next((error for check in CHECKS if (error := check(q, operation))), None)


def _upgrade(q: Question, operation: str) -> LabError | None:
    barred = q.facts.upgrading and operation not in DURING_UPGRADE
    return LabError("NOT_SUPPORTED_DURING_UPGRADE") if barred else None


def _current(q: Question, operation: str) -> LabError | None:
    """Only copies may go on meanwhile; and a mirrored disk may be destroyed, as moving it ends with that."""
    current = q.record["current_operations"]
    if operation == "destroy" and "mirror" in current.values():
        return None
    for task, name in current.items():
        if name != "copy":
            return LabError("OTHER_OPERATION_IN_PROGRESS", "VDI", q.vdi, name, task)
    return None


def _pbds(q: Question, operation: str) -> LabError | None:
    if operation != "resize":
        return None
    pbds = (q.facts.all("PBD").get(pbd, NOTHING) for pbd in q.sr["PBDs"])
    return None if any(pbd["currently_attached"] for pbd in pbds if pbd) else LabError("SR_HAS_NO_PBDS", q.record["SR"])


def _plugged(q: Question, operation: str) -> LabError | None:
    using = [drive for drive in q.drives if drive["currently_attached"]]
    if operation in LIVE:
        using = []
    elif operation == "copy":
        using = [drive for drive in using if drive["mode"] == "RW"]
    elif operation == "list_changed_blocks":
        using = [drive for drive in using if not q.facts.all("VM").get(drive["VM"], NOTHING).get("is_a_snapshot")]
    return LabError("VDI_IN_USE", q.vdi, operation) if using else None


def _drive_busy(q: Question, operation: str) -> LabError | None:
    for drive in q.drives:
        for task, name in drive["current_operations"].items():
            if operation != "data_destroy":
                return LabError("OTHER_OPERATION_IN_PROGRESS", "VDI", q.vdi, name, task)
    return None


def _driver(q: Question, operation: str) -> LabError | None:
    need = NEEDS.get(operation)
    lacking = need and need not in srs.features(q.facts, q.sr["type"])
    return LabError("SR_OPERATION_NOT_SUPPORTED", q.record["SR"]) if lacking else None


def _cbt(q: Question, operation: str) -> LabError | None:
    if operation in NOT_ON_METADATA and q.record["type"] == "cbt_metadata":
        return LabError("VDI_INCOMPATIBLE_TYPE", q.vdi, "cbt_metadata")
    if operation in ("mirror", "set_on_boot") and q.record["cbt_enabled"]:
        return LabError("VDI_CBT_ENABLED", q.vdi)
    return None


def _ha(q: Question, operation: str) -> LabError | None:
    if operation in ("forget", "resize", "resize_online") and q.of_ha and q.facts.pool["ha_enabled"]:
        return LabError("HA_IS_ENABLED")
    return LabError("VDI_HAS_RRDS", q.vdi) if operation == "forget" and q.record["type"] == "rrd" else None


def _destroy(q: Question, operation: str) -> LabError | None:
    if operation == "data_destroy" and not q.record["is_a_snapshot"]:
        return LabError("OPERATION_NOT_ALLOWED", f"VDI is not a snapshot: {q.vdi}")
    if operation == "data_destroy" and not q.record["cbt_enabled"]:
        return LabError("VDI_NO_CBT_METADATA", q.vdi)
    if operation not in ("destroy", "revert_from", "data_destroy"):
        return None
    if q.sr["type"] == "udev":
        return LabError("VDI_IS_A_PHYSICAL_DEVICE", q.vdi)
    if q.sr["is_tools_sr"]:
        return LabError("SR_OPERATION_NOT_SUPPORTED", q.record["SR"])
    if q.record["type"] == "rrd":
        return LabError("VDI_HAS_RRDS", q.vdi)
    return LabError("HA_IS_ENABLED") if q.of_ha and q.facts.pool["ha_enabled"] else None


def _snapshot(q: Question, operation: str) -> LabError | None:
    reset = q.record["on_boot"] == "reset"
    if operation == "snapshot" and q.record["sharable"]:
        return LabError("VDI_IS_SHARABLE", q.vdi)
    if operation in ("snapshot", "copy") and reset:
        return LabError("VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION")
    if operation == "snapshot" and "copy" in q.record["current_operations"].values():
        return LabError("OPERATION_NOT_ALLOWED", "Snapshot operation not allowed during copy.")
    if operation == "copy" and q.of_ha:
        text = "VDI containing HA statefile or redo log cannot be copied (check the VDI's allowed operations)."
        return LabError("OPERATION_NOT_ALLOWED", text)
    return (
        LabError("REVERT_ONLY_ALLOWED_ON_SNAPSHOT")
        if operation == "revert_to" and not q.record["is_a_snapshot"]
        else None
    )


def _tracking(q: Question, operation: str) -> LabError | None:
    if operation not in ("enable_cbt", "disable_cbt"):
        return None
    if q.record["is_a_snapshot"]:
        return LabError("OPERATION_NOT_ALLOWED", f"VDI is a snapshot: {q.vdi}")
    if q.record["type"] not in ("user", "system"):
        return LabError("VDI_INCOMPATIBLE_TYPE", q.vdi, q.record["type"])
    reset = q.record["on_boot"] == "reset"
    return LabError("VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION") if reset else None


CHECKS: tuple[Callable[[Question, str], LabError | None], ...] = (
    _upgrade, _current, _pbds, _plugged, _drive_busy, _driver, _cbt, _ha, _destroy, _snapshot, _tracking,
)  # fmt: skip
"""In XAPI's order: the first that answers wins."""
