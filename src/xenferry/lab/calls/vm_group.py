"""VM_group: guests that should keep away from each other. Groups are a wish: they never make an error."""

from __future__ import annotations

from typing import Any

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.registry import call

NOT_THESE = "Control domains, templates, and snapshots cannot be added to VM groups."


@call("VM_group.create")
async def create(ctx: Context, args: dict[str, Any]) -> str:
    """Raises LICENCE_RESTRICTION ["VM_groups"]."""
    _check_licence(ctx)
    return ctx.db.create("VM_group", {name: value for name, value in args.items() if name != "VMs"})


@call("VM_group.destroy")
async def destroy(ctx: Context, self: str) -> None:
    """Its guests belong to no group afterwards."""
    for vm in list(ctx.db.get("VM_group", self)["VMs"]):
        groups = ctx.db.get("VM", vm)["groups"]
        ctx.db.update("VM", vm, groups=[group for group in groups if group != self])
    ctx.db.destroy("VM_group", self)


@call("VM.set_groups")
async def set_groups(ctx: Context, vm: str, value: list[str]) -> None:
    """At most one group. Raises LICENCE_RESTRICTION, OPERATION_NOT_ALLOWED, TOO_MANY_GROUPS."""
    _check_licence(ctx)
    record = ctx.db.get("VM", vm)
    if record["is_control_domain"] or record["is_a_template"] or record["is_a_snapshot"]:
        raise LabError("OPERATION_NOT_ALLOWED", NOT_THESE)
    if len(value) > 1:
        raise LabError("TOO_MANY_GROUPS")
    ctx.db.update("VM", vm, groups=value)


def _check_licence(ctx: Context) -> None:
    if not ctx.lab.hypervisor.facts.licensed("vm_groups"):
        raise LabError("LICENCE_RESTRICTION", "VM_groups")
