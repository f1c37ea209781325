"""VBD: drives of a guest."""

from __future__ import annotations

import asyncio
from typing import Any

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError, internal
from xenferry.lab.guest import drives as names
from xenferry.lab.guest import firmware, records
from xenferry.lab.lifecycle import vbd as lifecycle
from xenferry.lab.placement import agile, ha, reach
from xenferry.lab.registry import call
from xenferry.lab.storage import dummy

PLUG_S = 0.5
OF_DRIVE = (
    "VM", "VDI", "type", "mode", "empty", "bootable", "unpluggable", "qos_algorithm_type", "qos_algorithm_params",
)  # fmt: skip
OF_SUSPENDED = ("device", "currently_attached")
"""Members that count for the drive of a suspended guest only."""
TYPES = ("system", "user", "ephemeral", "suspend", "crashdump", "metadata", "rrd", "pvs_cache")
"""The types of disks that drives may hold."""


@call("VBD.create")
async def create(ctx: Context, args: dict[str, Any]) -> str:
    """Raises VDI_INCOMPATIBLE_TYPE [vdi; type], VBD_CDS_MUST_BE_READONLY, VBD_NOT_REMOVABLE_MEDIA, VDI_READONLY [vdi],
    OTHER_OPERATION_IN_PROGRESS while the guest moves, NOT_IMPLEMENTED [why] for a PV guest's floppy, INVALID_DEVICE and
    DEVICE_ALREADY_EXISTS [userdevice], HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED [sr].
    """
    vm, empty = ctx.db.get("VM", args["VM"]), args["empty"]
    _check_medium(ctx, args, empty=empty)
    for task, operation in vm["current_operations"].items():
        if operation in ("pool_migrate", "migrate_send"):
            raise LabError("OTHER_OPERATION_IN_PROGRESS", "VM", args["VM"], operation, task)
    floppy = args["type"] == "Floppy"
    if floppy and not firmware.is_hvm(vm):
        raise LabError("NOT_IMPLEMENTED", "VBD of type 'floppy' is not supported on PV domain")
    device = names.choose(ctx.db, args["VM"], args["userdevice"], floppy=floppy)
    if not empty:
        _check_agile(ctx, args["VM"], args["VDI"])
    fields = {name: args[name] for name in OF_DRIVE if name in args}
    if vm["power_state"] == "Suspended":
        fields |= {name: args[name] for name in OF_SUSPENDED if name in args}
    fields["other_config"] = _backend(ctx, args["VDI"]) | args["other_config"]
    return ctx.db.create("VBD", fields, userdevice=device, metrics=ctx.db.create("VBD_metrics"))


def _backend(ctx: Context, vdi: str) -> dict[str, str]:
    """A driver may say by which kind of backend its disks are given to guests."""
    said = ctx.db.all("VDI").get(vdi, {}).get("sm_config", {})
    return {key: said[key] for key in ("backend-kind",) if key in said}


def _check_agile(ctx: Context, vm: str, vdi: str) -> None:
    """A guest that HA restarts needs disks that every host sees, unless the pool may promise too much."""
    facts = ctx.lab.hypervisor.facts
    sr = ctx.db.get("VDI", vdi)["SR"]
    if ha.forbids_ties(facts, vm) and not agile.sr_everywhere(facts, sr):
        raise LabError("HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED", sr)


def _check_medium(ctx: Context, args: dict[str, Any], *, empty: bool) -> None:
    """Whether this kind of drive may hold this disk in this mode."""
    vdi, mode = args["VDI"], args["mode"]
    if not empty and ctx.db.get("VDI", vdi)["type"] not in TYPES:
        raise LabError("VDI_INCOMPATIBLE_TYPE", vdi, ctx.db.get("VDI", vdi)["type"])
    if args["type"] == "CD" and mode != "RO":
        raise LabError("VBD_CDS_MUST_BE_READONLY")
    if args["type"] != "CD" and empty:
        raise LabError("VBD_NOT_REMOVABLE_MEDIA", "in constructor")
    if mode == "RW" and ctx.db.get("VDI", vdi)["read_only"]:
        raise LabError("VDI_READONLY", vdi)


@call("VBD.destroy")
async def destroy(ctx: Context, vbd: str) -> None:
    record = ctx.db.get("VBD", vbd)
    if record["currently_attached"]:
        text = f"VBD '{record['uuid']}' still attached to '{ctx.db.get('VM', record['VM'])['uuid']}'"
        raise LabError("OPERATION_NOT_ALLOWED", text)
    records.discard(ctx, "VBD", vbd)


