"""VM: setters of memory, CPUs and start order that check what they are given.

Simplification: the memory a running guest has does not follow its range; it stays as it was started.
"""

from __future__ import annotations

from xenferry.lab.calls.vm_live import reckon_overhead
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.lifecycle.guest import check_operation
from xenferry.lab.placement import memory
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
    check_operation(ctx.lab.hypervisor.facts, vm, "changing_shadow_memory")
    if value < 1.0:
        raise LabError("INVALID_VALUE", "multiplier", f"{value:g}")
    ctx.db.update("VM", vm, HVM_shadow_multiplier=value)
    reckon_overhead(ctx, vm)


@call("VM.set_VCPUs_max")
async def set_vcpus_max(ctx: Context, vm: str, value: int) -> None:
    _set_vcpus(ctx, vm, value, VCPUs_max=value)


@call("VM.set_VCPUs_at_startup")
async def set_vcpus_at_startup(ctx: Context, vm: str, value: int) -> None:
    _set_vcpus(ctx, vm, value, VCPUs_at_startup=value)


@call("VM.set_memory_static_max")
async def set_memory_static_max(ctx: Context, vm: str, value: int) -> None:
    _set_memory(ctx, vm, memory_static_max=value)


@call("VM.set_memory_limits")
async def set_memory_limits(
    ctx: Context, vm: str, static_min: int, static_max: int, dynamic_min: int, dynamic_max: int
) -> None:
    limits = dict(zip(MEMORY, (static_min, dynamic_min, dynamic_max, static_max), strict=True))
    _set_memory(ctx, vm, **limits)


@call("VM.set_memory_static_range")
async def set_memory_static_range(ctx: Context, vm: str, low: int, high: int) -> None:
    _set_memory(ctx, vm, memory_static_min=low, memory_static_max=high)


@call("VM.set_memory")
async def set_memory(ctx: Context, vm: str, value: int) -> None:
    """All limits but the least one."""
    _set_memory(ctx, vm, **dict.fromkeys(MEMORY[1:], value))


@call("VM.set_memory_dynamic_range", cancellable=False)
async def set_memory_dynamic_range(ctx: Context, vm: str, low: int, high: int) -> None:
    """Of a running guest too. Raises HOST_NOT_ENOUGH_FREE_MEMORY [more KiB; free KiB] if its host has no such room."""
    check_operation(ctx.lab.hypervisor.facts, vm, "changing_dynamic_range")
    record = ctx.db.get("VM", vm)
    limits = (record["memory_static_min"], low, high, record["memory_static_max"])
    if list(limits) != sorted(limits):
        raise LabError("MEMORY_CONSTRAINT_VIOLATION_ORDER")
    if record["power_state"] == "Running":
        _check_room(ctx, record, low - record["memory_dynamic_min"])
    ctx.db.update("VM", vm, memory_dynamic_min=low, memory_dynamic_max=high, memory_target=low)


def _check_room(ctx: Context, record: Record, more: int) -> None:
    room = memory.free(ctx.lab.hypervisor.facts, record["resident_on"])
    if room < more:
        raise LabError("HOST_NOT_ENOUGH_FREE_MEMORY", str(more // 1024), str(room // 1024))


def _set_vcpus(ctx: Context, vm: str, value: int, **fields: int) -> None:
    check_operation(ctx.lab.hypervisor.facts, vm, "changing_VCPUs")
    record = {**ctx.db.get("VM", vm), **fields}
    if not 0 < record["VCPUs_at_startup"] <= record["VCPUs_max"]:
        raise LabError("INVALID_VALUE", "VCPU values must satisfy: 0 < VCPUs_at_startup ≤ VCPUs_max", str(value))
    ctx.db.update("VM", vm, **fields)
    reckon_overhead(ctx, vm)


def _set_memory(ctx: Context, vm: str, **fields: int) -> None:
    """Raises MEMORY_CONSTRAINT_VIOLATION_ORDER when the limits would not rise from one to the next."""
    check_operation(ctx.lab.hypervisor.facts, vm, "changing_static_range")
    record = {**ctx.db.get("VM", vm), **fields}
    limits = [int(record[name]) for name in MEMORY]
    if limits != sorted(limits):
        raise LabError("MEMORY_CONSTRAINT_VIOLATION_ORDER")
    ctx.db.update("VM", vm, **fields)
    reckon_overhead(ctx, vm)
