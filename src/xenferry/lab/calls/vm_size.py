"""VM: setters of memory, CPUs and start order that check what they are given.

Simplification: the memory a running guest has does not follow its range; it stays as it was started.
"""

from __future__ import annotations

from xenferry.lab import locks
from xenferry.lab.calls.vm_live import reckon_overhead
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.guest.migration import check_forwarding
from xenferry.lab.lifecycle import guest
from xenferry.lab.placement import memory
from xenferry.lab.placement.basics import ocaml_float
from xenferry.lab.placement.facts import Record
from xenferry.lab.registry import call

MEMORY = ("memory_static_min", "memory_dynamic_min", "memory_dynamic_max", "memory_static_max")
"""From the least to the greatest."""


@call("VM.set_order")
async def set_order(ctx: Context, vm: str, value: int) -> None:
    if value < 0:
        raise LabError("INVALID_VALUE", "order must be non-negative", str(value))
    ctx.db.update("VM", vm, order=value)


@call("VM.set_HVM_shadow_multiplier")
async def set_shadow_multiplier(ctx: Context, vm: str, value: float) -> None:
    """Raises INVALID_VALUE [multiplier; value] below 1."""
    async with locks.guest_operation(ctx, vm, "changing_shadow_memory"):
        if value < 1.0:
            raise LabError("INVALID_VALUE", "multiplier", ocaml_float(value))
        ctx.db.update("VM", vm, HVM_shadow_multiplier=value)
        reckon_overhead(ctx, vm)


@call("VM.set_VCPUs_max")
async def set_vcpus_max(ctx: Context, vm: str, value: int) -> None:
    async with locks.guest_operation(ctx, vm, "changing_VCPUs"):
        _set_vcpus(ctx, vm, value, VCPUs_max=value)
        _ask_for_reboot(ctx, vm)


@call("VM.set_VCPUs_at_startup")
async def set_vcpus_at_startup(ctx: Context, vm: str, value: int) -> None:
    """Of a running guest too: it holds from the next start. Raises OPERATION_NOT_ALLOWED [why] for dom0."""
    if any(host["control_domain"] == vm for host in ctx.db.all("host").values()):
        raise LabError("OPERATION_NOT_ALLOWED", "set_VCPUs_at_startup is not allowed on dom0")
    _set_vcpus(ctx, vm, value, VCPUs_at_startup=value)


def _set_vcpus(ctx: Context, vm: str, value: int, **fields: int) -> None:
    record = {**ctx.db.get("VM", vm), **fields}
    if not 0 < record["VCPUs_at_startup"] <= record["VCPUs_max"]:
        raise LabError("INVALID_VALUE", "VCPU values must satisfy: 0 < VCPUs_at_startup ≤ VCPUs_max", str(value))
    ctx.db.update("VM", vm, **fields)
    reckon_overhead(ctx, vm)


@call("VM.set_memory_static_max")
async def set_memory_static_max(ctx: Context, vm: str, value: int) -> None:
    await set_memory_static_range(ctx, vm, ctx.db.get("VM", vm)["memory_static_min"], value)


@call("VM.set_memory_static_min")
async def set_memory_static_min(ctx: Context, vm: str, value: int) -> None:
    await set_memory_static_range(ctx, vm, value, ctx.db.get("VM", vm)["memory_static_max"])


@call("VM.set_memory_static_range")
async def set_memory_static_range(ctx: Context, vm: str, low: int, high: int) -> None:
    async with locks.guest_operation(ctx, vm, "changing_static_range"):
        _set_memory(ctx, vm, memory_static_min=low, memory_static_max=high)


@call("VM.set_memory_limits")
async def set_memory_limits(
    ctx: Context, vm: str, static_min: int, static_max: int, dynamic_min: int, dynamic_max: int
) -> None:
    limits = dict(zip(MEMORY, (static_min, dynamic_min, dynamic_max, static_max), strict=True))
    async with locks.guest_operation(ctx, vm, "changing_memory_limits"):
        _set_memory(ctx, vm, **limits, memory_target=dynamic_min)


