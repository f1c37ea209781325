"""Guests as records: made and deleted; `guest.copies` makes new ones of old ones."""

from __future__ import annotations

from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.placement import memory

IGNORED = ("uuid", "power_state", "resident_on", "blocked_operations", "affinity_host")
"""Members of the record that VM.create accepts and does not look at (recorded)."""


def create(ctx: Context, args: dict[str, Any]) -> str:
    """A Halted guest without devices."""
    fields = {name: value for name, value in args.items() if name not in IGNORED}
    fields["other_config"] = {"mac_seed": ctx.db.new_uuid(), **fields.get("other_config", {})}
    return _new(ctx, fields)


def _new(ctx: Context, fields: dict[str, Any]) -> str:
    metrics = ctx.db.create("VM_metrics", VCPUs_utilisation={"0": 0.0})
    made = ctx.db.create("VM", fields, power_state="Halted", metrics=metrics, domid=-1)
    if ctx.db.get("VM", made)["domain_type"] == "unspecified":
        kind = "hvm" if fields.get("HVM_boot_policy") else "pv"
        ctx.db.update("VM", made, domain_type=kind)
    overhead = memory.overhead(ctx.db.get("VM", made), ctx.lab.hypervisor.facts.xapi)
    ctx.db.update("VM", made, memory_overhead=overhead)
    return made


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
