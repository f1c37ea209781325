"""An SR's connections, and marking the SR while something is done with it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.db import Database, Record
from xenferry.lab.error import LabError
from xenferry.lab.storage import plug


def pbds(db: Database, sr: str) -> list[tuple[str, Record]]:
    """The PBDs of an SR."""
    return [(ref, db.get("PBD", ref)) for ref in db.get("SR", sr)["PBDs"]]


def marked(ctx: Context, sr: str, operation: str, *more: locks.Mark) -> AbstractAsyncContextManager[None]:
    """Marks the SR with an operation, and other objects with theirs, waiting for what goes on with them to end."""
    return locks.operation(ctx, ("SR", sr, operation), *more)


def unplugging(ctx: Context, sr: str) -> AbstractAsyncContextManager[None]:
    """Marks the SR with `unplug`. Raises SR_HAS_MULTIPLE_PBDS [uuids]."""
    return locks.operation(ctx, ("SR", sr, "unplug"), before=lambda: _disk_in_work(ctx, sr))


def _disk_in_work(ctx: Context, sr: str) -> LabError | None:
    """The coordinator does not let go of an SR while it works on one of its disks."""
    record = ctx.db.get("SR", sr)
    every = pbds(ctx.db, sr)
    if not record["shared"]:
        if len(every) > 1:
            raise LabError("SR_HAS_MULTIPLE_PBDS", *(pbd["uuid"] for _, pbd in every))
        if every[0][1]["host"] != ctx.lab.coordinator:
            return None
    for vdi in record["VDIs"]:
        for task, name in ctx.db.get("VDI", vdi)["current_operations"].items():
            return LabError("OTHER_OPERATION_IN_PROGRESS", "VDI", vdi, name, task)
    return None


def chosen(ctx: Context, sr: str, *, plugged: bool) -> str:
    """The PBD that a call on an SR is carried out with: the coordinator's, if the SR has several.

    XAPI counts the PBDs and does not look at SR.shared. Raises SR_HAS_NO_PBDS [sr].
    """
    every = pbds(ctx.db, sr)
    fit = [(ref, pbd) for ref, pbd in every if pbd["currently_attached"] or not plugged]
    if len(every) > 1:
        fit = sorted(fit, key=lambda each: each[1]["host"] != ctx.lab.coordinator)
    if not fit or (len(every) > 1 and fit[0][1]["host"] != ctx.lab.coordinator):
        raise LabError("SR_HAS_NO_PBDS", sr)
    return fit[0][0]


def forward(ctx: Context, sr: str, *, plugged: bool) -> str:
    """The call goes on on the host of the chosen PBD. Raises SR_HAS_NO_PBDS [sr], HOST_OFFLINE [host]."""
    pbd = chosen(ctx, sr, plugged=plugged)
    host = ctx.db.get("PBD", pbd)["host"]
    plug.check_live(ctx.db, host)
    ctx.forward(host)
    return pbd
