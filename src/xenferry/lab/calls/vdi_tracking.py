"""VDI: changed block tracking.

Simplification: the lab has no blocks, so nothing ever counts as changed.
"""

from __future__ import annotations

import asyncio
import base64

from xenferry.lab.calls.vdi import check_plugged
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.motion import disks
from xenferry.lab.registry import call
from xenferry.lab.storage.failure import failed
from xenferry.lab.storage.operations import marked

BLOCK = 64 * 2**10
"""Bytes that one bit of the map stands for."""
VBDS_GO_S = 4.0
"""How long data_destroy waits for the drives of a disk to be destroyed."""


@call("VDI.enable_cbt", cancellable=False)
async def enable_cbt(ctx: Context, vdi: str) -> None:
    await _switch(ctx, vdi, "enable_cbt", on=True)


@call("VDI.disable_cbt", cancellable=False)
async def disable_cbt(ctx: Context, vdi: str) -> None:
    await _switch(ctx, vdi, "disable_cbt", on=False)


async def _switch(ctx: Context, vdi: str, operation: str, *, on: bool) -> None:
    sr = ctx.db.get("VDI", vdi)["SR"]
    async with marked(ctx, sr, f"vdi_{operation}", ("VDI", vdi, operation)):
        check_plugged(ctx, sr)
        ctx.db.update("VDI", vdi, cbt_enabled=on)


@call("VDI.data_destroy", cancellable=False)
async def data_destroy(ctx: Context, vdi: str) -> None:
    """Of a snapshot only its map remains. Raises VDI_IN_USE [vdi; data_destroy] when its drives stay.

    Those who ask with drives still there wait up to four seconds for them to go.
    """
    record = ctx.db.get("VDI", vdi)
    async with marked(ctx, record["SR"], "vdi_data_destroy", ("VDI", vdi, "data_destroy")):
        if record["type"] == "cbt_metadata":
            return
        check_plugged(ctx, record["SR"])
        kind, size = record["type"], disks.size(record)
        ctx.db.update("VDI", vdi, type="cbt_metadata")
        if not await _drives_gone(ctx, vdi):
            ctx.db.update("VDI", vdi, type=kind)
            raise LabError("VDI_IN_USE", vdi, "data_destroy")
        disks.take_space(ctx, record["SR"], -size)
        ctx.db.update("VDI", vdi, physical_utilisation=0)


async def _drives_gone(ctx: Context, vdi: str) -> bool:
    end = asyncio.get_running_loop().time() + VBDS_GO_S
    while ctx.db.get("VDI", vdi)["VBDs"]:
        if asyncio.get_running_loop().time() >= end:
            return False
        await asyncio.sleep(0.1)
    return True


@call("VDI.list_changed_blocks", cancellable=False)
async def list_changed_blocks(ctx: Context, vdi_from: str, vdi_to: str) -> str:
    """A map in base64, one bit for 64 KiB (460 when the disks are the same one or unrelated)."""
    source, target = ctx.db.get("VDI", vdi_from), ctx.db.get("VDI", vdi_to)
    async with marked(ctx, target["SR"], "vdi_list_changed_blocks", ("VDI", vdi_to, "list_changed_blocks")):
        check_plugged(ctx, target["SR"])
        if vdi_from == vdi_to:
            raise failed(460)
        if not (source["cbt_enabled"] and target["cbt_enabled"] and _origin(ctx, vdi_from) == _origin(ctx, vdi_to)):
            raise failed(460, "Source and target VDI are unrelated")
        bits = -(-target["virtual_size"] // BLOCK)
        return base64.b64encode(bytes(-(-bits // 8))).decode()


def _origin(ctx: Context, vdi: str) -> str:
    """The disk that a snapshot is of; any other disk is its own."""
    record = ctx.db.get("VDI", vdi)
    return str(record["snapshot_of"]) if record["is_a_snapshot"] else vdi
