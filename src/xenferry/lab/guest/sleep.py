"""VM.suspend and VM.resume: the guest's memory goes to a disk image and comes back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.guest import copies, deaf, domain
from xenferry.lab.guest.choice import choose
from xenferry.lab.guest.copies import Copying
from xenferry.lab.guest.messages import tell, tell_on_host
from xenferry.lab.guest.migration import check_forwarding
from xenferry.lab.guest.power import check_upgraded, protect
from xenferry.lab.guest.work import spend, spend_on
from xenferry.lab.motion import disks
from xenferry.lab.network.attaching import attach_networks
from xenferry.lab.placement import cpu, leaving
from xenferry.lab.reservation import reserved

IMAGE_RATE = 200 * 2**20
"""Bytes of memory per second to or from the image."""


async def suspend(ctx: Context, vm: str) -> None:
    """Raises VM_NO_SUSPEND_SR [vm] when no SR for the image is connected to the host."""
    async with locks.guest_operation(ctx, vm, "suspend"):
        sr = _image_sr(ctx, vm)
        check_forwarding(ctx, ctx.db.get("VM", vm)["resident_on"])
        ctx.db.update("VM", vm, ha_always_run=False)
        await deaf.refuse(ctx, vm, "suspend")
        await _save(ctx, vm, sr)
    tell(ctx, vm, "VM_SUSPENDED", "suspended")


async def _save(ctx: Context, vm: str, sr: str, *, stays: bool = False) -> None:
    seconds = _seconds(ctx, vm)
    image = await _new_image(ctx, vm, sr)
    ctx.db.update("VM", vm, suspend_VDI=image)
    try:
        await spend_on(ctx, vm, seconds, _shower(ctx, seconds))
    except BaseException:
        disks.discard(ctx, [image])
        ctx.db.update("VM", vm, suspend_VDI=NULL)
        raise
    ctx.seal()
    domain.end(ctx.lab, vm, "suspended", state="Suspended", stays=stays)


async def _new_image(ctx: Context, vm: str, sr: str) -> str:
    """Raises SR_SUSPEND_SPACE_INSUFFICIENT [sr]."""
    try:
        return str(await ctx.lab.call_within(ctx.task, "VDI.create", _image(ctx, vm, sr)))
    except LabError as error:
        if error.code == "SR_BACKEND_FAILURE_44":
            raise LabError("SR_SUSPEND_SPACE_INSUFFICIENT", sr) from error
        raise


async def checkpoint(ctx: Context, vm: str, name: str) -> str:
    """A running guest is suspended, copied with its memory, and goes on where it was, whatever became of the copy.

    Raises SR_OPERATION_NOT_SUPPORTED [vm] when a disk's SR cannot make snapshots, VM_NO_SUSPEND_SR [vm].
    """
    host = ctx.db.get("VM", vm)["resident_on"]
    facts = ctx.lab.hypervisor.facts
    check_forwarding(ctx, host)
    if any(
        "VDI_SNAPSHOT" not in leaving.features(facts, facts.get("VDI", vdi)["SR"]) for vdi in leaving.disks(facts, vm)
    ):
        raise LabError("SR_OPERATION_NOT_SUPPORTED", vm)
    sr = _image_sr(ctx, vm)
    await deaf.refuse(ctx, vm, "suspend")
    await _save(ctx, vm, sr, stays=True)
    try:
        return await copies.make(ctx, vm, Copying("checkpoint", name, state="Running"))
    finally:
        await _wake(ctx, vm, host, paused=False)


async def resume(ctx: Context, vm: str, *, paused: bool) -> None:
    """On a host of XAPI's choice."""
    async with locks.guest_operation(ctx, vm, "resume"), locks.devices(ctx, vm, interfaces=False):
        host = choose(ctx, vm)
        with reserved(ctx, vm, host, "vm_resume", checked=True):
            await _wake(ctx, vm, host, paused=paused)
    tell_on_host(ctx, vm, "VM_RESUMED", "resumed", host)


async def resume_on(ctx: Context, vm: str, host: str, *, paused: bool, force: bool) -> None:
    """On this host; `force` leaves out the comparison of CPUs."""
    ctx.db.get("VM", vm)
    check_upgraded(ctx, host)
    async with locks.guest_operation(ctx, vm, "resume_on"), locks.devices(ctx, vm, interfaces=False):
        with reserved(ctx, vm, host, "vm_resume"):
            if not force:
                cpu.check(ctx.lab.hypervisor.facts, vm, host)
            await _wake(ctx, vm, host, paused=paused)
    tell_on_host(ctx, vm, "VM_RESUMED", "resumed", host)


async def _wake(ctx: Context, vm: str, host: str, *, paused: bool) -> None:
    image = ctx.db.get("VM", vm)["suspend_VDI"]
    if image == NULL:
        domain.end(ctx.lab, vm, "lost its image")
        raise LabError("VM_HAS_NO_SUSPEND_VDI", "VM", vm)
    ctx.db.get("VDI", image)
    seconds = _seconds(ctx, vm)
    protect(ctx, vm)
    attach_networks(ctx.lab, vm, host)
    await spend(ctx, host, seconds, _shower(ctx, seconds))
    ctx.seal()
    domain.resume(ctx.lab, vm, host, paused=paused)
    if ctx.db.exists("VDI", image):
        await ctx.lab.call_within(ctx.task, "VDI.destroy", image)


def _seconds(ctx: Context, vm: str) -> int:
    """How long the guest's memory takes to or from its image."""
    return int(ctx.db.get("VM", vm)["memory_dynamic_max"] / IMAGE_RATE)


def _shower(ctx: Context, seconds: float) -> Callable[[float], None]:
    def step(spent: float) -> None:
        ctx.checkpoint()
        ctx.progress((spent - 1) / seconds)

    return step


def _image(ctx: Context, vm: str, sr: str) -> dict[str, Any]:
    """What XAPI asks of the SR for the guest's memory."""
    name = "Suspend image"
    asked = {"name_label": name, "name_description": name, "SR": sr, "virtual_size": _image_size(ctx, vm)}
    return asked | {"type": "suspend", "sharable": False, "read_only": False, "other_config": {}}


def _image_size(ctx: Context, vm: str) -> int:
    return int(ctx.db.get("VM", vm)["memory_static_max"] * 1.2 * 1.05) + 100 * 2**20


def _image_sr(ctx: Context, vm: str) -> str:
    """The guest's own choice, the pool's, the host's: the first that has a PBD on the host, plugged or not."""
    record = ctx.db.get("VM", vm)
    host = ctx.db.get("host", record["resident_on"])
    reachable = {ctx.db.get("PBD", pbd)["SR"] for pbd in host["PBDs"]}
    pool = next(iter(ctx.db.all("pool").values()))
    for sr in (record["suspend_SR"], pool["suspend_image_SR"], host["suspend_image_sr"]):
        if sr in reachable:
            return str(sr)
    raise LabError("VM_NO_SUSPEND_SR", vm)
