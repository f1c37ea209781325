"""Guests as records: made and deleted; `guest.copies` makes new ones of old ones."""

from __future__ import annotations

from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.placement import memory

VENDOR_DEVICE_PLATFORM = 2
"""Guests with the vendor's PCI device need hosts of this virtual hardware version."""
DEVICES = (("VBD", "VBDs"), ("VIF", "VIFs"), ("VGPU", "VGPUs"), ("VUSB", "VUSBs"), ("VTPM", "VTPMs"))

IGNORED = ("blocked_operations",)
"""Members of the record that VM.create takes and does not look at (recorded)."""
OF_SUSPENDED = ("last_boot_CPU_flags", "last_booted_record", "suspend_VDI")
"""Members that count only for a guest that is said to be Suspended, which must have all of them."""


def create(ctx: Context, args: dict[str, Any]) -> str:
    """A Halted guest without devices, or a Suspended one. Raises VM_BAD_POWER_STATE [the new reference; halted; ..]."""
    fields = {name: value for name, value in args.items() if name not in IGNORED}
    fields["other_config"] = {"mac_seed": ctx.db.new_uuid(), **fields.get("other_config", {})}
    suspended = fields.pop("power_state", "") == "Suspended"
    if suspended and not all(fields[name] not in (NULL, "", {}) for name in OF_SUSPENDED):
        raise LabError("VM_BAD_POWER_STATE", ctx.db.new_ref("VM"), "halted", "suspended")
    if not suspended:
        fields = {name: value for name, value in fields.items() if name not in OF_SUSPENDED}
    return _new(ctx, fields, suspended=suspended)


def _new(ctx: Context, fields: dict[str, Any], *, suspended: bool) -> str:
    kind = fields["domain_type"] if suspended else "unspecified"
    metrics = ctx.db.create("VM_metrics", VCPUs_utilisation={"0": 0.0}, current_domain_type=kind)
    if fields.get("domain_type", "unspecified") == "unspecified":
        fields["domain_type"] = "hvm" if fields.get("HVM_boot_policy") else "pv"
    state = "Suspended" if suspended else "Halted"
    made = ctx.db.create("VM", fields, power_state=state, metrics=metrics, domid=-1)
    overhead = memory.overhead(ctx.db.get("VM", made), ctx.lab.hypervisor.facts.xapi)
    version = max(fields["hardware_platform_version"], VENDOR_DEVICE_PLATFORM if fields["has_vendor_device"] else 0)
    ctx.db.update("VM", made, memory_overhead=overhead, hardware_platform_version=version)
    return made


def destroy(ctx: Context, vm: str) -> None:
    """The guest and its devices go, its disks stay, a suspended guest's image too; its children are its parent's.

    Raises VM_CANNOT_DELETE_DEFAULT_TEMPLATE [].
    """
    record = ctx.db.get("VM", vm)
    for child in list(record["children"]):
        ctx.db.update("VM", child, parent=record["parent"])
    if record["other_config"].get("default_template") == "true":
        raise LabError("VM_CANNOT_DELETE_DEFAULT_TEMPLATE")
    for cls, field in DEVICES:
        for ref in list(record[field]):
            discard(ctx, cls, ref)
    for cls, field in (("VM_metrics", "metrics"), ("VM_guest_metrics", "guest_metrics")):
        _discard(ctx, cls, record[field])
    ctx.db.destroy("VM", vm)


def discard(ctx: Context, cls: str, ref: str) -> None:
    """A guest's device goes, with its metrics; what is not there does not matter."""
    if ctx.db.exists(cls, ref):
        metrics = ctx.db.get(cls, ref).get("metrics", NULL)
        ctx.db.destroy(cls, ref)
        _discard(ctx, f"{cls}_metrics", metrics)


def _discard(ctx: Context, cls: str, ref: str) -> None:
    if ref != NULL and ctx.db.exists(cls, ref):
        ctx.db.destroy(cls, ref)
