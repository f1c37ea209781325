"""pool: a disk to which the coordinator writes every change of its database at once.

Simplification: nothing is ever read back from it.
"""

from __future__ import annotations

from dataclasses import replace

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.registry import call

NAME = "Metadata redo-log"
DESCRIPTION = "Used when HA is disabled, while extra security is still desired"
SIZE = (4_000_000_000 // (4 * 2**20) - 2) * 4 * 2**20
"""Four gigabytes in whole pieces of 4 MiB, less two that a state file and an empty SR need."""


@call("pool.enable_redo_log")
async def enable(ctx: Context, sr: str) -> None:
    """The disk is made where there is none. Raises CANNOT_ENABLE_REDO_LOG [why]."""
    try:
        vdi = await _disk(ctx, sr)
    except LabError:
        text = "failed to create a VDI for the redo log on the SR with the given UUID."
        raise LabError("CANNOT_ENABLE_REDO_LOG", text) from None
    try:
        for host in list(ctx.db.all("host")):
            await forward(replace(ctx, task=None), host)
    except LabError:
        raise LabError("CANNOT_ENABLE_REDO_LOG", "failed to make VDI static.") from None
    pool = next(iter(ctx.db.all("pool")))
    ctx.db.update("pool", pool, redo_log_vdi=vdi)
    ctx.db.update("pool", pool, redo_log_enabled=True)


async def _disk(ctx: Context, sr: str) -> str:
    for vdi in ctx.db.get("SR", sr)["VDIs"]:
        if ctx.db.get("VDI", vdi)["type"] == "redo_log" and ctx.db.get("VDI", vdi)["virtual_size"] >= SIZE:
            return str(vdi)
    wanted = {
        "name_label": NAME, "name_description": DESCRIPTION, "SR": sr, "virtual_size": SIZE,
        "type": "redo_log", "sharable": True, "read_only": False, "other_config": {},
        "sm_config": {"type": "raw"},
    }  # fmt: skip
    return str(await ctx.lab.call_within(ctx.task, "VDI.create", wanted))


@call("pool.disable_redo_log")
async def disable(ctx: Context) -> None:
    """The disk stays, and pool.redo_log_vdi with it."""
    ctx.db.update("pool", next(iter(ctx.db.all("pool"))), redo_log_enabled=False)
