"""What may be done with an SR now, and marking it while something is done.

Two operations on one SR exclude each other, except plug with plug; the later one waits up to two hours, as in XAPI.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.db import Database, Record
from xenferry.lab.error import LabError

ALWAYS = ("unplug", "plug", "pbd_create", "pbd_destroy", "scan")
BY_FEATURE = {
    "vdi_create": "VDI_CREATE",
    "vdi_destroy": "VDI_DELETE",
    "vdi_resize": "VDI_RESIZE",
    "vdi_clone": "VDI_CLONE",
    "vdi_snapshot": "VDI_SNAPSHOT",
    "vdi_mirror": "VDI_MIRROR",
    "vdi_introduce": "VDI_INTRODUCE",
    "vdi_set_on_boot": "VDI_RESET_ON_BOOT",
    "vdi_enable_cbt": "VDI_CONFIG_CBT",
    "vdi_disable_cbt": "VDI_CONFIG_CBT",
    "vdi_data_destroy": "VDI_CONFIG_CBT",
    "vdi_list_changed_blocks": "VDI_CONFIG_CBT",
    "update": "SR_UPDATE",
}
WAIT_LONGEST_S, WAIT_STEP_S = 7200.0, 5.0


def pbds(db: Database, sr: str) -> list[tuple[str, Record]]:
    """The PBDs of an SR."""
    return [(ref, db.get("PBD", ref)) for ref in db.get("SR", sr)["PBDs"]]


def refusal(db: Database, sr: str, operation: str) -> LabError | None:
    """Why an operation is not possible now, in XAPI's order; None when it is."""
    record = db.get("SR", sr)
    wanted = BY_FEATURE.get(operation)
    if wanted and wanted not in features(db, record["type"]):
        return LabError("SR_OPERATION_NOT_SUPPORTED", sr)
    if operation in ("destroy", "forget") and any(pbd["currently_attached"] for _, pbd in pbds(db, sr)):
        return LabError("SR_HAS_PBD", sr)
    if operation == "destroy" and not record["PBDs"]:
        return LabError("SR_HAS_NO_PBDS", sr)
    disks = [db.get("VDI", vdi) for vdi in record["VDIs"]]
    if operation == "destroy" and any(disk["managed"] and disk["type"] != "rrd" for disk in disks):
        return LabError("SR_NOT_EMPTY")
    return _conflict(record, sr, operation)


def _conflict(record: Record, sr: str, operation: str) -> LabError | None:
    current: dict[str, str] = record["current_operations"]
    if not current or (operation == "plug" and set(current.values()) == {"plug"}):
        return None
    task, other = next(iter(current.items()))
    return LabError("OTHER_OPERATION_IN_PROGRESS", "SR", sr, other, task)


def features(db: Database, kind: str) -> dict[str, Any]:
    """The features of an SR type's driver."""
    found: dict[str, Any] = {}
    for ref in db.find("SM", type=kind):
        found |= db.get("SM", ref)["features"]
    return found


def refresh(db: Database, sr: str) -> None:
    """Write SR.allowed_operations as it follows from driver, PBDs, disks and current operations."""
    if db.exists("SR", sr):
        every = (*ALWAYS, *BY_FEATURE, "forget", "destroy")
        allowed = [operation for operation in every if refusal(db, sr, operation) is None]
        db.update("SR", sr, allowed_operations=allowed)


@asynccontextmanager
async def marked(ctx: Context, sr: str, operation: str) -> AsyncIterator[None]:
    """Mark the SR with an operation, waiting for another one to end; take the mark away afterwards."""
    await _wait(ctx, sr, operation)
    db, task = ctx.db, ctx.task or f"OpaqueRef:{ctx.db.new_uuid()}"
    db.update("SR", sr, current_operations={**db.get("SR", sr)["current_operations"], task: operation})
    refresh(db, sr)
    try:
        yield
    finally:
        if db.exists("SR", sr):
            left = {key: name for key, name in db.get("SR", sr)["current_operations"].items() if key != task}
            db.update("SR", sr, current_operations=left)
            refresh(db, sr)


async def _wait(ctx: Context, sr: str, operation: str) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + WAIT_LONGEST_S
    while (error := refusal(ctx.db, sr, operation)) is not None:
        if error.code != "OTHER_OPERATION_IN_PROGRESS" or loop.time() > end:
            raise error
        await asyncio.sleep(WAIT_STEP_S)
        ctx.checkpoint()
