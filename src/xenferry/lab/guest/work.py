"""What a host does with a guest takes its time, and comes to nothing when host or guest are gone before it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.guest.migration import check_forwarding

STEP_S = 1.0
"""How often the host looks whether somebody wants the work to stop."""


async def spend(ctx: Context, host: str, seconds: float, step: Callable[[float], None] | None = None) -> None:
    """So many seconds of work on a host; `step` is told the seconds already spent, about once a second.

    Raises what `forward` raises at the beginning; HOST_OFFLINE or CANNOT_CONTACT_HOST [host] when the host does not
    answer in between or at the end.
    """
    await forward(ctx, host)
    ctx.permit()
    spent = 0.0
    while spent < seconds:
        part = min(STEP_S, seconds - spent)
        await asyncio.sleep(part)
        spent += part
        check_forwarding(ctx, host)
        if step is not None:
            step(spent)
    ctx.seal()


async def spend_on(ctx: Context, vm: str, seconds: float, step: Callable[[float], None] | None = None) -> str:
    """The same for a guest on the host where it is; that host. Raises VM_BAD_POWER_STATE when it ended meanwhile."""
    begun = ctx.db.get("VM", vm)
    host, domid = begun["resident_on"], begun["domid"]
    await spend(ctx, host, seconds, step)
    now = ctx.db.get("VM", vm)
    if (now["resident_on"], now["domid"]) != (host, domid):
        raise LabError("VM_BAD_POWER_STATE", vm, "running", now["power_state"].lower())
    return str(host)
