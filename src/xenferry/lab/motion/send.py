"""VM.migrate_send inside a pool, and VDI.pool_migrate: a guest goes, or stays, and takes disks to other SRs."""

from __future__ import annotations

import asyncio

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError, internal
from xenferry.lab.guest.choice import candidates
from xenferry.lab.guest.migration import check_forwarding
from xenferry.lab.motion import disks, live
from xenferry.lab.placement import arrival, core, reach
from xenferry.lab.reservation import reserved

Map = dict[str, str]
KEYS = ("SM", "host", "xenops", "session_id", "master")


def target_of(ctx: Context, dest: Map) -> str:
    """The host that the answer of host.migrate_receive names. Only migrations inside the pool are simulated."""
    if any(key not in dest for key in KEYS):
        raise internal("Not_found")
    if not ctx.db.exists("host", dest["host"]):
        raise LabError("NOT_IMPLEMENTED", "VM.migrate_send to another pool")
    return dest["host"]


async def migrate_send(ctx: Context, vm: str, target: str, vdi_map: Map, vif_map: Map, options: Map) -> str:
    """The guest's reference, which stays the same."""
    ctx.db.get("VM", vm)
    async with locks.guest_operation(ctx, vm, "migrate_send"):
        arrival.check_migrate_send(ctx.lab.hypervisor.facts, vm, target, vdi_map, vif_map, options)
        if ctx.db.get("VM", vm)["power_state"] == "Running":
            with reserved(ctx, vm, target, "vm_migrate", checked=True):
                await _send_running(ctx, vm, target, vdi_map)
        else:
            await _send_stopped(ctx, vm, target, vdi_map)
    return vm


async def _send_running(ctx: Context, vm: str, target: str, vdi_map: Map) -> None:
    hypervisor, begin = ctx.lab.hypervisor, asyncio.get_running_loop().time()
    source = ctx.db.get("VM", vm)["resident_on"]
    check_forwarding(ctx, source)
    if ctx.task:
        ctx.lab.tasks.forward(ctx.task, source)
    moving = _moving(ctx, vdi_map)
    async with hypervisor.storage_slot(source):
        _check_disks(ctx, vm, moving, target)
        copies = await disks.copy_all(ctx, moving, source, target)
        try:
            amount = sum(disks.size(ctx.db.get("VDI", vdi)) for vdi in moving)
            before = asyncio.get_running_loop().time() - begin
            await live.migrate(ctx, vm, target, before=before, disk_bytes=amount)
        except BaseException:
            disks.discard(ctx, list(copies.values()))
            raise
        disks.replace(ctx, vm, copies)


async def _send_stopped(ctx: Context, vm: str, target: str, vdi_map: Map) -> None:
    """Its disks are copied; a Halted or Suspended guest is on no host before and after."""
    moving = _moving(ctx, vdi_map)
    async with ctx.lab.hypervisor.storage_slot(target):
        _check_disks(ctx, vm, moving, target)
        source = next((host for host in ctx.db.all("host") if _sees(ctx, host, moving)), target)
        copies = await disks.copy_all(ctx, moving, source, target)
        disks.replace(ctx, vm, copies)


def _moving(ctx: Context, vdi_map: Map) -> Map:
    return {vdi: sr for vdi, sr in vdi_map.items() if ctx.db.get("VDI", vdi)["SR"] != sr}


def _sees(ctx: Context, host: str, vdis: Map) -> bool:
    return {ctx.db.get("VDI", vdi)["SR"] for vdi in vdis} <= reach.plugged_srs(ctx.lab.hypervisor.facts, host)


def _check_disks(ctx: Context, vm: str, moving: Map, target: str) -> None:
    """Raises VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION [vdi]; SR_NOT_ATTACHED for what the target cannot see."""
    for vdi in arrival.disks(ctx.lab.hypervisor.facts, vm):
        if ctx.db.get("VDI", vdi)["on_boot"] == "reset":
            raise LabError("VDI_ON_BOOT_MODE_INCOMPATIBLE_WITH_OPERATION", vdi)
    staying = [sr for sr in reach.required_srs(ctx.lab.hypervisor.facts, vm) if sr not in _origins(ctx, moving)]
    for sr in [*moving.values(), *staying]:
        disks.check_attached(ctx, sr, target)


def _origins(ctx: Context, moving: Map) -> set[str]:
    return {ctx.db.get("VDI", vdi)["SR"] for vdi in moving}


async def vdi_pool_migrate(ctx: Context, vdi: str, sr: str) -> str:
    """The disk's copy. Raises VDI_NEEDS_VM_FOR_MIGRATE [vdi] when no running guest uses it.

    XAPI makes a migrate_send of it, to the guest's own host if that sees all SRs: the guest's memory is copied, too.
    """
    disk = ctx.db.get("VDI", vdi)
    ctx.db.get("SR", sr)
    users = [ctx.db.get("VBD", vbd)["VM"] for vbd in disk["VBDs"] if ctx.db.get("VBD", vbd)["currently_attached"]]
    running = [vm for vm in users if ctx.db.get("VM", vm)["power_state"] == "Running"]
    if not running:
        raise LabError("VDI_NEEDS_VM_FOR_MIGRATE", vdi)
    if disk["type"] == "cbt_metadata":
        raise LabError("VDI_INCOMPATIBLE_TYPE", vdi, "cbt_metadata")
    if disk["cbt_enabled"]:
        raise LabError("VDI_CBT_ENABLED", vdi)
    vm = running[0]
    vdi_map = {one: ctx.db.get("VDI", one)["SR"] for one in arrival.disks(ctx.lab.hypervisor.facts, vm)} | {vdi: sr}
    vbd = next(one for one in ctx.db.get("VM", vm)["VBDs"] if ctx.db.get("VBD", one)["VDI"] == vdi)
    await migrate_send(ctx, vm, _nearest(ctx, vm, sr), vdi_map, {}, {})
    return str(ctx.db.get("VBD", vbd)["VDI"])


def _nearest(ctx: Context, vm: str, sr: str) -> str:
    facts = ctx.lab.hypervisor.facts
    home = ctx.db.get("VM", vm)["resident_on"]
    able = [home, *candidates(facts, vm, with_memory=True)]
    for host in able:
        if sr in reach.plugged_srs(facts, host) and core.refusal(reach.check_srs, facts, vm, host) is None:
            return str(host)
    return str(home) if home != NULL else able[-1]
