"""VM: processors that come to a running guest, or leave it."""

from __future__ import annotations

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call


@call("VM.set_VCPUs_number_live")
async def set_vcpus_number_live(ctx: Context, vm: str, value: int) -> None:
    """Raises LICENCE_RESTRICTION, what stands against it, and INVALID_VALUE with the highest number there can be."""
    async with locks.guest_operation(ctx, vm, "changing_VCPUs_live"):
        record = ctx.db.get("VM", vm)
        ctx.forward(record["resident_on"])
        if not ctx.lab.hypervisor.facts.licensed("set_vcpus_number_live"):
            raise LabError("LICENCE_RESTRICTION", "Live_set_vcpus")
        if not 0 < value <= record["VCPUs_max"]:
            text = "VCPU values must satisfy: 0 < VCPUs ≤ VCPUs_max"
            raise LabError("INVALID_VALUE", text, str(record["VCPUs_max"]))
        ctx.db.update("VM", vm, VCPUs_at_startup=value)
        if ctx.db.exists("VM_metrics", record["metrics"]):
            ctx.db.update("VM_metrics", record["metrics"], VCPUs_number=value)
