"""The way back of a run: what its steps did, taken back in the opposite order.

What the run itself put right again, a host that it disabled and enabled, is left alone; and a host that it left
disabled is enabled before all else, because XAPI lets no guest back onto it earlier.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from msgspec.structs import replace

from xenferry.plan import disks
from xenferry.plan import steps as s
from xenferry.plan.schedule.play import totals as totals_of
from xenferry.plan.things import guest, seek, thing
from xenferry.plan.undo import undo
from xenferry.plan.words import summary
from xenferry.pool.records import NULL
from xenferry.pool.snapshot import Snapshot


def back(plan: s.Plan, did: Collection[str], snapshot: Snapshot) -> s.Plan:
    """The plan that takes back the steps of `did` (keys), the last first, one after the other.

    Steps without a way back are named in its notes: a CD's image, a reboot, a new SR stay as they are.
    """
    steps: list[s.AnyStep] = []
    lost: list[str] = []
    own = [step for step in plan.steps if step.key in did]
    idle = _idle(own)
    for step in _last_first(step for step in own if step.key not in idle):
        way = undo(step)
        if way is None:
            lost.append(_stays(step))
        else:
            steps.append(replace(_stated(way, snapshot), after=(steps[-1].key,) if steps else ()))
    return s.Plan(
        wish=f"take back: {plan.wish}",
        pool=plan.pool,
        made_at=snapshot.taken_at,
        steps=tuple(steps),
        notes=tuple(f"this stays as it is: {text}" for text in lost),
        totals=totals_of(steps, plan.limits),
        limits=plan.limits,
    )


def _last_first(own: Iterable[s.AnyStep]) -> list[s.AnyStep]:
    turned = list(own)[::-1]
    return sorted(turned, key=lambda step: not isinstance(step, s.Disable))


def _idle(own: Iterable[s.AnyStep]) -> set[str]:
    """The keys of steps that together left a host or guest as it was."""
    about = defaultdict[s.Thing, list[s.AnyStep]](list)
    for step in own:
        if isinstance(step, s.Disable | s.Enable):
            about[step.host].append(step)
        elif hasattr(step, "guest"):
            about[step.guest].append(step)
    return {step.key for steps in about.values() if _as_before(steps) for step in steps}


def _as_before(steps: Sequence[s.AnyStep]) -> bool:
    match steps:
        case [s.Disable(), *_, s.Enable()]:
            return True
        case [s.Shutdown() | s.Suspend() as stop, s.Start() | s.Resume() as start]:
            return stop.host == start.host
        case [s.Move() as first, *between, s.Move() as last]:
            return first.source == last.target and all(isinstance(each, s.Move) for each in between)
        case _:
            return False


def _stated(way: s.AnyStep, snapshot: Snapshot) -> s.AnyStep:
    """With the bytes of disks that move, as they are now; a run asks before it moves more than is stated."""
    vm = guest(snapshot, way.guest) if isinstance(way, s.MoveWithDisks | s.MoveDisk) else None
    if vm is None or not isinstance(way, s.MoveWithDisks | s.MoveDisk):
        return way
    present = disks.by_device(snapshot, vm)
    moved = way.disks if isinstance(way, s.MoveWithDisks) else (way.disk,)
    sizes = {
        disk.device: disks.stated_bytes(snapshot, vm, present[disk.device])
        for disk in moved
        if disk.source != disk.target and disk.device in present
    }
    cost = replace(way.forecast, disk_bytes=sum(sizes.values()))
    stated = tuple(replace(disk, bytes=sizes.get(disk.device, 0)) for disk in moved)
    if isinstance(way, s.MoveDisk):
        return replace(way, disk=stated[0], forecast=cost)
    return replace(way, disks=stated, forecast=cost, target=_reaching(way, snapshot))


def _reaching(way: s.MoveWithDisks, snapshot: Snapshot) -> s.Thing:
    """A halted guest's disks go through a host that sees where they shall be."""
    srs = [seek(snapshot, disk.target) or NULL for disk in way.disks]
    able = [
        host for place, host in enumerate(snapshot.hosts) if all(place in snapshot.with_sr_plugged[sr] for sr in srs)
    ]
    there = any(host.uuid == way.target.uuid for host in able)
    return way.target if way.source is not None or there or not able else thing(snapshot, "host", able[0].ref)


def _stays(step: s.AnyStep) -> str:
    """A guest that has changed pools is brought back from there."""
    if isinstance(step, s.Cross):
        return f"{summary(step)}; the way back begins there, `xenferry migrate` in pool {step.there.pool.name}"
    return summary(step)
