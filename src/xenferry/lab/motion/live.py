"""A running guest goes to another host: ballooning, rounds of copying while it runs, a short pause, hand-over.

Numbers: memory is copied once, then again and again what the guest has rewritten meanwhile (`world.dirty`), until
little is left or the rounds are used up; what is left then is copied while the guest stands still.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from xenferry.lab.context import Context
from xenferry.lab.error import LabError
from xenferry.lab.guest import deaf, domain
from xenferry.lab.history import Move
from xenferry.lab.motion.links import Stream
from xenferry.lab.network.attaching import attach_networks
from xenferry.lab.placement import memory

if TYPE_CHECKING:
    from xenferry.lab.lab import Lab

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
REFUSED = 'Xenops_migrate.Remote_failed("unmarshalling error message from remote")'
NOTHING = "<value></value>"
"""What the result of a call without one is, when another host made it."""
COPY_SHARE = 0.91
"""Where progress stands when memory is copied (xenopsd: weight 10 of 11)."""


COMPRESSED = 0.55
"""What compression leaves of a guest's memory on the wire. The stream's own ceiling stays: it is the CPU's."""


@dataclass(frozen=True)
class Way:
    """How the guest travels. `network` is the one asked for, empty for the management network."""

    network: str = ""
    compress: bool = False
    before: float = 0.0
    """Seconds already spent on its disks."""
    disk_bytes: int = 0
    beyond: Beyond | None = None
    """Whom it becomes in another pool."""


@dataclass(frozen=True)
class Beyond:
    """The guest in the pool it goes to, known there under a reference of its own."""

    lab: Lab
    guest: str

    def takes_over(self, host: str) -> None:
        """The guest executes there from now on; that pool's tables do not know yet."""
        self.lab.hypervisor.history.begins(self.guest, host)

    def arrives(self, host: str) -> None:
        """The other pool's tables know."""
        self.lab.db.update("VM", self.guest, power_state="Running")
        domain.arrive(self.lab, self.guest, host)
        domain.number(self.lab, self.guest, host)
        domain.attach(self.lab, self.guest, attached=True)


PLAINLY = Way()


async def migrate(ctx: Context, vm: str, target: str, way: Way = PLAINLY) -> None:
    """Moves the guest now. Raises TASK_CANCELLED until it is paused; INTERNAL_ERROR when a host dies on the way.

    The caller holds the operation and the reservation.
    """
    hypervisor = ctx.lab.hypervisor
    source = ctx.db.get("VM", vm)["resident_on"]
    move = hypervisor.history.sets_out(vm, source, target)
    move.begin -= way.before
    move.disk_bytes = way.disk_bytes
    if ctx.task:
        ctx.lab.tasks.forward(ctx.task, source)
    stream = None
    try:
        async with hypervisor.worker(ctx, source):
            await _prepare(ctx, vm, source, target, way)
            _check_target(ctx, target, way)
            if not way.beyond:
                _make_room(ctx, vm, target)
            share = COMPRESSED if way.compress else 1.0
            stream = hypervisor.links.open(source, target, STREAM_MAX * share, way.network)
            await _copy(ctx, vm, move, Wire(stream, share), way.beyond)
            await _finish(ctx, vm, move, way.beyond)
        move.outcome = "arrived"
    except LabError as error:
        move.outcome = error.code
        raise
    except asyncio.CancelledError:
        move.outcome = "toolstack restarted"
        raise
    finally:
        hypervisor.built.pop(vm, None)
        move.end = asyncio.get_running_loop().time()
        if stream:
            hypervisor.links.close(stream)


@dataclass(frozen=True)
class Wire:
    """The stream of a guest's memory; `share` of each byte goes over it."""

    stream: Stream
    share: float


def _make_room(ctx: Context, vm: str, target: str) -> None:
    """The target's memory is what counts in the end, every guest there ballooned down; VM.migrate_send reserves none.

    Simplification: the sender's words for a target that gives up are taken from xenopsd's source, not from a recording.
    """
    hypervisor, needed = ctx.lab.hypervisor, memory.to_start(ctx.lab.hypervisor.facts, ctx.db.get("VM", vm))
    coming = (ctx.db.get("VM", other) for other, host in hypervisor.built.items() if host == target)
    taken = sum(other["memory_dynamic_min"] + other["memory_overhead"] for other in coming)
    if memory.on(hypervisor.facts, target) - taken < needed:
        raise LabError("INTERNAL_ERROR", f"xenopsd internal error: {REFUSED}")
    hypervisor.built[vm] = target


def _check_target(ctx: Context, target: str, way: Way) -> None:
    lab = way.beyond.lab if way.beyond else ctx.lab
    if not lab.toolstacks.answers(target):
        raise LabError("VM_MIGRATE_CONTACT_REMOTE_SERVICE_FAILED")


async def _attach_networks(ctx: Context, vm: str, target: str, way: Way) -> None:
    """The target's PIFs and bridges are brought up by a call to it, which shows as a task."""
    tasks = way.beyond.lab.tasks if way.beyond else ctx.lab.tasks
    label = "network.attach_for_vm"
    attaching = tasks.create(label, host=way.beyond.lab.coordinator) if way.beyond else ctx.subtask(label)
    tasks.forward(attaching, target)
    try:
        await asyncio.sleep(PREPARE_S / 2)
        if way.beyond is None:
            attach_networks(ctx.lab, vm, target)
        tasks.succeed(attaching, NOTHING)
    except LabError as error:
        tasks.fail(attaching, error)
        raise
    finally:
        tasks.forget(attaching)


