"""host: saying that a host is dead, and taking it out of the pool's database."""

from __future__ import annotations

from xenferry.lab.context import Context
from xenferry.lab.hosts import removal
from xenferry.lab.registry import call


@call("host.declare_dead")
async def declare_dead(ctx: Context, host: str) -> None:
    await removal.declare_dead(ctx, host)


@call("host.destroy")
async def destroy(ctx: Context, self: str) -> None:
    await removal.destroy(ctx, self)


@call("host.get_uncooperative_resident_VMs")
async def get_uncooperative_resident_vms(ctx: Context, self: str) -> list[str]:
    """Always none: XAPI has given up asking."""
    return []
