"""Finding the task that already does a step: after a crash it is taken up again and never started a second time."""

from __future__ import annotations

from collections.abc import Iterable

from xenferry.plan import steps as s
from xenferry.plan.things import guest
from xenferry.pool import records as r
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.do import METHODS, RUN_TAG, STEP_TAG

PENDING = ("pending", "cancelling")
OPERATIONS = {
    s.Move: ("pool_migrate",),
    s.MoveWithDisks: ("migrate_send",),
    s.MoveDisk: ("migrate_send",),
    s.Shutdown: ("clean_shutdown",),
    s.Suspend: ("suspend",),
    s.Start: ("start_on", "start"),
    s.Resume: ("resume_on", "resume"),
    s.Cross: ("migrate_send",),
    s.StartThere: ("start_on", "start"),
}
"""What XAPI writes into the guest's current_operations while the step runs."""


def tagged(snapshot: Snapshot, run: str, step: s.AnyStep) -> Ref | None:
    """The unfinished task that carries the tags of this run and step."""
    for task in snapshot.task.values():
        config = task.other_config
        if config.get(RUN_TAG) == run and config.get(STEP_TAG) == step.key and task.status in PENDING:
            return task.ref
    return None


def working(snapshot: Snapshot, step: s.AnyStep) -> Ref | None:
    """The task by which XAPI does to the guest right now what the step wants, whoever started it.

    A crash may fall between the start of a task and its tagging; and a colleague may have been quicker. A move counts
    only when it goes where the step wants it.
    """
    vm = _guest(snapshot, step)
    wanted = OPERATIONS.get(type(step), ())
    if vm is None or not _same_way(snapshot, step, vm):
        return None
    operations = vm.current_operations.items()
    return next((Ref(task) for task, name in operations if name in wanted and task in snapshot.task), None)


def _same_way(snapshot: Snapshot, step: s.AnyStep, vm: r.VM) -> bool:
    if not isinstance(step, s.Move):
        return True
    bound_for = snapshot.host.get(vm.scheduled_to_be_resident_on)
    return bound_for is not None and bound_for.uuid == step.target.uuid


def busy(snapshot: Snapshot, step: s.AnyStep) -> str | None:
    """What else XAPI is doing to the step's guest; None when the guest is free."""
    vm = _guest(snapshot, step)
    if vm is None:
        return None
    if vm.current_operations:
        return f"guest {vm.name_label} is busy: {', '.join(sorted(set(vm.current_operations.values())))}"
    if vm.scheduled_to_be_resident_on not in (NULL, "") and vm.scheduled_to_be_resident_on in snapshot.host:
        return f"guest {vm.name_label} is expected on host {snapshot.name(vm.scheduled_to_be_resident_on)}"
    return None


def strays(snapshot: Snapshot, step: s.AnyStep) -> tuple[Ref, ...]:
    """Unfinished tasks of the step's call that are nobody's yet: not tagged by a run, not at work on any guest.

    One of them may be ours, started a moment before a crash.
    """
    method = METHODS.get(type(step))
    owned = set(_at_work(snapshot.VM.values()))
    return tuple(
        task.ref
        for task in snapshot.task.values()
        if method is not None
        and task.status in PENDING
        and task.name_label.removeprefix("Async.") == method
        and RUN_TAG not in task.other_config
        and task.ref not in owned
    )


def _at_work(vms: Iterable[r.VM]) -> Iterable[str]:
    for vm in vms:
        yield from vm.current_operations


def _guest(snapshot: Snapshot, step: s.AnyStep) -> r.VM | None:
    thing: s.Thing | None = getattr(step, "guest", None)
    return guest(snapshot, thing) if thing else None
