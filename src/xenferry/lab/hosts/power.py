"""host.reboot and host.shutdown: accepted at once, carried out ten seconds later, whoever is still on the host.

A guest still there is simply Halted afterwards. Simplification: XAPI's dom0 first tries to move such guests and to shut
them down cleanly for some minutes; here they are lost when the machine goes down.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.datamodel import NULL
from xenferry.lab.error import LabError
from xenferry.lab.forwarding import forward
from xenferry.lab.hosts import outage

LABELS = {"reboot": "Host is rebooting", "shutdown": "Host is shutting down"}
ACCEPTED_S = 0.1
STILL_ANSWERS_S = 11.0
"""How long a host still answers after the call has succeeded (recorded)."""
BOOT_S = 120.0
"""From the last answer to the first one after the boot: real machines take minutes."""


async def go_down(ctx: Context, host: str, operation: str) -> None:
    """`reboot` or `shutdown`. Raises HOST_NOT_DISABLED, or waits for what is going on.

    Afterwards the host counts as shutting down whichever it is, by the name of a task that is no more (recorded).
    """
    async with locks.host_operation(ctx, host, operation):
        await forward(ctx, host)
        if ctx.db.get("host", host)["enabled"]:
            raise LabError("HOST_NOT_DISABLED")
        await asyncio.sleep(ACCEPTED_S)
        task = ctx.lab.tasks.create(
            LABELS[operation], host=host, description=LABELS[operation], parent=ctx.task or NULL
        )
        locks.mark(replace(ctx, task=task), "host", host, "shutdown")
        ctx.lab.tasks.forget(task)
    ctx.lab.spawn(_carry_out(ctx, host, operation))


async def _carry_out(ctx: Context, host: str, operation: str) -> None:
    await asyncio.sleep(STILL_ANSWERS_S)
    await stop(ctx, host)
    if operation == "reboot":
        await asyncio.sleep(BOOT_S)
        outage.boot(ctx.lab, host)


async def stop(ctx: Context, host: str) -> None:
    """The machine is off from now on."""
    outage.die(ctx.lab, host)
    await ctx.lab.toolstacks.stop(host)


async def power_on(ctx: Context, host: str) -> None:
    """Raises HOST_IS_LIVE or HOST_POWER_ON_MODE_DISABLED."""
    async with locks.host_operation(ctx, host, "power_on"):
        await asyncio.sleep(BOOT_S)
        outage.boot(ctx.lab, host)
