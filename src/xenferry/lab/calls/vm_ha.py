"""VM: how high availability protects a guest."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.placement import ha
from xenferry.lab.registry import call

RESTART = "restart"
PRIORITIES = ("", "best-effort", RESTART)


@call("VM.set_ha_restart_priority")
async def set_ha_restart_priority(ctx: Context, vm: str, value: str) -> None:
    """Raises INVALID_VALUE, and HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN for a guest that is not halted.

    A running guest's protection begins or ends at once.
    """
    if value not in PRIORITIES:
        raise LabError("INVALID_VALUE", "ha_restart_priority", value)
    record = ctx.db.get("VM", vm)
    if record["ha_restart_priority"] == value:
        return
    if value == RESTART and record["power_state"] != "Halted":
        ha.check_protection(ctx.lab.hypervisor.facts, vm)
    running = record["power_state"] == "Running"
    protected = value == RESTART if running else record["ha_always_run"]
    ctx.db.update("VM", vm, ha_restart_priority=value, ha_always_run=protected)


@call("VM.set_ha_always_run")
async def set_ha_always_run(ctx: Context, vm: str, value: bool) -> None:
    """Deprecated; it means the priority."""
    await set_ha_restart_priority(ctx, vm, RESTART if value else "")
