"""VM.revert: a guest becomes what it was when a snapshot was taken, disks, devices and settings."""

from __future__ import annotations

from typing import Any

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.guest import copies, records
from xenferry.lab.guest.copies import Copying
from xenferry.lab.guest.messages import tell
from xenferry.lab.motion import disks

KEPT = (
    "uuid", "suspend_VDI", "power_state", "parent", "current_operations", "allowed_operations", "metrics",
    "guest_metrics", "resident_on", "domid", "protection_policy", "snapshot_schedule", "scheduled_to_be_resident_on",
    "snapshots", "tags", "affinity", "groups", "consoles", "VBDs", "VIFs", "VGPUs", "VUSBs", "VTPMs", "attached_PCIs",
    "is_snapshot_from_vmpp", "children", "crash_dumps", "ha_always_run",
)  # fmt: skip
"""What a guest keeps of its present."""
KEPT_WITHOUT_METADATA = (
    *KEPT, "name_label", "is_a_snapshot", "is_a_template", "is_default_template", "snapshot_of", "snapshot_time",
    "snapshot_info", "snapshot_metadata", "transportable_snapshot_id",
)  # fmt: skip
CLEAR = ("SR_BACKEND_FAILURE_44", "SR_BACKEND_FAILURE_109", "VDI_INCOMPATIBLE_TYPE")
"""Failures that a caller sees as they are; all others become VM_REVERT_FAILED."""


async def revert(ctx: Context, snapshot: str) -> None:
    """A guest that runs is stopped by force first. One that was destroyed comes back, under a new reference.

    Raises VM_REVERT_FAILED [snapshot; guest], after which the guest is Halted.
    """
    vm = _guest_of(ctx, snapshot)
    async with locks.guest_operation(ctx, snapshot, "revert"), locks.guest_operation(ctx, vm, "reverting"):
        _check_image(ctx, snapshot)
        if ctx.db.get("VM", vm)["power_state"] != "Halted":
            await ctx.lab.call("VM.hard_shutdown", vm)
        _restore_fields(ctx, snapshot, vm)
        await copies.go_to_disks(ctx, vm)
        ctx.db.update("VM", vm, generation_id=copies.generation(ctx, ctx.db.get("VM", vm)["generation_id"]))
        ctx.seal()
        try:
            await _restore_devices(ctx, snapshot, vm)
        except LabError as error:
            if error.code in CLEAR:
                raise
            raise LabError("VM_REVERT_FAILED", snapshot, vm) from error
    record = ctx.db.get("VM", snapshot)
    text = f"reverted to snapshot: {record['name_label']} (uuid {record['uuid']})"
    tell(ctx, vm, "VM_SNAPSHOT_REVERTED", text)


def _guest_of(ctx: Context, snapshot: str) -> str:
    record = ctx.db.get("VM", snapshot)
    vm: str = record["snapshot_of"]
    if ctx.db.exists("VM", vm):
        return vm
    original: dict[str, Any] | None = ctx.db.hidden("VM", snapshot).get("original")
    if original is None:
        raise LabError("VM_REVERT_FAILED", snapshot, vm)
    fields = {name: value for name, value in original.items() if name not in KEPT}
    metrics = ctx.db.create("VM_metrics")
    new = ctx.db.create("VM", fields, uuid=original["uuid"], power_state="Halted", domid=-1, metrics=metrics)
    for ref in ctx.db.find("VM", snapshot_of=vm):
        ctx.db.update("VM", ref, snapshot_of=new)
    return new


def _check_image(ctx: Context, snapshot: str) -> None:
    """The memory of a checkpoint has to be in reach, before anything is deleted. Raises SR_HAS_NO_PBDS [sr]."""
    record = ctx.db.get("VM", snapshot)
    if record["power_state"] != "Suspended":
        return
    sr = ctx.db.get("VDI", record["suspend_VDI"])["SR"]
    pbds = [ctx.db.get("PBD", pbd) for pbd in ctx.db.get("SR", sr)["PBDs"]]
    plugged = [pbd["host"] for pbd in pbds if pbd["currently_attached"]]
    if not plugged:
        raise LabError("SR_HAS_NO_PBDS", sr)
    if not ctx.lab.hypervisor.facts.live(plugged[0]):
        raise LabError("HOST_NOT_LIVE", plugged[0])