@call("VBD.plug")
async def plug(ctx: Context, vbd: str) -> None:
    """Raises VM_BAD_POWER_STATE, DEVICE_ALREADY_ATTACHED [vbd], DISK_VBD_MUST_BE_READWRITE_FOR_HVM [vbd].

    Simplification: a disk that the host does not reach is VM_REQUIRES_SR [vm; sr] here, not a driver's error.
    """
    async with locks.operation(ctx, ("VBD", vbd, "plug")):
        record = ctx.db.get("VBD", vbd)
        _forward(ctx, record["VM"])
        hvm = ctx.lab.hypervisor.facts.domain_type(record["VM"]) == "hvm"
        if hvm and record["type"] != "CD" and record["mode"] == "RO":
            raise LabError("DISK_VBD_MUST_BE_READWRITE_FOR_HVM", vbd)
        host = ctx.db.get("VM", record["VM"])["resident_on"]
        if not record["empty"]:
            sr = ctx.db.get("VDI", record["VDI"])["SR"]
            if sr not in reach.plugged_srs(ctx.lab.hypervisor.facts, host):
                raise LabError("VM_REQUIRES_SR", record["VM"], sr)
        await asyncio.sleep(PLUG_S)
        if ctx.db.get("VM", record["VM"])["is_control_domain"] and dummy.holds(ctx, record["VDI"]):
            dummy.attach_in_dom0(ctx, record["VDI"], host)
        _show(ctx, vbd, attached=True)


@call("VBD.unplug")
async def unplug(ctx: Context, vbd: str) -> None:
    async with locks.operation(ctx, ("VBD", vbd, "unplug")):
        _forward(ctx, ctx.db.get("VBD", vbd)["VM"])
        await asyncio.sleep(PLUG_S)
        _show(ctx, vbd, attached=False)


@call("VBD.unplug_force")
async def unplug_force(ctx: Context, vbd: str) -> None:
    async with locks.operation(ctx, ("VBD", vbd, "unplug_force")):
        _forward(ctx, ctx.db.get("VBD", vbd)["VM"])
        _show(ctx, vbd, attached=False)


@call("VBD.insert")
async def insert(ctx: Context, vbd: str, vdi: str) -> None:
    """Raises VBD_NOT_REMOVABLE_MEDIA [vbd], VBD_NOT_EMPTY [vbd], VDI_NOT_MANAGED [vdi],
    HA_CONSTRAINT_VIOLATION_SR_NOT_SHARED [sr].
    """
    async with locks.operation(ctx, ("VBD", vbd, "insert")):
        if not ctx.db.get("VDI", vdi)["managed"]:
            raise LabError("VDI_NOT_MANAGED", vdi)
        _check_agile(ctx, ctx.db.get("VBD", vbd)["VM"], vdi)
        _check_known(ctx, vbd)
        ctx.db.update("VBD", vbd, VDI=vdi, empty=False)
        if _plugs_media(ctx, vbd):
            await asyncio.sleep(PLUG_S)
            _show(ctx, vbd, attached=True)


@call("VBD.eject")
async def eject(ctx: Context, vbd: str) -> None:
    """Raises VBD_NOT_REMOVABLE_MEDIA [vbd], VBD_IS_EMPTY [vbd]."""
    async with locks.operation(ctx, ("VBD", vbd, "eject")):
        _check_known(ctx, vbd)
        if _plugs_media(ctx, vbd):
            await asyncio.sleep(PLUG_S)
            _show(ctx, vbd, attached=False)
        ctx.db.update("VBD", vbd, VDI=NULL, empty=True)


@call("VBD.assert_attachable")
async def assert_attachable(ctx: Context, vbd: str) -> None:
    error = lifecycle.operation_error(ctx.lab.hypervisor.facts, vbd, "attach")
    if error is not None:
        raise error


def _forward(ctx: Context, vm: str) -> None:
    """The guest's host carries the call on, if it is on one."""
    host = ctx.db.get("VM", vm)["resident_on"]
    if host != NULL:
        ctx.forward(host)


def _plugs_media(ctx: Context, vbd: str) -> bool:
    """A running guest without emulated devices has no drives that open: with the disk, the whole drive goes."""
    vm = ctx.db.get("VBD", vbd)["VM"]
    live = ctx.db.get("VM", vm)["power_state"] in ("Running", "Paused")
    return live and ctx.lab.hypervisor.facts.domain_type(vm) != "hvm"


def _check_known(ctx: Context, vbd: str) -> None:
    """A drive that came after the guest's start is unknown to its host, which cannot plug CD drives (recorded)."""
    record = ctx.db.get("VBD", vbd)
    vm = ctx.db.get("VM", record["VM"])
    _forward(ctx, record["VM"])
    if _plugs_media(ctx, vbd):
        return
    if vm["power_state"] in ("Running", "Paused") and not record["currently_attached"]:
        name = f"{vm['uuid']}/vbd.{names.shown(record['userdevice'])}"
        raise internal(f"Object with type VM and id {name} does not exist in xenopsd")


def _show(ctx: Context, vbd: str, *, attached: bool) -> None:
    """What the host reports when it is done; a drive that went away meanwhile is not reported."""
    if ctx.db.exists("VBD", vbd):
        shown = {"device": names.shown(ctx.db.get("VBD", vbd)["userdevice"])} if attached else {}
        ctx.db.update("VBD", vbd, currently_attached=attached, **shown)
