"""Marking objects with what is being done to them, and waiting for whoever came first.

XAPI does not refuse an operation because another one is going on: it sleeps between 1 and 20 seconds, or until the
object is released, and tries again, for up to two hours. Only then the caller sees OTHER_OPERATION_IN_PROGRESS.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.lifecycle import appliance, guest, host, pool, sr, vbd, vdi, vif, vusb
from xenferry.lab.placement.facts import Facts

LONGEST_S = 7200.0
SHORTEST_SLEEP_S, LONGEST_SLEEP_S = 1.0, 20.0
DRIVES_LONGEST_S, DRIVES_SLEEP_S = 120.0, 2.0
"""For the drives of a guest that starts: XAPI's policy `fail_quickly`."""

OBJECTIONS: dict[str, Callable[[Facts, str, str], LabError | None]] = {
    "host": host.operation_error,
    "pool": pool.operation_error,
    "SR": sr.operation_error,
    "VDI": vdi.operation_error,
    "VBD": vbd.operation_error,
    "VIF": vif.operation_error,
    "VUSB": vusb.operation_error,
    "VM_appliance": appliance.operation_error,
}
Mark = tuple[str, str, str]
"""Class, reference and operation."""
Objection = Callable[[], LabError | None]


@asynccontextmanager
async def guest_operation(ctx: Context, vm: str, operation: str, *, strict: bool = True) -> AsyncIterator[None]:
    """VM.current_operations has {task: operation} inside. Raises what stands against it."""
    hypervisor = ctx.lab.hypervisor
    await _acquire(ctx, ("VM", vm), lambda: guest.operation_error(hypervisor.facts, vm, operation, strict=strict))
    mark(ctx, "VM", vm, operation)
    try:
        yield
    finally:
        unmark(ctx, "VM", vm)


def host_operation(ctx: Context, ref: str, name: str) -> AbstractAsyncContextManager[None]:
    """host.current_operations has {task: operation} inside. Raises what stands against it."""
    return operation(ctx, ("host", ref, name))


@asynccontextmanager
async def operation(ctx: Context, *marks: Mark, before: Objection = lambda: None) -> AsyncIterator[None]:
    """All these objects have {task: operation} inside, or none. Raises what stands against the first that objects.

    `before` may object to the whole first.
    """
    hypervisor = ctx.lab.hypervisor

    def objection() -> LabError | None:
        facts = hypervisor.facts
        return before() or next(
            (error for cls, ref, name in marks if (error := OBJECTIONS[cls](facts, ref, name))), None
        )

    await _acquire(ctx, marks[0][:2], objection)
    for cls, ref, name in marks:
        mark(ctx, cls, ref, name)
    try:
        yield
    finally:
        for cls, ref, _ in marks:
            unmark(ctx, cls, ref)


@asynccontextmanager
async def devices(ctx: Context, vm: str, *, interfaces: bool = True) -> AsyncIterator[None]:
    """Drives and interfaces of a guest are marked `attach`, so that nobody takes a disk while the guest starts.

    Raises what stands against the first drive, e.g. VDI_IN_USE [vdi], and OPERATION_NOT_ALLOWED for interfaces.
    """
    taken: list[tuple[str, str]] = []

    def objection() -> LabError | None:
        error = _take(ctx, "VBD", vm, taken)
        if error is not None:
            _give_back(ctx, taken)
        return error

    pause = DRIVES_SLEEP_S, DRIVES_SLEEP_S
    await _acquire(ctx, ("VM", vm), objection, longest=DRIVES_LONGEST_S, pause=pause)
    try:
        if interfaces and _take(ctx, "VIF", vm, taken) is not None:
            raise LabError("OPERATION_NOT_ALLOWED", "Failed to lock all VIFs")
        yield
    finally:
        _give_back(ctx, taken)


def _take(ctx: Context, cls: str, vm: str, taken: list[tuple[str, str]]) -> LabError | None:
    """Marks one device after the other: two drives of one guest with the same disk are in each other's way."""
    for ref in ctx.db.get("VM", vm)[f"{cls}s"]:
        error = OBJECTIONS[cls](ctx.lab.hypervisor.facts, ref, "attach")
        if error is not None:
            return error
        mark(ctx, cls, ref, "attach")
        taken.append((cls, ref))
    return None


def _give_back(ctx: Context, taken: list[tuple[str, str]]) -> None:
    while taken:
        unmark(ctx, *taken.pop())


async def _acquire(
    ctx: Context,
    waits_for: tuple[str, str],
    objection: Callable[[], LabError | None],
    *,
    longest: float = LONGEST_S,
    pause: tuple[float, float] = (SHORTEST_SLEEP_S, LONGEST_SLEEP_S),
) -> None:
    """Returns as soon as nothing objects; nobody else can get in between, for nothing awaits after that."""
    loop = asyncio.get_running_loop()
    end = loop.time() + longest
    ctx.permit()
    while (error := objection()) is not None:
        if error.code != "OTHER_OPERATION_IN_PROGRESS" or loop.time() >= end:
            raise error
        busy = (error.params[0], error.params[1]) if error.params[0] in OBJECTIONS else waits_for
        await _sleep(ctx, busy, pause)


async def _sleep(ctx: Context, busy: tuple[str, str], pause: tuple[float, float]) -> None:
    """A wish to cancel ends the waiting with TASK_CANCELLED."""
    ctx.checkpoint()
    hypervisor = ctx.lab.hypervisor
    limit = hypervisor.random.uniform(*pause)
    waiting = asyncio.ensure_future(hypervisor.wait_released(*busy, limit))
    try:
        while not waiting.done():
            await asyncio.wait([waiting], timeout=1.0)
            ctx.checkpoint()
    finally:
        waiting.cancel()


def mark(ctx: Context, cls: str, ref: str, name: str) -> None:
    """Adds the operation under the call's task, without asking."""
    current = ctx.db.get(cls, ref)["current_operations"]
    ctx.db.update(cls, ref, current_operations={**current, key(ctx): name})
    ctx.lab.menus.settle_one(cls, ref)


def unmark(ctx: Context, cls: str, ref: str) -> None:
    """Takes the operation away again; an object that is gone meanwhile does not matter."""
    if ctx.db.exists(cls, ref):
        current = ctx.db.get(cls, ref)["current_operations"]
        ctx.db.update(cls, ref, current_operations={task: name for task, name in current.items() if task != key(ctx)})
        ctx.lab.menus.settle_one(cls, ref)
    ctx.lab.hypervisor.release(cls, ref)


def key(ctx: Context) -> str:
    """The name under which the call marks objects: its task."""
    return ctx.task or f"DummyRef:|{ctx.name}"
