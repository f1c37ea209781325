"""VM: setters after which XAPI reckons anew what may be done with the guest."""

from __future__ import annotations

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.placement import ha
from xenferry.lab.registry import call


@call("VM.set_blocked_operations")
async def set_blocked_operations(ctx: Context, vm: str, value: dict[str, str]) -> None:
    ctx.db.update("VM", vm, blocked_operations=dict(value))


@call("VM.add_to_blocked_operations")
async def add_to_blocked_operations(ctx: Context, vm: str, key: str, value: str) -> None:
    old = ctx.db.get("VM", vm)["blocked_operations"]
    if key in old:
        raise LabError("MAP_DUPLICATE_KEY", "VM", "blocked_operations", vm, key)
    ctx.db.update("VM", vm, blocked_operations={key: value, **old})


@call("VM.remove_from_blocked_operations")
async def remove_from_blocked_operations(ctx: Context, vm: str, key: str) -> None:
    old = ctx.db.get("VM", vm)["blocked_operations"]
    ctx.db.update("VM", vm, blocked_operations={name: why for name, why in old.items() if name != key})


@call("VM.set_is_a_template")
async def set_is_a_template(ctx: Context, vm: str, value: bool) -> None:
    """A template has no metrics, no USB devices and no group. Raises VM_IS_PROTECTED [vm], and what bars templates."""
    if value:
        async with locks.guest_operation(ctx, vm, "make_into_template"):
            _become_template(ctx, vm)
    else:
        install(ctx, vm)


def _become_template(ctx: Context, vm: str) -> None:
    record = ctx.db.get("VM", vm)
    metrics = record["metrics"]
    if ctx.lab.hypervisor.facts.pool["ha_enabled"] and ha.is_protected(record):
        raise LabError("VM_IS_PROTECTED", vm)
    for vusb in list(record["VUSBs"]):
        ctx.db.destroy("VUSB", vusb)
    for proxy, found in list(ctx.db.all("PVS_proxy").items()):
        if found["VIF"] in record["VIFs"]:
            ctx.db.destroy("PVS_proxy", proxy)
    ctx.db.update("VM", vm, ha_always_run=False, groups=[], metrics=NULL, is_a_template=True)
    if ctx.db.exists("VM_metrics", metrics):
        ctx.db.destroy("VM_metrics", metrics)


def install(ctx: Context, vm: str) -> None:
    """The template becomes a guest, which is what its metrics call its installation."""
    metrics = ctx.db.get("VM", vm)["metrics"]
    if ctx.db.exists("VM_metrics", metrics):
        ctx.db.update("VM_metrics", metrics, install_time=ctx.lab.date())
    ctx.db.update("VM", vm, is_a_template=False)
