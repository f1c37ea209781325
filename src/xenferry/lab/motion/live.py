"""A running guest goes to another host: ballooning, rounds of copying while it runs, a short pause, hand-over.

Numbers: memory is copied once, then again and again what the guest has rewritten meanwhile (`world.dirty`), until
little is left or the rounds are used up; what is left then is copied while the guest stands still.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.guest import domain
from xenferry.lab.history import Move
from xenferry.lab.motion.links import Stream

STREAM_MAX = 300 * 2**20
"""Bytes per second that one guest's memory stream reaches at most: one TLS connection."""
ROUNDS_MAX = 5
"""Xen gives up after so many rounds and pauses the guest, however much is left."""
LITTLE = 200 * 2**10
"""Bytes (50 pages) below which another round is not worth it."""
BALLOON_RATE = 2**30
BALLOON_MAX_S = 120.0
PREPARE_S = 0.3
"""Metadata to the target, checks, and making the domain there."""
SWITCH_S = 0.25
"""The shortest pause: devices saved, disks and network taken over, the guest let go on."""
CLEAN_S = 0.3
COPY_SHARE = 0.91
"""Where progress stands when memory is copied (xenopsd: weight 10 of 11)."""


async def migrate(ctx: Context, vm: str, target: str, *, before: float = 0.0, disk_bytes: int = 0) -> None:
    """Moves the guest now. Raises TASK_CANCELLED until it is paused; INTERNAL_ERROR when a host dies on the way.

    The caller holds the operation and the reservation; `before` are seconds spent on disks, `disk_bytes` their size.
    """
    hypervisor = ctx.lab.hypervisor
    source = ctx.db.get("VM", vm)["resident_on"]
    move = hypervisor.history.sets_out(vm, source, target)
    move.begin -= before
    move.disk_bytes = disk_bytes
    if ctx.task:
        ctx.lab.tasks.forward(ctx.task, source)
    stream = None
    try:
        async with hypervisor.worker(ctx, source):
            await _prepare(ctx, vm, source, target)
            _check_target(ctx, target)
            stream = hypervisor.links.open(source, target, STREAM_MAX)
            await _copy(ctx, vm, move, stream)
            await _finish(ctx, vm, move)
        move.outcome = "arrived"
    except LabError as error:
        move.outcome = error.code
        raise
    except asyncio.CancelledError:
        move.outcome = "toolstack restarted"
        raise
    finally:
        move.end = asyncio.get_running_loop().time()
        if stream:
            hypervisor.links.close(stream)


def _check_target(ctx: Context, target: str) -> None:
    if not ctx.lab.toolstacks.answers(target):
        raise LabError("VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED")


async def _prepare(ctx: Context, vm: str, source: str, target: str) -> None:
    record = ctx.db.get("VM", vm)
    await asyncio.sleep(PREPARE_S)
    ctx.checkpoint()
    if record["memory_dynamic_min"] != record["memory_dynamic_max"] and source != target:
        excess = _memory(ctx, vm) - record["memory_dynamic_min"]
        for _ in range(int(min(BALLOON_MAX_S, max(0.0, excess / BALLOON_RATE)))):
            await asyncio.sleep(1.0)
            ctx.checkpoint()
        _set_memory(ctx, vm, record["memory_dynamic_min"])


async def _copy(ctx: Context, vm: str, move: Move, stream: Stream) -> None:
    """Copies until little is left, pauses the guest and copies the rest."""
    loop, links = asyncio.get_running_loop(), ctx.lab.hypervisor.links
    memory = _memory(ctx, vm)
    left = float(memory)
    dirty = 0 if memory == 0 else ctx.lab.world.dirty(vm)
    while move.rounds < ROUNDS_MAX and left > LITTLE:
        begin = loop.time()
        shown = (0.0, COPY_SHARE) if move.rounds == 0 else (COPY_SHARE, COPY_SHARE)
        await links.send(stream, left, _shower(ctx, left, *shown))
        move.memory_bytes += int(left)
        move.rounds += 1
        left = min(float(memory), dirty * (loop.time() - begin))
    ctx.checkpoint()
    ctx.seal()
    await _stand_still(ctx, vm, move, stream, left)


async def _stand_still(ctx: Context, vm: str, move: Move, stream: Stream, left: float) -> None:
    """The guest's pause. If the target dies now the guest is lost; if the toolstack does, it goes on at its source."""
    history = ctx.lab.hypervisor.history
    history.pauses_now(vm, "migration")
    try:
        await ctx.lab.hypervisor.links.send(stream, left, lambda _: None)
        move.memory_bytes += int(left)
        await asyncio.sleep(SWITCH_S)
        if stream.broken:
            raise LabError("INTERNAL_ERROR", "xenopsd internal error: End_of_file")
        history.moves_over(vm, move.target)
    except LabError:
        domain.end(ctx.lab, vm, "lost in migration")
        raise
    finally:
        history.resumes(vm)


async def _finish(ctx: Context, vm: str, move: Move) -> None:
    """The order seen on the wire: progress 1.0 while pending, cleaning up from 0 again, then resident_on changes.

    A toolstack that restarts in between finds a domain that the tables do not know, and XAPI kills such domains.
    """
    try:
        for progress in (1.0, 0.5):
            ctx.progress(progress)
            await asyncio.sleep(CLEAN_S)
    except asyncio.CancelledError:
        domain.end(ctx.lab, vm, "killed by a toolstack that did not expect it")
        raise
    ctx.progress(1.0)
    if ctx.db.exists("VM", vm) and ctx.db.get("VM", vm)["power_state"] == "Running":
        domain.arrive(ctx.lab, vm, move.target)
        _set_memory(ctx, vm, ctx.db.get("VM", vm)["memory_dynamic_max"])


def _shower(ctx: Context, size: float, low: float, high: float) -> Callable[[float], None]:
    def step(sent: float) -> None:
        ctx.checkpoint()
        ctx.progress(round(low + (high - low) * sent / size, 3))

    return step


def _memory(ctx: Context, vm: str) -> int:
    """Bytes the guest has now."""
    record = ctx.db.get("VM", vm)
    metrics = ctx.db.all("VM_metrics").get(record["metrics"])
    return int((metrics["memory_actual"] if metrics else 0) or record["memory_dynamic_max"])


def _set_memory(ctx: Context, vm: str, size: int) -> None:
    record = ctx.db.get("VM", vm)
    ctx.db.update("VM", vm, memory_target=size)
    if ctx.db.exists("VM_metrics", record["metrics"]):
        ctx.db.update("VM_metrics", record["metrics"], memory_actual=size)
