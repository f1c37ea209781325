"""VDI: making, resizing, copying and deleting disks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.db import Record
from xenferry.lab.error import LabError
from xenferry.lab.motion import disks, send
from xenferry.lab.registry import call
from xenferry.lab.storage.operations import marked


@call("VDI.create", task=True)
async def create(ctx: Context, args: dict[str, Any]) -> str:
    """Raises SR_HAS_NO_PBDS [sr], VDI's driver error 44 when there is no room, 79 for a size that is none."""
    sr = args["SR"]
    _check_plugged(ctx, sr)
    if args["virtual_size"] < 0:
        raise LabError("SR_BACKEND_FAILURE_79", "", "VDI Invalid size", "")
    async with marked(ctx, sr, "vdi_create"):
        disks.check_room(ctx, sr, 0)
        fields = {name: value for name, value in args.items() if name != "SR"}
        return ctx.db.create("VDI", fields, SR=sr, managed=True, location=ctx.db.new_uuid())


def _check_plugged(ctx: Context, sr: str) -> None:
    pbds = [ctx.db.get("PBD", pbd) for pbd in ctx.db.get("SR", sr)["PBDs"]]
    if not any(pbd["currently_attached"] for pbd in pbds):
        raise LabError("SR_HAS_NO_PBDS", sr)


@asynccontextmanager
async def _marked(ctx: Context, vdi: str, operation: str) -> AsyncIterator[Record]:
    """Disk and SR are marked, then a host that has the SR is looked for. Raises SR_HAS_NO_PBDS [sr]."""
    record = ctx.db.get("VDI", vdi)
    async with marked(ctx, record["SR"], f"vdi_{operation}", ("VDI", vdi, operation)):
        _check_plugged(ctx, record["SR"])
        yield record


@call("VDI.destroy", task=True)
async def destroy(ctx: Context, vdi: str) -> None:
    """Raises VDI_IN_USE [vdi; operation] while a guest has it plugged."""
    async with _marked(ctx, vdi, "destroy") as record:
        for vbd in list(record["VBDs"]):
            ctx.db.destroy("VBD", vbd)
        disks.discard(ctx, [vdi])


@call("VDI.resize", task=True)
async def resize(ctx: Context, vdi: str, size: int) -> None:
    """A disk can only grow."""
    async with _marked(ctx, vdi, "resize") as record:
        if size < record["virtual_size"]:
            raise LabError("SR_BACKEND_FAILURE_79", "", "VDI Invalid size [opterr=shrinking not allowed]", "")
        ctx.db.update("VDI", vdi, virtual_size=size)


@call("VDI.copy", task=True)
async def copy(ctx: Context, vdi: str, sr: str, base_vdi: str, into_vdi: str) -> str:
    """A full copy, made by the coordinator. `base_vdi` and `into_vdi` are not simulated."""
    if base_vdi != NULL or into_vdi != NULL:
        raise LabError("NOT_IMPLEMENTED", "VDI.copy with base_vdi or into_vdi")
    home = ctx.lab.coordinator
    async with locks.operation(ctx, ("VDI", vdi, "copy")):
        disks.check_attached(ctx, sr, home)
        return (await disks.copy_all(ctx, {vdi: sr}, home, home))[vdi]


@call("VDI.snapshot", task=True)
async def snapshot(ctx: Context, vdi: str, driver_params: dict[str, str]) -> str:
    async with _marked(ctx, vdi, "snapshot") as record:
        made = disks.twin(ctx, vdi, record["SR"])
        ctx.db.update("VDI", made, is_a_snapshot=True, snapshot_of=vdi, snapshot_time=ctx.lab.date())
        return made


@call("VDI.clone", task=True)
async def clone(ctx: Context, vdi: str, driver_params: dict[str, str]) -> str:
    async with _marked(ctx, vdi, "clone") as record:
        return disks.twin(ctx, vdi, record["SR"])


@call("VDI.pool_migrate", task=True)
async def pool_migrate(ctx: Context, vdi: str, sr: str, options: dict[str, str]) -> str:
    return await send.vdi_pool_migrate(ctx, vdi, sr)


@call("VDI.forget", task=True)
async def forget(ctx: Context, vdi: str) -> None:
    """Only the record goes; the space stays taken."""
    async with locks.operation(ctx, ("VDI", vdi, "forget")):
        ctx.db.destroy("VDI", vdi)
