"""pool: high availability, on and off, and what it could survive."""

from __future__ import annotations

from xenferry.lab.availability import status, switch
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.evacuation import packing
from xenferry.lab.placement import agile, core, ha
from xenferry.lab.registry import call

PRIORITIES = ("", "best-effort", "restart")


@call("pool.enable_ha")
async def enable_ha(ctx: Context, heartbeat_srs: list[str], configuration: dict[str, str]) -> None:
    await switch.enable(ctx, heartbeat_srs, configuration)


@call("pool.disable_ha")
async def disable_ha(ctx: Context) -> None:
    await switch.disable(ctx)


@call("host.emergency_ha_disable", anywhere=True)
async def emergency_ha_disable(ctx: Context, soft: bool) -> None:
    switch.disarm(ctx, soft=soft)


@call("pool.ha_prevent_restarts_for")
async def ha_prevent_restarts_for(ctx: Context, seconds: int) -> None:
    """Also for an HA that is about to be enabled."""
    ctx.db.hidden("pool", status.pool_of(ctx.lab))["no_restarts_until"] = ctx.lab.now() + seconds


@call("pool.ha_failover_plan_exists")
async def ha_failover_plan_exists(ctx: Context, n: int) -> bool:
    """Fewer hosts than none cannot fail: XAPI's planner gives up, and there is no plan."""
    return n >= 0 and ha.plan_exists(ctx.lab.hypervisor.facts, ha.Change(), n)


@call("pool.ha_compute_max_host_failures_to_tolerate")
async def ha_compute_max_host_failures_to_tolerate(ctx: Context) -> int:
    return status.compute(ctx.lab)


@call("pool.ha_compute_hypothetical_max_host_failures_to_tolerate")
async def ha_compute_hypothetical_max_host_failures_to_tolerate(ctx: Context, configuration: dict[str, str]) -> int:
    """With these guests protected and no others. Raises INVALID_VALUE."""
    for priority in configuration.values():
        if priority not in PRIORITIES:
            raise LabError("INVALID_VALUE", "ha_restart_priority", priority)
    facts = ctx.lab.hypervisor.facts
    chosen = frozenset(vm for vm, priority in configuration.items() if priority == "restart" and facts.get("VM", vm))
    return ha.max_failures(facts, chosen)


@call("pool.ha_compute_vm_failover_plan")
async def ha_compute_vm_failover_plan(
    ctx: Context, failed_hosts: list[str], failed_vms: list[str]
) -> dict[str, dict[str, str]]:
    """For each guest its host, or why it has none; whether a host is enabled is not asked."""
    facts = ctx.lab.hypervisor.facts
    alive = [host for host in facts.all("host") if facts.live(host) and host not in failed_hosts]
    plan: dict[str, dict[str, str]] = {}
    for vm in failed_vms:
        facts.get("VM", vm)
        error = core.refusal(agile.check, facts, vm)
        plan[vm] = {"error_code": error.code if error else "HOST_NOT_ENOUGH_FREE_MEMORY"}
    return plan | {vm: {"host": host} for vm, host in packing.plan(facts, failed_vms, alive)}


@call("pool.set_ha_host_failures_to_tolerate")
async def set_ha_host_failures_to_tolerate(ctx: Context, self: str, value: int) -> None:
    """Raises INVALID_VALUE, and HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN when there is a plan and none for this wish."""
    if value < 0:
        raise LabError("INVALID_VALUE", "ha_host_failures_to_tolerate", str(value))
    if ctx.lab.hypervisor.facts.pool["ha_plan_exists_for"] > 0:
        ha.check_failures(ctx.lab.hypervisor.facts, value)
    ctx.db.update("pool", self, ha_host_failures_to_tolerate=value)
    status.refresh(ctx.lab)