def _restore_fields(ctx: Context, snapshot: str, vm: str) -> None:
    """From what the snapshot remembers; a snapshot that remembers nothing has the fields in its own record."""
    original = ctx.db.hidden("VM", snapshot).get("original")
    source = original or ctx.db.get("VM", snapshot)
    kept = KEPT if original else KEPT_WITHOUT_METADATA
    fields = {name: value for name, value in source.items() if name not in kept}
    ctx.db.update("VM", vm, **fields, ha_always_run=False)
    ctx.progress(0.1)


async def _restore_devices(ctx: Context, snapshot: str, vm: str) -> None:
    image = ctx.db.get("VM", snapshot)["suspend_VDI"]
    old = {ctx.db.get("VBD", vbd)["VDI"]: vbd for vbd in _drives(ctx, vm, "Disk")}
    frozen = {vbd: ctx.db.get("VBD", vbd)["VDI"] for vbd in _drives(ctx, snapshot, "Disk")}
    origins = {ctx.db.get("VDI", vdi)["snapshot_of"] for vdi in frozen.values()}
    for vbd in [*_drives(ctx, vm, "CD"), *old.values()]:
        records.discard(ctx, "VBD", vbd)
    disks.discard(ctx, [vdi for vdi in (*old, ctx.db.get("VM", vm)["suspend_VDI"]) if vdi in origins or vdi not in old])
    ctx.progress(0.2)
    for vbd, vdi in frozen.items():
        new = await copies.copy_disk(ctx, vdi, Copying("clone", ""))
        _adopt(ctx, ctx.db.get("VDI", vdi)["snapshot_of"], new)
        copies.copy_drive(ctx, vbd, vm, new)
    for vbd in _drives(ctx, snapshot, "CD"):
        copies.copy_drive(ctx, vbd, vm, ctx.db.get("VBD", vbd)["VDI"])
    memory = await copies.copy_disk(ctx, image, Copying("clone", "")) if image != NULL else NULL
    ctx.progress(0.7)
    _replace(ctx, snapshot, vm)
    state = ctx.db.get("VM", snapshot)["power_state"]
    ctx.db.update("VM", vm, suspend_VDI=memory, parent=snapshot, power_state=state)
    ctx.progress(1.0)


def _drives(ctx: Context, vm: str, kind: str) -> list[str]:
    return [vbd for vbd in ctx.db.get("VM", vm)["VBDs"] if ctx.db.get("VBD", vbd)["type"] == kind]


def _adopt(ctx: Context, origin: str, new: str) -> None:
    """All snapshots of the disk that is gone are snapshots of its successor."""
    for ref in ctx.db.find("VDI", snapshot_of=origin) if origin != NULL else []:
        ctx.db.update("VDI", ref, snapshot_of=new)


def _replace(ctx: Context, snapshot: str, vm: str) -> None:
    """Interfaces, vTPMs and metrics are the snapshot's, made anew; USB devices go."""
    for cls, field in (("VIF", "VIFs"), ("VGPU", "VGPUs"), ("VTPM", "VTPMs"), ("VUSB", "VUSBs")):
        for ref in list(ctx.db.get("VM", vm)[field]):
            records.discard(ctx, cls, ref)
    for vif in reversed(ctx.db.get("VM", snapshot)["VIFs"]):
        copies.copy_interface(ctx, vif, vm, keep_mac=True)
    for cls, field in (("VGPU", "VGPUs"), ("VTPM", "VTPMs")):
        for ref in ctx.db.get("VM", snapshot)[field]:
            keep = {name: value for name, value in ctx.db.get(cls, ref).items() if name not in ("uuid", "VM")}
            made = ctx.db.create(cls, keep, VM=vm)
            if cls == "VTPM":
                copies.copy_contents(ctx, ref, made)
    for cls, field in (("VM_metrics", "metrics"), ("VM_guest_metrics", "guest_metrics")):
        mine, theirs = ctx.db.get("VM", vm)[field], ctx.db.get("VM", snapshot)[field]
        made = NULL
        if ctx.db.exists(cls, theirs):
            made = ctx.db.create(cls, {k: v for k, v in ctx.db.get(cls, theirs).items() if k != "uuid"})
        if made != NULL or cls == "VM_guest_metrics":
            ctx.db.update("VM", vm, **{field: made})
            if ctx.db.exists(cls, mine):
                ctx.db.destroy(cls, mine)
