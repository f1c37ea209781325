"""VBD: drives of a guest."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.lifecycle import vbd as lifecycle
from xenferry.lab.placement import reach
from xenferry.lab.registry import call

PLUG_S = 0.5
DEVICE = re.compile(r"\d{1,3}|(xvd|hd|sd)[a-z]{1,2}|fd[ab]")
"""A drive's number, or the name a guest gives it."""


@call("VBD.create")
async def create(ctx: Context, args: dict[str, Any]) -> str:
    """Raises INVALID_DEVICE and DEVICE_ALREADY_EXISTS [userdevice]; an empty drive must be a CD."""
    vm = ctx.db.get("VM", args["VM"])
    empty = args["VDI"] == NULL or args.get("empty", False)
    if empty and args["type"] == "Disk":
        raise LabError("VBD_NOT_REMOVABLE_MEDIA", NULL)
    if not empty:
        ctx.db.get("VDI", args["VDI"])
    used = {ctx.db.get("VBD", vbd)["userdevice"] for vbd in vm["VBDs"]}
    device = args.get("userdevice", "autodetect")
    if device == "autodetect":
        device = next(str(n) for n in range(256) if str(n) not in used)
    if not DEVICE.fullmatch(device):
        raise LabError("INVALID_DEVICE", device)
    if device in used:
        raise LabError("DEVICE_ALREADY_EXISTS", device)
    wanted = ("VM", "type", "mode", "bootable", "unpluggable", "other_config", "qos_algorithm_type")
    fields = {name: args[name] for name in wanted if name in args}
    return ctx.db.create("VBD", fields, userdevice=device, VDI=NULL if empty else args["VDI"], empty=empty)


@call("VBD.destroy")
async def destroy(ctx: Context, vbd: str) -> None:
    record = ctx.db.get("VBD", vbd)
    if record["currently_attached"]:
        text = f"VBD '{record['uuid']}' still attached to '{ctx.db.get('VM', record['VM'])['uuid']}'"
        raise LabError("OPERATION_NOT_ALLOWED", text)
    ctx.db.destroy("VBD", vbd)


@call("VBD.plug", task=True)
async def plug(ctx: Context, vbd: str) -> None:
    """Raises VM_BAD_POWER_STATE, DEVICE_ALREADY_ATTACHED [vbd], VM_REQUIRES_SR [vm; sr]."""
    async with locks.operation(ctx, ("VBD", vbd, "plug")):
        record = ctx.db.get("VBD", vbd)
        host = ctx.db.get("VM", record["VM"])["resident_on"]
        if not record["empty"]:
            sr = ctx.db.get("VDI", record["VDI"])["SR"]
            if sr not in reach.plugged_srs(ctx.lab.hypervisor.facts, host):
                raise LabError("VM_REQUIRES_SR", record["VM"], sr)
        await asyncio.sleep(PLUG_S)
        _show(ctx, vbd, attached=True)


@call("VBD.unplug", task=True)
async def unplug(ctx: Context, vbd: str) -> None:
    async with locks.operation(ctx, ("VBD", vbd, "unplug")):
        await asyncio.sleep(PLUG_S)
        _show(ctx, vbd, attached=False)


@call("VBD.unplug_force", task=True)
async def unplug_force(ctx: Context, vbd: str) -> None:
    async with locks.operation(ctx, ("VBD", vbd, "unplug_force")):
        _show(ctx, vbd, attached=False)


@call("VBD.insert", task=True)
async def insert(ctx: Context, vbd: str, vdi: str) -> None:
    """Raises VBD_NOT_REMOVABLE_MEDIA [vbd], VBD_NOT_EMPTY [vbd], VDI_NOT_MANAGED [vdi]."""
    async with locks.operation(ctx, ("VBD", vbd, "insert")):
        if not ctx.db.get("VDI", vdi)["managed"]:
            raise LabError("VDI_NOT_MANAGED", vdi)
        ctx.db.update("VBD", vbd, VDI=vdi, empty=False)


@call("VBD.eject", task=True)
async def eject(ctx: Context, vbd: str) -> None:
    """Raises VBD_NOT_REMOVABLE_MEDIA [vbd], VBD_IS_EMPTY [vbd]."""
    async with locks.operation(ctx, ("VBD", vbd, "eject")):
        ctx.db.update("VBD", vbd, VDI=NULL, empty=True)


@call("VBD.assert_attachable")
async def assert_attachable(ctx: Context, vbd: str) -> None:
    error = lifecycle.operation_error(ctx.lab.hypervisor.facts, vbd, "attach")
    if error is not None:
        raise error


def _show(ctx: Context, vbd: str, *, attached: bool) -> None:
    """What the host reports when it is done; a drive that went away meanwhile is not reported."""
    if ctx.db.exists("VBD", vbd):
        ctx.db.update("VBD", vbd, currently_attached=attached)
