"""Marking a guest or a host with what is being done to it, and waiting for whoever came first.

XAPI does not refuse an operation because another one is going on: it sleeps between 1 and 20 seconds, or until the
object is released, and tries again, for up to two hours. Only then the caller sees OTHER_OPERATION_IN_PROGRESS.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.lifecycle import guest, host

LONGEST_S = 7200.0
SHORTEST_SLEEP_S, LONGEST_SLEEP_S = 1.0, 20.0


@asynccontextmanager
async def guest_operation(ctx: Context, vm: str, operation: str, *, strict: bool = True) -> AsyncIterator[None]:
    """VM.current_operations has {task: operation} inside. Raises what stands against it."""
    hypervisor = ctx.lab.hypervisor
    await _acquire(ctx, "VM", vm, lambda: guest.operation_error(hypervisor.facts, vm, operation, strict=strict))
    mark(ctx, "VM", vm, operation)
    try:
        yield
    finally:
        unmark(ctx, "VM", vm)


@asynccontextmanager
async def host_operation(ctx: Context, ref: str, operation: str) -> AsyncIterator[None]:
    """host.current_operations has {task: operation} inside. Raises what stands against it."""
    hypervisor = ctx.lab.hypervisor
    await _acquire(ctx, "host", ref, lambda: host.operation_error(hypervisor.facts, ref, operation))
    mark(ctx, "host", ref, operation)
    try:
        yield
    finally:
        unmark(ctx, "host", ref)


async def _acquire(ctx: Context, cls: str, ref: str, objection: Callable[[], LabError | None]) -> None:
    """Returns as soon as nothing objects; nobody else can get in between, for nothing awaits after that."""
    loop = asyncio.get_running_loop()
    end = loop.time() + LONGEST_S
    while (error := objection()) is not None:
        if error.code != "OTHER_OPERATION_IN_PROGRESS" or loop.time() >= end:
            raise error
        await _sleep(ctx, cls, ref)


async def _sleep(ctx: Context, cls: str, ref: str) -> None:
    """A wish to cancel ends the waiting with TASK_CANCELLED."""
    ctx.checkpoint()
    hypervisor = ctx.lab.hypervisor
    pause = asyncio.ensure_future(
        hypervisor.wait_released(cls, ref, hypervisor.random.uniform(SHORTEST_SLEEP_S, LONGEST_SLEEP_S))
    )
    try:
        while not pause.done():
            await asyncio.wait([pause], timeout=1.0)
            ctx.checkpoint()
    finally:
        pause.cancel()


def mark(ctx: Context, cls: str, ref: str, operation: str) -> None:
    """Adds the operation under the call's task, without asking."""
    current = ctx.db.get(cls, ref)["current_operations"]
    ctx.db.update(cls, ref, current_operations={**current, key(ctx): operation})
    _refresh(ctx, cls, ref)


def unmark(ctx: Context, cls: str, ref: str) -> None:
    """Takes the operation away again; an object that is gone meanwhile does not matter."""
    if ctx.db.exists(cls, ref):
        current = ctx.db.get(cls, ref)["current_operations"]
        ctx.db.update(cls, ref, current_operations={task: name for task, name in current.items() if task != key(ctx)})
        _refresh(ctx, cls, ref)
    ctx.lab.hypervisor.release(cls, ref)


def key(ctx: Context) -> str:
    """The name under which the call marks objects: its task."""
    return ctx.task or f"DummyRef:|{ctx.name}"


def _refresh(ctx: Context, cls: str, ref: str) -> None:
    if cls == "VM":
        ctx.lab.hypervisor.refresh(ref)
    else:
        ctx.lab.hypervisor.refresh_host(ref)
