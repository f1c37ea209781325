"""VDI.copy: a host that sees both SRs plugs the old disk and a new one into its control domain and copies the data.

Simplification: a copy takes the space and the time of what the disk really uses (see disks.size).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.guest import choice, records
from xenferry.lab.motion import disks
from xenferry.lab.wire.xml import fragment

AS_THE_OLD = (
    "name_label", "name_description", "virtual_size", "type", "sharable", "other_config", "xenstore_data", "tags"
)  # fmt: skip

DRIVE = {
    "userdevice": "autodetect", "type": "Disk", "bootable": False, "unpluggable": True, "empty": False,
    "other_config": {}, "qos_algorithm_type": "", "qos_algorithm_params": {},
}  # fmt: skip


async def copy(ctx: Context, vdi: str, sr: str, into: str = "") -> str:
    """The copy: a new disk on the SR, or the one `into` which to copy.

    Raises HANDLE_INVALID [SR; sr], SR_HAS_NO_PBDS [sr], the driver's 44, VDI_NOT_MANAGED [vdi], VDI_READONLY [into],
    VDI_TOO_SMALL [into; bytes], VDI_IO_ERROR [text] when an SR goes away meanwhile.
    """
    async with locks.operation(ctx, ("VDI", vdi, "copy")):
        host = _copier(ctx, vdi, sr)
        if host == ctx.lab.coordinator:
            return await _copy(ctx, vdi, (sr, into), host)
        await forward(ctx, host)
        return await _copy_there(ctx, vdi, (sr, into), host)


def _copier(ctx: Context, vdi: str, sr: str) -> str:
    """A host with both SRs, else with the disk's; the coordinator only if there is no other."""
    home = ctx.db.get("VDI", vdi)["SR"]
    for wanted in ({home, sr}, {home}):
        able = choice.seeing(ctx, wanted)
        if able:
            members = [host for host in able if host != ctx.lab.coordinator]
            return choice.any_of(ctx, members or able)
    raise LabError("INTERNAL_ERROR", "Not_found")


async def _copy_there(ctx: Context, vdi: str, where: tuple[str, str], host: str) -> str:
    """A member does it as a task of its own, which the caller's mirrors."""
    tasks = ctx.lab.tasks
    inner = tasks.create("InternalAsync.VDI.copy", host=host)
    try:
        made = await _copy(replace(ctx, task=inner, host=host), vdi, where, host, ctx)
        tasks.succeed(inner, fragment("VDI ref", made))
        return made
    except LabError as error:
        tasks.fail(inner, error)
        raise
    finally:
        tasks.forget(inner)


async def _copy(ctx: Context, vdi: str, where: tuple[str, str], host: str, caller: Context | None = None) -> str:
    """`ctx` is that of the task that does the work, `caller` that of the one that waits for it, if there is one."""
    sr, into = where
    if not ctx.db.get("VDI", vdi)["managed"]:
        raise LabError("VDI_NOT_MANAGED", vdi)
    target = into or await _new(ctx, vdi, sr)
    try:
        _check_target(ctx, vdi, target)
        ctx.permit()
        await _fill(ctx, vdi, target, host, caller or ctx)
    except LabError:
        if not into:
            await ctx.lab.call_within(ctx.task, "VDI.destroy", target)
        raise
    except asyncio.CancelledError:
        disks.discard(ctx, [] if into else [target])
        raise
    return target


async def _new(ctx: Context, vdi: str, sr: str) -> str:
    old = ctx.db.get("VDI", vdi)
    disks.check_room(ctx, sr, disks.size(old))
    asked = {name: old[name] for name in AS_THE_OLD} | {"SR": sr, "read_only": False, "sm_config": {}}
    made: str = await ctx.lab.call_within(ctx.task, "VDI.create", asked)
    ctx.db.update("VDI", made, on_boot=old["on_boot"], allow_caching=old["allow_caching"])
    disks.take(ctx, made, disks.size(old))
    return made


def _check_target(ctx: Context, vdi: str, target: str) -> None:
    size, found = ctx.db.get("VDI", vdi)["virtual_size"], ctx.db.get("VDI", target)
    if found["read_only"]:
        raise LabError("VDI_READONLY", target)
    if found["virtual_size"] < size:
        raise LabError("VDI_TOO_SMALL", target, str(size))


async def _fill(ctx: Context, vdi: str, made: str, host: str, caller: Context) -> None:
    """Locally if the host sees the new SR, else over the network to one that does. Raises SR_HAS_NO_PBDS [sr]."""
    sr = ctx.db.get("VDI", made)["SR"]
    able = choice.seeing(ctx, {sr})
    if not able:
        raise LabError("SR_HAS_NO_PBDS", sr)
    target = host if host in able else choice.any_of(ctx, able)
    async with _plugged(ctx, vdi, host, "RO"), _plugged(ctx, made, target, "RW"):
        await _send(ctx, vdi, made, (host, target), caller)


async def _send(ctx: Context, vdi: str, made: str, ends: tuple[str, str], caller: Context) -> None:
    total, links = disks.size(ctx.db.get("VDI", vdi)), ctx.lab.hypervisor.links
    stream = links.open(*ends, disks.DISK_STREAM_MAX)
    shown = {ctx.task: ctx, caller.task: caller}.values()

    def step(sent: float) -> None:
        caller.checkpoint()
        if not disks.attached(ctx, ctx.db.get("VDI", made)["SR"], ends[1]):
            raise LabError("VDI_IO_ERROR", "Device I/O error")
        for one in shown:
            one.progress(round(sent / total, 3))

    try:
        await links.send(stream, total, step)
    finally:
        links.close(stream)


@asynccontextmanager
async def _plugged(ctx: Context, vdi: str, host: str, mode: str) -> AsyncIterator[None]:
    """The disk is a drive of the host's control domain inside. A pool without records of those does without."""
    domain = next(iter(ctx.db.find("VM", is_control_domain=True, resident_on=host)), None)
    if domain is None:
        yield
        return
    vbd: str = await ctx.lab.call("VBD.create", DRIVE | {"VM": domain, "VDI": vdi, "mode": mode})
    try:
        await ctx.lab.call_within(ctx.task, "VBD.plug", vbd)
        yield
    except asyncio.CancelledError:
        records.discard(ctx, "VBD", vbd)
        raise
    except LabError:
        await _unplug(ctx, vbd)
        raise
    await _unplug(ctx, vbd)


async def _unplug(ctx: Context, vbd: str) -> None:
    """Whatever stands against it, the drive goes."""
    if ctx.db.exists("VBD", vbd):
        with suppress(LabError):
            await ctx.lab.call_within(ctx.task, "VBD.unplug", vbd)
    records.discard(ctx, "VBD", vbd)