async def _prepare(ctx: Context, vm: str, source: str, target: str, way: Way) -> None:
    record = ctx.db.get("VM", vm)
    await _attach_networks(ctx, vm, target, way)
    await asyncio.sleep(PREPARE_S / 2)
    ctx.checkpoint()
    if record["memory_dynamic_min"] != record["memory_dynamic_max"] and source != target:
        excess = _memory(ctx, vm) - record["memory_dynamic_min"]
        for _ in range(int(min(BALLOON_MAX_S, max(0.0, excess / BALLOON_RATE)))):
            await asyncio.sleep(1.0)
            ctx.checkpoint()
        _set_memory(ctx, vm, record["memory_dynamic_min"])


async def _copy(ctx: Context, vm: str, move: Move, wire: Wire, beyond: Beyond | None) -> None:
    """Copies until little is left, pauses the guest and copies the rest."""
    loop, links = asyncio.get_running_loop(), ctx.lab.hypervisor.links
    size = _memory(ctx, vm)
    left = float(size)
    while move.rounds < ROUNDS_MAX and left > LITTLE:
        begin = loop.time()
        shown = (0.0, COPY_SHARE) if move.rounds == 0 else (COPY_SHARE, COPY_SHARE)
        await links.send(wire.stream, left * wire.share, _shower(ctx, left * wire.share, *shown))
        move.memory_bytes += int(left)
        move.rounds += 1
        left = min(float(size), ctx.lab.world.dirty(vm) * (loop.time() - begin))
    ctx.checkpoint()
    await deaf.refuse(ctx, vm, "suspend")
    ctx.seal()
    await _stand_still(ctx, vm, move, wire, left, beyond)


async def _stand_still(ctx: Context, vm: str, move: Move, wire: Wire, left: float, beyond: Beyond | None) -> None:
    """The guest's pause. If the target dies now the guest is lost; if the toolstack does, it goes on at its source."""
    history = ctx.lab.hypervisor.history
    history.pauses_now(vm, "migration")
    try:
        await ctx.lab.hypervisor.links.send(wire.stream, left * wire.share, lambda _: None)
        move.memory_bytes += int(left)
        await asyncio.sleep(SWITCH_S)
        if wire.stream.broken:
            raise LabError("INTERNAL_ERROR", "xenopsd internal error: End_of_file")
        _hand_over(ctx, vm, move.target, beyond)
    except LabError:
        domain.end(ctx.lab, vm, "lost in migration")
        raise
    finally:
        history.resumes(vm)


def _hand_over(ctx: Context, vm: str, target: str, beyond: Beyond | None) -> None:
    history = ctx.lab.hypervisor.history
    if beyond is None:
        history.moves_over(vm, target)
    else:
        history.ends(vm, "moved")
        beyond.takes_over(target)


async def _finish(ctx: Context, vm: str, move: Move, beyond: Beyond | None) -> None:
    """The order seen on the wire: progress 1.0 while pending, cleaning up from 0 again, then resident_on changes.

    A toolstack that restarts before that finds a domain that the tables do not know, and XAPI kills such domains.
    """
    tasks = beyond.lab.tasks if beyond else ctx.lab.tasks
    completing = None
    try:
        for progress in (1.0, 0.5, 1.0):
            ctx.progress(progress)
            await asyncio.sleep(CLEAN_S / 4)
        label = "VM.pool_migrate_complete"
        completing = tasks.create(label, host=beyond.lab.coordinator) if beyond else ctx.subtask(label)
        tasks.forward(completing, move.target)
        await asyncio.sleep(CLEAN_S / 4)
    except asyncio.CancelledError:
        _end_by_mistake(ctx, vm, move.target, beyond)
        if completing:
            tasks.forget(completing)
        raise
    try:
        await _take_over(ctx, vm, move, completing, beyond)
        tasks.succeed(completing, NOTHING)
    finally:
        tasks.forget(completing)


async def _take_over(ctx: Context, vm: str, move: Move, completing: str, beyond: Beyond | None) -> None:
    """On the target: where the guest is, asked of the coordinator; then what xenopsd there tells of the domain."""
    if beyond:
        beyond.arrives(move.target)
    elif ctx.db.exists("VM", vm) and ctx.db.get("VM", vm)["power_state"] == "Running":
        tasks = ctx.lab.tasks
        setting = tasks.create("VM.atomic_set_resident_on", host=ctx.lab.coordinator, parent=completing)
        domain.arrive(ctx.lab, vm, move.target)
        tasks.succeed(setting, NOTHING)
        tasks.forget(setting)
        await asyncio.sleep(CLEAN_S / 4)
        domain.number(ctx.lab, vm, move.target)
        _set_memory(ctx, vm, ctx.db.get("VM", vm)["memory_dynamic_max"])
    await asyncio.sleep(CLEAN_S / 4)


def _end_by_mistake(ctx: Context, vm: str, target: str, beyond: Beyond | None) -> None:
    """The source's toolstack restarted after the hand-over. In another pool nobody kills what has arrived."""
    if beyond is None:
        domain.end(ctx.lab, vm, "killed by a toolstack that did not expect it")
        return
    beyond.arrives(target)
    domain.end(ctx.lab, vm, "", gone=False)


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
