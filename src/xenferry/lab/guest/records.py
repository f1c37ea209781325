"""Guests as records: made, copied, deleted.

Simplification: clone, copy and snapshot take the same short time and copy disks by record; templates need no
provisioning beyond becoming guests.
"""

from __future__ import annotations

from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.motion import disks
from xenferry.lab.placement import memory

IGNORED = ("uuid", "power_state", "resident_on", "blocked_operations", "affinity_host")
"""Members of the record that VM.create accepts and does not look at (recorded)."""
NOT_COPIED = (
    "uuid", "allowed_operations", "current_operations", "power_state", "resident_on", "scheduled_to_be_resident_on",
    "domid", "consoles", "VBDs", "VIFs", "VGPUs", "VTPMs", "VUSBs", "crash_dumps", "snapshots", "children", "metrics",
    "guest_metrics", "attached_PCIs", "suspend_VDI", "groups", "parent", "appliance", "snapshot_schedule",
    "is_default_template", "snapshot_of", "blocked_operations",
)  # fmt: skip


def create(ctx: Context, args: dict[str, Any]) -> str:
    """A Halted guest without devices."""
    fields = {name: value for name, value in args.items() if name not in IGNORED}
    fields["other_config"] = {"mac_seed": ctx.db.new_uuid(), **fields.get("other_config", {})}
    return _new(ctx, fields)


def duplicate(ctx: Context, vm: str, name: str, **changes: Any) -> str:
    """A copy with disks and interfaces; `changes` are set on the new record. CDs stay the same disk."""
    old = ctx.db.get("VM", vm)
    fields = {field: value for field, value in old.items() if field not in NOT_COPIED} | {"name_label": name} | changes
    fields["other_config"] = {**old["other_config"], "mac_seed": ctx.db.new_uuid()}
    made = _new(ctx, fields)
    for vbd in reversed(old["VBDs"]):
        _copy_drive(ctx, vbd, made, snapshot=bool(changes.get("is_a_snapshot")))
    for vif in reversed(old["VIFs"]):
        record = ctx.db.get("VIF", vif)
        ctx.db.create("VIF", VM=made, **{k: record[k] for k in ("device", "network", "MAC", "MTU", "other_config")})
    return made


def _new(ctx: Context, fields: dict[str, Any]) -> str:
    metrics = ctx.db.create("VM_metrics", VCPUs_utilisation={"0": 0.0})
    made = ctx.db.create("VM", fields, power_state="Halted", metrics=metrics, domid=-1)
    if ctx.db.get("VM", made)["domain_type"] == "unspecified":
        kind = "hvm" if fields.get("HVM_boot_policy") else "pv"
        ctx.db.update("VM", made, domain_type=kind)
    overhead = memory.overhead(ctx.db.get("VM", made), ctx.lab.hypervisor.facts.xapi)
    ctx.db.update("VM", made, memory_overhead=overhead)
    return made


def _copy_drive(ctx: Context, vbd: str, made: str, *, snapshot: bool) -> None:
    record = ctx.db.get("VBD", vbd)
    vdi = record["VDI"]
    if not record["empty"] and record["type"] == "Disk":
        vdi = disks.twin(ctx, vdi, ctx.db.get("VDI", vdi)["SR"])
        if snapshot:
            ctx.db.update("VDI", vdi, is_a_snapshot=True, snapshot_of=record["VDI"], snapshot_time=ctx.lab.date())
    kept = ("userdevice", "device", "bootable", "mode", "type", "unpluggable", "empty", "other_config")
    ctx.db.create("VBD", VM=made, VDI=vdi, **{field: record[field] for field in kept})


def destroy(ctx: Context, vm: str) -> None:
    """The guest and its devices go; its disks stay, but not a suspended guest's image."""
    record = ctx.db.get("VM", vm)
    for cls, field in (("VBD", "VBDs"), ("VIF", "VIFs"), ("VGPU", "VGPUs"), ("VUSB", "VUSBs"), ("VTPM", "VTPMs")):
        for ref in list(record[field]):
            if ctx.db.exists(cls, ref):
                ctx.db.destroy(cls, ref)
    for cls, field in (("VM_metrics", "metrics"), ("VM_guest_metrics", "guest_metrics"), ("VDI", "suspend_VDI")):
        if record[field] != NULL and ctx.db.exists(cls, record[field]):
            ctx.db.destroy(cls, record[field])
    ctx.db.destroy("VM", vm)
