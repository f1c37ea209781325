"""host: maintenance, power, and what a host has left."""

from __future__ import annotations

from xenferry.lab import locks
from xenferry.lab.availability import failover
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.evacuation import plan, run
from xenferry.lab.forwarding import forward
from xenferry.lab.hosts import enabling, power
from xenferry.lab.motion import receive
from xenferry.lab.placement import ha, memory
from xenferry.lab.registry import call


@call("host.disable", cancellable=False)
async def disable(ctx: Context, host: str, auto_enable: bool) -> None:
    """Only marks the host; its guests stay. Raises HANDLE_INVALID, HA_OPERATION_WOULD_BREAK_FAILOVER_PLAN."""
    ctx.db.get("host", host)
    ctx.db.get("host", host)
    ha.check_disable(ctx.lab.hypervisor.facts, host)
    await forward(ctx, host)
    if ctx.db.get("host", host)["enabled"]:
        ctx.db.update("host", host, enabled=False)
        ctx.db.hidden("host", host)["stays_disabled"] = not auto_enable


@call("host.enable", cancellable=False)
async def enable(ctx: Context, host: str) -> None:
    """Raises what XAPI has against it; an enabled host is asked nothing. HA thinks anew if it had too little room."""
    async with locks.host_operation(ctx, host, "enable"):
        await forward(ctx, host)
        if ctx.db.get("host", host)["enabled"]:
            return
        enabling.check(ctx.lab, host)
        ctx.db.hidden("host", host)["stays_disabled"] = False
        ctx.db.update("host", host, enabled=True)
        if ctx.lab.hypervisor.facts.pool["ha_overcommitted"]:
            ctx.lab.spawn(failover.think_again(ctx.lab))


@call("host.evacuate", cancellable=False)
async def evacuate(ctx: Context, host: str, network: str, evacuate_batch_size: int) -> None:
    await run.evacuate(ctx, host, network, evacuate_batch_size)


@call("host.assert_can_evacuate", cancellable=False)
async def assert_can_evacuate(ctx: Context, host: str) -> None:
    plan.check(ctx.lab.hypervisor.facts, host)


@call("host.get_vms_which_prevent_evacuation")
async def get_vms_which_prevent_evacuation(ctx: Context, host: str) -> dict[str, list[str]]:
    found = plan.errors(plan.make(ctx.lab.hypervisor.facts, host))
    return {vm: error.description for vm, error in found.items()}


@call("host.retrieve_wlb_evacuate_recommendations", cancellable=False)
async def retrieve_wlb_evacuate_recommendations(ctx: Context, host: str) -> dict[str, list[str]]:
    """No workload balancing server is ever set up here."""
    ctx.db.get("host", host)
    raise LabError("WLB_NOT_INITIALIZED")


@call("host.reboot", cancellable=False)
async def reboot(ctx: Context, host: str) -> None:
    await power.go_down(ctx, host, "reboot")


@call("host.shutdown", cancellable=False)
async def shutdown(ctx: Context, host: str) -> None:
    await power.go_down(ctx, host, "shutdown")


@call("host.power_on", cancellable=False)
async def power_on(ctx: Context, host: str) -> None:
    await power.power_on(ctx, host)


@call("host.restart_agent", cancellable=False)
async def restart_agent(ctx: Context, host: str) -> None:
    await forward(ctx, host)
    ctx.lab.restart_toolstack(host)


@call("host.compute_free_memory", cancellable=False)
async def compute_free_memory(ctx: Context, host: str) -> int:
    return memory.free(ctx.lab.hypervisor.facts, host)


@call("host.compute_memory_overhead", cancellable=False)
async def compute_memory_overhead(ctx: Context, host: str) -> int:
    return int(ctx.db.get("host", host)["memory_overhead"])


@call("host.migrate_receive", cancellable=False)
async def migrate_receive(ctx: Context, host: str, network: str, options: dict[str, str]) -> dict[str, str]:
    """What VM.migrate_send has to be given as its destination, with a fresh session each time."""
    return receive.migrate_receive(ctx, host, network)
