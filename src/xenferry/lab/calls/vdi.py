"""VDI: making, resizing, copying and deleting disks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Record
from xenferry.lab.error import LabError
from xenferry.lab.guest import records
from xenferry.lab.motion import disk_copy, disk_move, disks
from xenferry.lab.registry import call
from xenferry.lab.storage import dummy, vhd
from xenferry.lab.storage.failure import failed
from xenferry.lab.storage.operations import marked

CLONE_S = 0.5
"""A clone or a snapshot of a disk within its SR."""


@call("VDI.create")
async def create(ctx: Context, args: dict[str, Any]) -> str:
    """Raises SR_OPERATION_NOT_SUPPORTED, SR_HAS_NO_PBDS [sr], VDI_INCOMPATIBLE_TYPE [""; type], and the driver's
    errors: 79 for a size that cannot be, 44 when there is no room.
    """
    sr = args["SR"]
    async with marked(ctx, sr, "vdi_create"):
        check_plugged(ctx, sr)
        if args["type"] == "cbt_metadata":
            raise LabError("VDI_INCOMPATIBLE_TYPE", "", "cbt_metadata")
        raw = args.get("sm_config", {}).get("type") == "raw"
        size = (vhd.rounded_raw if raw else vhd.rounded)(ctx.db.get("SR", sr)["type"], args["virtual_size"])
        disks.check_room(ctx, sr, 0)
        fields = {name: value for name, value in args.items() if name not in ("SR", "virtual_size")}
        fields |= dummy.made(size) if ctx.db.get("SR", sr)["type"] == "dummy" else {}
        location = uuid = ctx.db.new_uuid()
        made = ctx.db.create("VDI", fields, SR=sr, managed=True, location=location, uuid=uuid, virtual_size=size)
        ctx.db.update("VDI", made, snapshot_of=NULL)
        return made


def check_plugged(ctx: Context, sr: str) -> None:
    """The call goes on where the SR is plugged: here if it can. Raises SR_HAS_NO_PBDS [sr]."""
    pbds = [ctx.db.get("PBD", pbd) for pbd in ctx.db.get("SR", sr)["PBDs"]]
    hosts = [pbd["host"] for pbd in pbds if pbd["currently_attached"]]
    if not hosts:
        raise LabError("SR_HAS_NO_PBDS", sr)
    if ctx.host not in hosts:
        ctx.forward(hosts[0])


@asynccontextmanager
async def vdi_marked(ctx: Context, vdi: str, operation: str) -> AsyncIterator[Record]:
    """Disk and SR are marked, then a host that has the SR is looked for. Raises SR_HAS_NO_PBDS [sr]."""
    record = ctx.db.get("VDI", vdi)
    async with marked(ctx, record["SR"], f"vdi_{operation}", ("VDI", vdi, operation)):
        check_plugged(ctx, record["SR"])
        yield record


def check_managed(ctx: Context, vdi: str) -> None:
    """Raises VDI_NOT_MANAGED [vdi] for a disk that only the driver knows what to do with."""
    if not ctx.db.get("VDI", vdi)["managed"]:
        raise LabError("VDI_NOT_MANAGED", vdi)


@call("VDI.destroy")
async def destroy(ctx: Context, vdi: str) -> None:
    """A suspended guest loses its image. Raises VDI_IN_USE [vdi; operation] while a guest has the disk plugged."""
    async with vdi_marked(ctx, vdi, "destroy") as record:
        check_managed(ctx, vdi)
        drives = list(record["VBDs"])
        disks.discard(ctx, [vdi])
        for vbd in drives:
            records.discard(ctx, "VBD", vbd)
        for vm in ctx.db.find("VM", suspend_VDI=vdi):
            ctx.db.update("VM", vm, suspend_VDI=NULL)


@call("VDI.resize")
async def resize(ctx: Context, vdi: str, size: int) -> None:
    """A disk can only grow (79)."""
    async with vdi_marked(ctx, vdi, "resize") as record:
        check_managed(ctx, vdi)
        _grow(ctx, vdi, record, size)


@call("VDI.resize_online")
async def resize_online(ctx: Context, vdi: str, size: int) -> None:
    """The same while a guest has it plugged, if the driver has VDI_RESIZE_ONLINE."""
    record = ctx.db.get("VDI", vdi)
    async with marked(ctx, record["SR"], "vdi_resize", ("VDI", vdi, "resize_online")):
        check_plugged(ctx, record["SR"])
        check_managed(ctx, vdi)
        _grow(ctx, vdi, record, size)


def _grow(ctx: Context, vdi: str, record: Record, size: int) -> None:
    if size < record["virtual_size"]:
        raise failed(79, "shrinking not allowed")
    ctx.db.update("VDI", vdi, virtual_size=vhd.rounded(ctx.db.get("SR", record["SR"])["type"], size))


@call("VDI.copy")
async def copy(ctx: Context, vdi: str, sr: str, base_vdi: str, into_vdi: str) -> str:
    """A full copy, into a disk that is there or a new one. `base_vdi` only says what need not be sent; here all is."""
    return await disk_copy.copy(ctx, vdi, sr, into_vdi if ctx.db.exists("VDI", into_vdi) else "")


@call("VDI.snapshot")
async def snapshot(ctx: Context, vdi: str, driver_params: dict[str, str]) -> str:
    """Raises VDI_NOT_MANAGED [vdi]."""
    async with vdi_marked(ctx, vdi, "snapshot") as record:
        check_managed(ctx, vdi)
        await asyncio.sleep(CLONE_S)
        made = _twin(ctx, vdi, record, snapshot=True)
        ctx.db.update("VDI", made, snapshot_of=vdi)
        return made


@call("VDI.clone")
async def clone(ctx: Context, vdi: str, driver_params: dict[str, str]) -> str:
    """Raises VDI_NOT_MANAGED [vdi]."""
    async with vdi_marked(ctx, vdi, "clone") as record:
        check_managed(ctx, vdi)
        await asyncio.sleep(CLONE_S)
        return _twin(ctx, vdi, record, snapshot=False)


def _twin(ctx: Context, vdi: str, record: Record, *, snapshot: bool) -> str:
    """The driver makes it without a name; XAPI names it, notes whose contents it has, and at last copies the rest."""
    shape = dummy.like(snapshot=snapshot) if ctx.db.get("SR", record["SR"])["type"] == "dummy" else {}
    made = disks.twin(ctx, vdi, record["SR"], name_label="", other_config={}, **shape)
    ctx.lab.menus.settle_one("VDI", made)
    names = {name: record[name] for name in ("name_label", "name_description")}
    ctx.db.update("VDI", made, **names, snapshot_time=ctx.lab.date(), is_a_snapshot=snapshot)
    content = record["other_config"].get("content_id") or ctx.db.new_uuid()
    ctx.db.update("VDI", made, other_config={"content_id": content})
    tracked = snapshot and record["cbt_enabled"]
    ctx.db.update("VDI", made, other_config=record["other_config"], cbt_enabled=tracked)
    return made


@call("VDI.pool_migrate")
async def pool_migrate(ctx: Context, vdi: str, sr: str, options: dict[str, str]) -> str:
    return await disk_move.pool_migrate(ctx, vdi, sr, options)
