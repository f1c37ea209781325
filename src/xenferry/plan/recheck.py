"""A plan made earlier, held against the pool of now: is what it was made for still so?

Before a plan is carried out its differences are shown: a guest gone or moved meanwhile, another pool, a disk that grew.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from xenferry.plan import disks
from xenferry.plan import steps as s
from xenferry.plan.crossing import state as cross_state
from xenferry.plan.done import done
from xenferry.plan.things import guest, seek
from xenferry.plan.words import size
from xenferry.pool import records as r
from xenferry.pool.snapshot import Snapshot


class Difference(Struct, frozen=True):
    """What is no longer as it was planned."""

    key: str
    """The step it concerns; empty when it concerns the whole plan."""
    text: str
    fatal: bool
    """True: the step cannot be carried out as planned. False: it is only worth knowing."""


def recheck(plan: s.Plan, snapshot: Snapshot) -> tuple[Difference, ...]:
    """Everything in the pool that differs from what the plan was made for; empty when nothing does."""
    if plan.pool.uuid != snapshot.pool.uuid:
        text = f"the plan is for pool {plan.pool.name} ({plan.pool.uuid}), this is pool {snapshot.pool.name_label}"
        return (Difference("", text, True),)
    return tuple(found for step in plan.steps for found in _of_step(step, snapshot))


def _of_step(step: s.AnyStep, snapshot: Snapshot) -> Iterator[Difference]:
    if done(step, snapshot):
        yield _already(step)
        return
    missing = [each for each in things(step) if seek(snapshot, each) is None]
    for each in missing:
        yield Difference(step.key, f"{each.kind} {each.name} is not in the pool any more", True)
    if isinstance(step, s.Cross | s.StartThere):
        yield from (Difference(step.key, text, True) for text in cross_state.missing(step, snapshot))
    vm = guest(snapshot, step.guest) if hasattr(step, "guest") else None
    if vm is not None and not missing and not step.after:
        yield from _of_guest(step, vm, snapshot)


def _already(step: s.AnyStep) -> Difference:
    """A reboot counts only behind the steps that it makes effective."""
    if isinstance(step, s.Reboot):
        text = f"host {step.host.name} was rebooted since the plan was made, before what shall take effect by that"
        return Difference(step.key, text, True)
    return Difference(step.key, "already so", False)


def things(step: s.AnyStep) -> tuple[s.Thing, ...]:
    """Every object that the step needs; a disk is found by its guest and device, so its UUID is not among them."""
    named = [getattr(step, name) for name in step.__struct_fields__]
    places = [disk.target for disk in getattr(step, "disks", ())]
    if isinstance(step, s.MoveDisk):
        places.append(step.disk.target)
    return tuple(dict.fromkeys(each for each in (*named, *places) if isinstance(each, s.Thing)))


def _of_guest(step: s.AnyStep, vm: r.VM, snapshot: Snapshot) -> Iterator[Difference]:
    name, now = vm.name_label, snapshot.name(vm.resident_on)
    source = getattr(step, "source", None)
    if isinstance(step, s.Move) and vm.power_state != "Running":
        yield Difference(step.key, f"guest {name} is {vm.power_state.lower()} now, only running guests move", True)
    elif source is not None and seek(snapshot, source) != vm.resident_on:
        yield Difference(step.key, f"guest {name} is on {now} now, it was on {source.name}", False)
    if isinstance(step, s.MoveWithDisks):
        for disk in disks.unplanned(snapshot, vm, step):
            yield Difference(step.key, f"guest {name} has disk {disk}, which the plan does not know", True)
    if isinstance(step, s.MoveWithDisks | s.MoveDisk):
        would, stated = disks.would_move(snapshot, vm, step), step.forecast.disk_bytes
        if would > stated:
            text = f"{size(would)} of disks of guest {name} would move, the plan states at most {size(stated)}"
            yield Difference(step.key, text, True)