@call("VM.set_memory")
async def set_memory(ctx: Context, vm: str, value: int) -> None:
    """All limits but the least one."""
    async with locks.guest_operation(ctx, vm, "changing_memory_limits"):
        _set_memory(ctx, vm, **dict.fromkeys(MEMORY[1:], value), memory_target=value)


def _set_memory(ctx: Context, vm: str, **fields: int) -> None:
    _check_limits(ctx, vm, {**ctx.db.get("VM", vm), **fields})
    ctx.db.update("VM", vm, **fields)
    reckon_overhead(ctx, vm)
    _ask_for_reboot(ctx, vm)


def _check_limits(ctx: Context, vm: str, record: Record) -> None:
    """Raises MEMORY_CONSTRAINT_VIOLATION_ORDER when the limits would not rise from one to the next, and
    MEMORY_CONSTRAINT_VIOLATION_MAXPIN [reason] for a guest whose memory cannot be ballooned.
    """
    limits = [int(record[name]) for name in MEMORY]
    reason = _pinned(ctx, vm, record)
    if reason and not limits[0] <= limits[1] == limits[2] == limits[3]:
        raise LabError("MEMORY_CONSTRAINT_VIOLATION_MAXPIN", reason)
    if limits != sorted(limits):
        raise LabError("MEMORY_CONSTRAINT_VIOLATION_ORDER")


def _pinned(ctx: Context, vm: str, record: Record) -> str:
    """Why the guest's dynamic limits have to be its greatest one; empty if they need not."""
    if not ctx.lab.hypervisor.facts.licensed("dmc"):
        return "DMC disabled"
    if record["is_control_domain"]:
        return "control domain"
    return "nested virt" if guest.frozen(ctx.lab.hypervisor.facts, record, "nested_virt", "nested-virt") else ""


def _ask_for_reboot(ctx: Context, vm: str) -> None:
    """A control domain is changed while it runs, and has the change after its next boot."""
    record = ctx.db.get("VM", vm)
    if record["is_control_domain"] and record["power_state"] == "Running":
        ctx.db.update("VM", vm, requires_reboot=True)


@call("VM.set_memory_dynamic_min")
async def set_dynamic_min(ctx: Context, vm: str, value: int) -> None:
    await set_memory_dynamic_range(ctx, vm, value, ctx.db.get("VM", vm)["memory_dynamic_max"])


@call("VM.set_memory_dynamic_max")
async def set_dynamic_max(ctx: Context, vm: str, value: int) -> None:
    await set_memory_dynamic_range(ctx, vm, ctx.db.get("VM", vm)["memory_dynamic_min"], value)


@call("VM.set_memory_dynamic_range", cancellable=False)
async def set_memory_dynamic_range(ctx: Context, vm: str, low: int, high: int) -> None:
    """Of a running guest too. Raises HOST_NOT_ENOUGH_FREE_MEMORY [more KiB; free KiB] if its host has no such room,
    which is asked first.
    """
    async with locks.guest_operation(ctx, vm, "changing_dynamic_range"):
        record = ctx.db.get("VM", vm)
        if record["power_state"] == "Running":
            _check_room(ctx, record, low - record["memory_dynamic_min"])
            check_forwarding(ctx, record["resident_on"])
        _check_limits(ctx, vm, {**record, "memory_dynamic_min": low, "memory_dynamic_max": high})
        ctx.db.update("VM", vm, memory_dynamic_min=low, memory_dynamic_max=high, memory_target=low)


def _check_room(ctx: Context, record: Record, more: int) -> None:
    room = memory.free(ctx.lab.hypervisor.facts, record["resident_on"])
    if room < more:
        raise LabError("HOST_NOT_ENOUGH_FREE_MEMORY", str(more // 1024), str(room // 1024))
