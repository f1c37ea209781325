"""VBD: drives of a guest. Simplification: their allowed_operations are not kept."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
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
    made = ctx.db.create("VBD", fields, userdevice=device, VDI=NULL if empty else args["VDI"], empty=empty)
    ctx.lab.hypervisor.refresh(args["VM"])
    return made


@call("VBD.destroy")
async def destroy(ctx: Context, vbd: str) -> None:
    record = ctx.db.get("VBD", vbd)
    if record["currently_attached"]:
        text = f"VBD '{record['uuid']}' still attached to '{ctx.db.get('VM', record['VM'])['uuid']}'"
        raise LabError("OPERATION_NOT_ALLOWED", text)
    ctx.db.destroy("VBD", vbd)
    ctx.lab.hypervisor.refresh(record["VM"])


@call("VBD.plug", task=True)
async def plug(ctx: Context, vbd: str) -> None:
    """Raises VM_BAD_POWER_STATE, DEVICE_ALREADY_ATTACHED [vbd], VM_REQUIRES_SR [vm; sr]."""
    record = _of_running(ctx, vbd)
    if record["currently_attached"]:
        raise LabError("DEVICE_ALREADY_ATTACHED", vbd)
    host = ctx.db.get("VM", record["VM"])["resident_on"]
    if not record["empty"]:
        sr = ctx.db.get("VDI", record["VDI"])["SR"]
        if sr not in reach.plugged_srs(ctx.lab.hypervisor.facts, host):
            raise LabError("VM_REQUIRES_SR", record["VM"], sr)
    await asyncio.sleep(PLUG_S)
    ctx.db.update("VBD", vbd, currently_attached=True)


@call("VBD.unplug", task=True)
async def unplug(ctx: Context, vbd: str) -> None:
    record = _of_running(ctx, vbd)
    if not record["currently_attached"]:
        raise LabError("DEVICE_ALREADY_DETACHED", vbd)
    await asyncio.sleep(PLUG_S)
    ctx.db.update("VBD", vbd, currently_attached=False)


@call("VBD.unplug_force", task=True)
async def unplug_force(ctx: Context, vbd: str) -> None:
    _of_running(ctx, vbd)
    ctx.db.update("VBD", vbd, currently_attached=False)


@call("VBD.insert", task=True)
async def insert(ctx: Context, vbd: str, vdi: str) -> None:
    """Raises VBD_NOT_REMOVABLE_MEDIA [vbd], VBD_NOT_EMPTY [vbd]."""
    record = _removable(ctx, vbd)
    if not record["empty"]:
        raise LabError("VBD_NOT_EMPTY", vbd)
    ctx.db.get("VDI", vdi)
    ctx.db.update("VBD", vbd, VDI=vdi, empty=False)


@call("VBD.eject", task=True)
async def eject(ctx: Context, vbd: str) -> None:
    """Raises VBD_NOT_REMOVABLE_MEDIA [vbd], VBD_IS_EMPTY [vbd]."""
    record = _removable(ctx, vbd)
    if record["empty"]:
        raise LabError("VBD_IS_EMPTY", vbd)
    ctx.db.update("VBD", vbd, VDI=NULL, empty=True)


def _removable(ctx: Context, vbd: str) -> Any:
    record = ctx.db.get("VBD", vbd)
    if record["type"] != "CD":
        raise LabError("VBD_NOT_REMOVABLE_MEDIA", vbd)
    return record


def _of_running(ctx: Context, vbd: str) -> Any:
    record = ctx.db.get("VBD", vbd)
    state = ctx.db.get("VM", record["VM"])["power_state"]
    if state not in ("Running", "Paused"):
        raise LabError("VM_BAD_POWER_STATE", record["VM"], "running", state.lower())
    return record
