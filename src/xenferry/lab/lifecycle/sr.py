"""What stands against an operation on an SR: its driver, its PBDs, its disks, and what is going on."""

from __future__ import annotations

from collections.abc import Mapping

from xenferry.lab.error import LabError
from xenferry.lab.lifecycle.verdicts import Verdicts
from xenferry.lab.placement.facts import Facts, Record

OPERATIONS = (
    "vdi_enable_cbt", "vdi_list_changed_blocks", "vdi_introduce", "destroy", "unplug", "plug", "pbd_create",
    "vdi_disable_cbt", "update", "pbd_destroy", "vdi_resize", "forget", "vdi_clone", "vdi_data_destroy", "scan",
    "vdi_snapshot", "vdi_mirror", "vdi_create", "vdi_revert", "vdi_destroy", "vdi_set_on_boot",
)  # fmt: skip
"""In the order in which XAPI lists them, that of a hash table."""
NEEDS = {
    "vdi_create": "VDI_CREATE",
    "vdi_destroy": "VDI_DELETE",
    "vdi_resize": "VDI_RESIZE",
    "vdi_introduce": "VDI_INTRODUCE",
    "vdi_mirror": "VDI_MIRROR",
    "vdi_enable_cbt": "VDI_CONFIG_CBT",
    "vdi_disable_cbt": "VDI_CONFIG_CBT",
    "vdi_data_destroy": "VDI_CONFIG_CBT",
    "vdi_list_changed_blocks": "VDI_CONFIG_CBT",
    "vdi_set_on_boot": "VDI_RESET_ON_BOOT",
    "update": "SR_UPDATE",
    "vdi_revert": "VDI_REVERT",
    "vdi_snapshot": "VDI_SNAPSHOT",
}
"""The feature the driver must have; XAPI fakes vdi_clone itself."""
NOT_DURING_UPGRADE = (
    "vdi_mirror", "vdi_enable_cbt", "vdi_disable_cbt", "vdi_data_destroy", "vdi_list_changed_blocks",
    "vdi_set_on_boot", "vdi_revert",
)  # fmt: skip


def features(facts: Facts, kind: str) -> Mapping[str, int]:
    """The features of an SR type's driver; none when there is no such driver."""
    for sm in facts.all("SM").values():
        if sm["type"] == kind:
            found: Mapping[str, int] = sm["features"]
            return found
    return {}


def operation_error(facts: Facts, sr: str, operation: str) -> LabError | None:
    """The first thing that stands against the operation, or None."""
    return _verdicts(facts, sr).error(operation)


def allowed_operations(facts: Facts, sr: str) -> list[str]:
    return _verdicts(facts, sr).allowed


def _verdicts(facts: Facts, sr: str) -> Verdicts:
    record = facts.get("SR", sr)
    verdicts = Verdicts(OPERATIONS)
    if facts.upgrading:
        verdicts.refuse(NOT_DURING_UPGRADE, "NOT_SUPPORTED_DURING_UPGRADE")
    has = set(features(facts, record["type"])) - ({"VDI_CREATE", "VDI_DELETE"} if record["is_tools_sr"] else set())
    verdicts.refuse([name for name, need in NEEDS.items() if need not in has], "SR_OPERATION_NOT_SUPPORTED", sr)
    _check_pbds(verdicts, facts, sr, record)
    if _holds_disks(facts, record):
        verdicts.refuse(("destroy",), "SR_NOT_EMPTY")
    _check_current(verdicts, sr, record["current_operations"])
    return verdicts


def _check_pbds(verdicts: Verdicts, facts: Facts, sr: str, record: Record) -> None:
    pbds = [facts.all("PBD")[pbd] for pbd in record["PBDs"] if facts.valid("PBD", pbd)]
    if any(pbd["currently_attached"] for pbd in pbds):
        verdicts.refuse(("destroy", "forget"), "SR_HAS_PBD", sr)
    if not record["PBDs"]:
        verdicts.refuse(("destroy",), "SR_HAS_NO_PBDS", sr)


def _holds_disks(facts: Facts, record: Record) -> bool:
    disks = (facts.all("VDI").get(vdi) for vdi in record["VDIs"])
    return any(disk and disk["managed"] and disk["type"] != "rrd" for disk in disks)


def _check_current(verdicts: Verdicts, sr: str, current: Mapping[str, str]) -> None:
    """Operations exclude each other, except plug with plug."""
    if not current:
        return
    task, name = next(iter(current.items()))
    verdicts.refuse([each for each in OPERATIONS if each != "plug"], *_busy(sr, name, task))
    for other, operation in current.items():
        if operation != "plug":
            verdicts.refuse(("plug",), *_busy(sr, operation, other))


def _busy(sr: str, operation: str, task: str) -> tuple[str, ...]:
    return "OTHER_OPERATION_IN_PROGRESS", "SR", sr, shown_name(operation), task


def shown_name(operation: str) -> str:
    """The operation's name inside errors: `VDI.create` for vdi_create."""
    for prefix in ("vdi_", "pbd_"):
        if operation.startswith(prefix):
            return f"{prefix[:3].upper()}.{operation.removeprefix(prefix)}"
    return operation
