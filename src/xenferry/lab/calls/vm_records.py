"""VM: making, copying and deleting guests."""

from __future__ import annotations

import asyncio
from typing import Any

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.guest import records
from xenferry.lab.registry import call

COPY_S = 2.0


@call("VM.create")
async def create(ctx: Context, args: dict[str, Any]) -> str:
    return records.create(ctx, args)


@call("VM.destroy", task=True)
async def destroy(ctx: Context, vm: str) -> None:
    async with locks.guest_operation(ctx, vm, "destroy"):
        records.destroy(ctx, vm)


@call("VM.clone", task=True)
async def clone(ctx: Context, vm: str, new_name: str) -> str:
    async with locks.guest_operation(ctx, vm, "clone"):
        await asyncio.sleep(COPY_S)
        return records.duplicate(ctx, vm, new_name)


@call("VM.copy", task=True)
async def copy(ctx: Context, vm: str, new_name: str, sr: str) -> str:
    """Simplification: the copy's disks are on the SRs of the original's, whatever `sr` says."""
    async with locks.guest_operation(ctx, vm, "copy"):
        await asyncio.sleep(COPY_S)
        return records.duplicate(ctx, vm, new_name)


@call("VM.snapshot", task=True)
async def snapshot(ctx: Context, vm: str, new_name: str, ignore_vdis: list[str]) -> str:
    """Simplification: `ignore_vdis` is not looked at."""
    async with locks.guest_operation(ctx, vm, "snapshot"):
        await asyncio.sleep(COPY_S)
        return records.duplicate(
            ctx, vm, new_name, is_a_snapshot=True, is_a_template=True, snapshot_of=vm, snapshot_time=ctx.lab.date()
        )


@call("VM.provision", task=True)
async def provision(ctx: Context, vm: str) -> None:
    async with locks.guest_operation(ctx, vm, "provision"):
        await asyncio.sleep(COPY_S)
        ctx.db.update("VM", vm, is_a_template=False)
