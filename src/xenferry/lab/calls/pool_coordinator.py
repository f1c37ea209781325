"""pool: which host is the coordinator, in good times and in bad ones."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.hosts import coordinator
from xenferry.lab.registry import call


@call("pool.designate_new_master")
async def designate_new_master(ctx: Context, host: str) -> None:
    await coordinator.designate(ctx, host)


@call("pool.emergency_transition_to_master", anywhere=True)
async def emergency_transition_to_master(ctx: Context) -> None:
    coordinator.transition(ctx.lab, ctx.host)


@call("pool.emergency_reset_master", anywhere=True)
async def emergency_reset_master(ctx: Context, master_address: str) -> None:
    """The coordinator itself would become a member; here it stays what it is."""
    found = ctx.lab.host_at(master_address)
    coordinator.reset(ctx.lab, ctx.host, ctx.lab.address(found) if found else master_address)


@call("pool.recover_slaves")
async def recover_slaves(ctx: Context) -> list[str]:
    return coordinator.recover(ctx.lab)


@call("pool.is_slave", anywhere=True)
async def is_slave(ctx: Context, host: str) -> bool:
    """Whether the host that is asked is a member, whatever host is named (recorded)."""
    return ctx.host != ctx.lab.coordinator
