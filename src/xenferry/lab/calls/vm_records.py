"""VM: making, copying and deleting guests."""

from __future__ import annotations

import asyncio
from typing import Any

from xenferry.lab import locks
from xenferry.lab.calls.vm_settings import install
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.guest import copies, power, records, revert
from xenferry.lab.guest import provision as provisioning
from xenferry.lab.guest.copies import Copying
from xenferry.lab.guest.messages import tell
from xenferry.lab.guest.sleep import checkpoint as checkpoint_guest
from xenferry.lab.registry import call

PROVISION_S = 2.0


@call("VM.create")
async def create(ctx: Context, args: dict[str, Any]) -> str:
    return records.create(ctx, args)


@call("VM.destroy")
async def destroy(ctx: Context, vm: str) -> None:
    async with locks.guest_operation(ctx, vm, "destroy"):
        records.destroy(ctx, vm)


@call("VM.clone")
async def clone(ctx: Context, vm: str, new_name: str) -> str:
    """Raises NO_HOSTS_AVAILABLE [] when no host has all the SRs."""
    async with locks.guest_operation(ctx, vm, "clone"):
        await copies.go_to_disks(ctx, vm)
        made = await copies.make(ctx, vm, Copying("clone", new_name))
        if _has_memory(ctx, vm, made):
            await power.lose_memory(ctx, made)
        return made


def _has_memory(ctx: Context, vm: str, made: str) -> bool:
    """What is made of a checkpoint has its memory, which a guest of its own does not keep."""
    return bool(ctx.db.get("VM", vm)["is_a_snapshot"] and ctx.db.get("VM", made)["power_state"] != "Halted")


@call("VM.copy")
async def copy(ctx: Context, vm: str, new_name: str, sr: str) -> str:
    """An SR that does not exist is as none: the disks are copied where they are."""
    async with locks.guest_operation(ctx, vm, "copy"):
        if ctx.db.exists("SR", sr) and ctx.db.get("SR", sr)["content_type"] == "iso":
            raise LabError("OPERATION_NOT_ALLOWED", "Cannot copy a VM's disks to an ISO SR")
        made = await copies.make(ctx, vm, Copying("copy", new_name, sr))
        if _has_memory(ctx, vm, made):
            await ctx.lab.call("VM.hard_shutdown", made)
    return made


@call("VM.snapshot")
async def snapshot(ctx: Context, vm: str, new_name: str, ignore_vdis: list[str]) -> str:
    """Raises NO_HOSTS_AVAILABLE [] when no host has all the SRs."""
    async with locks.guest_operation(ctx, vm, "snapshot"):
        await copies.go_to_disks(ctx, vm)
        made = await copies.make(ctx, vm, Copying("snapshot", new_name, ignored=ignore_vdis))
    tell(ctx, vm, "VM_SNAPSHOTTED", f"snapshotted, snapshot name: {new_name}")
    return made


@call("VM.checkpoint")
async def checkpoint(ctx: Context, vm: str, new_name: str) -> str:
    """A snapshot with memory: a running guest sleeps and wakes for it, on its host."""
    async with locks.guest_operation(ctx, vm, "checkpoint"):
        if not ctx.lab.hypervisor.facts.licensed("checkpoint"):
            raise LabError("LICENCE_RESTRICTION", "Checkpoint")
        if ctx.db.get("VM", vm)["power_state"] == "Running":
            made = await checkpoint_guest(ctx, vm, new_name)
        else:
            await copies.go_to_disks(ctx, vm)
            made = await copies.make(ctx, vm, Copying("checkpoint", new_name))
    tell(ctx, vm, "VM_CHECKPOINTED", f"checkpointed, snapshot name: {new_name}")
    return made


@call("VM.revert")
async def revert_to(ctx: Context, snapshot: str) -> None:
    await revert.revert(ctx, snapshot)


@call("VM.provision")
async def provision(ctx: Context, vm: str) -> None:
    """A template becomes a guest, with the disks that it asks for."""
    async with locks.guest_operation(ctx, vm, "provision"):
        install(ctx, vm)
        await provisioning.provision(ctx, vm)
        await asyncio.sleep(PROVISION_S)
