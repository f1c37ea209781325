"""VM_appliance: starting and stopping the guests of a vApp in their order.

Guests of one `order` go together, the next order follows when all of them are done. Nothing stops half-way: whoever is
not in the wished state at the end is named.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from functools import partial

from xenferry.lab import locks
from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.guest import power
from xenferry.lab.registry import call

Deed = Callable[[Context, str], Awaitable[None]]
DEEDS: dict[str, tuple[str, Deed]] = {
    "clean_shutdown": ("VM.clean_shutdown", power.clean_shutdown),
    "hard_shutdown": ("VM.hard_shutdown", power.hard_shutdown),
    "shutdown": ("VM.shutdown", power.shutdown),
}


@call("VM_appliance.start")
async def start(ctx: Context, self: str, paused: bool) -> None:
    """The lowest order first. Raises LICENCE_RESTRICTION, OPERATION_PARTIALLY_FAILED [call; guests]."""
    ctx.db.get("VM_appliance", self)
    if not ctx.lab.hypervisor.facts.licensed("vm_appliance_start"):
        raise LabError("LICENCE_RESTRICTION", "VM_appliance_start")
    async with _marked(ctx, self, "start"):
        deed = partial(power.start, paused=paused)
        await _perform(ctx, self, "start", ("VM.start", deed), "Paused" if paused else "Running")


@call("VM_appliance.clean_shutdown")
async def clean_shutdown(ctx: Context, self: str) -> None:
    await _stop(ctx, self, "clean_shutdown")


@call("VM_appliance.hard_shutdown")
async def hard_shutdown(ctx: Context, self: str) -> None:
    await _stop(ctx, self, "hard_shutdown")


@call("VM_appliance.shutdown")
async def shutdown(ctx: Context, self: str) -> None:
    """Each guest cleanly if it can, else by force."""
    await _stop(ctx, self, "shutdown")


async def _stop(ctx: Context, ref: str, operation: str) -> None:
    """The highest order first."""
    async with _marked(ctx, ref, operation):
        await _perform(ctx, ref, operation, DEEDS[operation], "Halted")


def _marked(ctx: Context, ref: str, operation: str) -> AbstractAsyncContextManager[None]:
    return locks.operation(ctx, ("VM_appliance", ref, operation))


async def _perform(ctx: Context, ref: str, operation: str, deed: tuple[str, Deed], wanted: str) -> None:
    guests = [vm for vm in ctx.db.get("VM_appliance", ref)["VMs"] if ctx.db.get("VM", vm)["power_state"] != wanted]
    orders = {vm: int(ctx.db.get("VM", vm)["order"]) for vm in guests}
    for order in sorted(set(orders.values()), reverse=operation != "start"):
        await asyncio.gather(*(_one(ctx, vm, *deed) for vm in guests if orders[vm] == order))
    left = [vm for vm in guests if ctx.db.get("VM", vm)["power_state"] != wanted]
    if left:
        raise LabError("OPERATION_PARTIALLY_FAILED", f"VM_appliance.{operation}", *left)


async def _one(ctx: Context, vm: str, name: str, deed: Deed) -> None:
    """As a client would do it, with a task of its own; whether it worked is seen by the guest's state afterwards."""
    lab = ctx.lab
    task = lab.tasks.create(f"Async.{name}", host=ctx.host, cancellable=False)
    try:
        await deed(Context(lab, name, ctx.host, ctx.session, task), vm)
    except LabError as error:
        lab.tasks.fail(task, error)
    else:
        lab.tasks.succeed(task, "<value></value>")
