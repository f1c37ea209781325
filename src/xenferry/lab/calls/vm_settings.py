"""VM: setters after which XAPI reckons anew what may be done with the guest."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call


@call("VM.set_blocked_operations")
async def set_blocked_operations(ctx: Context, vm: str, value: dict[str, str]) -> None:
    ctx.db.update("VM", vm, blocked_operations=dict(value))


@call("VM.add_to_blocked_operations")
async def add_to_blocked_operations(ctx: Context, vm: str, key: str, value: str) -> None:
    old = ctx.db.get("VM", vm)["blocked_operations"]
    if key in old:
        raise LabError("MAP_DUPLICATE_KEY", "VM", "blocked_operations", vm, key)
    ctx.db.update("VM", vm, blocked_operations={**old, key: value})


@call("VM.remove_from_blocked_operations")
async def remove_from_blocked_operations(ctx: Context, vm: str, key: str) -> None:
    old = ctx.db.get("VM", vm)["blocked_operations"]
    ctx.db.update("VM", vm, blocked_operations={name: why for name, why in old.items() if name != key})


@call("VM.set_is_a_template")
async def set_is_a_template(ctx: Context, vm: str, value: bool) -> None:
    ctx.db.update("VM", vm, is_a_template=value)
