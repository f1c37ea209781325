"""Is the end as promised? Judged on a fresh snapshot, never on a task's status.

Every guest of the plan must run exactly once, where it was promised, with its disks where they were promised; and a
guest that was moved live must still be the same start of the same guest.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import msgspec
from msgspec import Struct

from xenferry.plan import disks
from xenferry.plan import steps as s
from xenferry.plan.done import done, visible
from xenferry.plan.things import guest, host, seek
from xenferry.plan.words import summary
from xenferry.pool import records as r
from xenferry.pool.snapshot import Snapshot
from xenferry.runs.crossing import end as crossed


class Fact(Struct, frozen=True, kw_only=True):
    """A guest at one moment."""

    guest: s.Thing
    state: str
    """XAPI's power_state, or `gone`."""
    host: str = ""
    """Name of the host it runs on; empty when on none."""
    start_time: str = ""
    """When it was last started (VM_metrics.start_time); empty when unknown."""


class GuestProof(Struct, frozen=True, kw_only=True):
    """What became of one guest."""

    guest: s.Thing
    before: Fact | None
    after: Fact
    promised: str
    ok: bool
    restarted: bool | None
    """False: the same start time as before, it was never stopped. None: not known, or not running."""
    seconds: float | None
    """How long its steps took together; None when nothing had to be done."""
    answers_on: str = ""
    """The address on which it was heard before and is heard again; empty: it was not asked."""
    faults: tuple[str, ...] = ()


class Proof(Struct, frozen=True, kw_only=True):
    """The judgement at the end of a run."""

    ok: bool
    guests: tuple[GuestProof, ...]
    failures: tuple[str, ...]
    """Everything that is not as promised, in words; guests' faults included."""


def facts(snapshot: Snapshot, plan: s.Plan) -> tuple[Fact, ...]:
    """The guests of a plan as they are in this snapshot."""
    return tuple(fact(snapshot, thing) for thing in guests(plan))


def guests(plan: s.Plan) -> tuple[s.Thing, ...]:
    """The guests that a plan does something to, in its order."""
    return tuple(dict.fromkeys(step.guest for step in plan.steps if hasattr(step, "guest")))


def places(snapshot: Snapshot, plan: s.Plan) -> frozenset[r.Ref]:
    """The hosts on which the guests of a plan are, by XAPI's word."""
    found = (guest(snapshot, thing) for thing in guests(plan))
    return frozenset(vm.resident_on for vm in found if vm is not None and vm.resident_on in snapshot.host)


def fact(snapshot: Snapshot, thing: s.Thing) -> Fact:
    """One guest as it is in this snapshot."""
    vm = guest(snapshot, thing)
    if vm is None:
        return Fact(guest=thing, state="gone")
    metrics = snapshot.VM_metrics.get(vm.metrics)
    started = metrics.start_time if metrics and not metrics.start_time.startswith("1970") else ""
    where = snapshot.name(vm.resident_on) if vm.resident_on in snapshot.host else ""
    return Fact(guest=thing, state=vm.power_state, host=where, start_time=started)


def judge(
    plan: s.Plan,
    before: str,
    seconds: Mapping[str, float],
    snapshot: Snapshot,
    silent: frozenset[str] = frozenset(),
) -> Proof:
    """Hold the pool against the plan.

    Args:
        plan: what was promised.
        before: the facts noted when the run began, as JSON; empty when none were.
        seconds: step key -> how long it took.
        snapshot: the pool now, fresh.
        silent: references of hosts that did not answer: what XAPI says of their guests is only its last word.
    """
    silent |= {each.ref for each in snapshot.hosts if not _live(each, snapshot)}
    earlier = {each.guest: each for each in msgspec.json.decode(before, type=tuple[Fact, ...])} if before else {}
    proofs = tuple(_guest(plan, thing, earlier.get(thing), seconds, snapshot, silent) for thing in guests(plan))
    failures = [fault for proof in proofs for fault in proof.faults]
    failures += _hosts(plan, snapshot) + _others(plan, snapshot)
    return Proof(ok=not failures, guests=proofs, failures=tuple(failures))


def _guest(
    plan: s.Plan,
    thing: s.Thing,
    before: Fact | None,
    seconds: Mapping[str, float],
    snapshot: Snapshot,
    silent: frozenset[str],
) -> GuestProof:
    own = [step for step in plan.steps if getattr(step, "guest", None) == thing]
    crossing = crossed.crossing(own)
    now_in = crossed.home(crossing, snapshot)
    after = fact(now_in, thing)
    lost = _lost(thing, now_in, silent)
    restarted = None if lost else _restarted(before, after)
    placed = [*_placed(own, thing, snapshot), *_alone(thing, snapshot)] if crossing is None else []
    faults = [*placed, *(crossed.faults(crossing, own, snapshot) if crossing else ()), *lost]
    faults += _stopped(own, before, after)
    if restarted and all(_keeps_running(step) for step in own):
        faults.append(f"guest {thing.name} was restarted, although it was only to be moved")
    took = [seconds[step.key] for step in own if step.key in seconds]
    return GuestProof(
        guest=thing,
        before=before,
        after=after,
        promised=crossed.promise(crossing, own) if crossing else _promise(own),
        ok=not faults,
        restarted=restarted,
        seconds=sum(took) if took else None,
        faults=tuple(faults),
    )


def _live(record: r.Host, snapshot: Snapshot) -> bool:
    metrics = snapshot.host_metrics.get(record.metrics)
    return metrics is None or metrics.live


def _lost(thing: s.Thing, snapshot: Snapshot, silent: frozenset[str]) -> list[str]:
    """A guest on a host that does not answer: XAPI calls it running for ten minutes more, whatever became of it."""
    vm = guest(snapshot, thing)
    if vm is None or vm.power_state != "Running" or vm.resident_on not in silent:
        return []
    where = snapshot.name(vm.resident_on)
    return [f"whether guest {thing.name} runs is not known: {where}, where XAPI last saw it, does not answer"]


def _stopped(own: list[s.AnyStep], before: Fact | None, after: Fact) -> list[str]:
    """A guest whose place no step decides, only its disks or settings, goes on running."""
    ran = before is not None and before.state == "Running"
    if not ran or _last(own) is not None or not all(_keeps_running(step) for step in own):
        return []
    if after.state not in ("Halted", "Suspended") or any(isinstance(step, s.Cross) for step in own):
        return []
    return [f"guest {after.guest.name} ran before and is {after.state.lower()} now, which no step of this run wanted"]


def _last(own: list[s.AnyStep]) -> s.AnyStep | None:
    """The step that decides where the guest is in the end."""
    deciding = (s.Move, s.MoveWithDisks, s.Shutdown, s.Suspend, s.Start, s.Resume)
    return next((step for step in reversed(own) if isinstance(step, deciding)), None)


def _promise(own: list[s.AnyStep]) -> str:
    match _last(own):
        case s.Move() as step:
            return f"runs on {step.target.name}"
        case s.MoveWithDisks() as step:
            return f"runs on {step.target.name}" if step.source else "disks moved"
        case s.Start() | s.Resume() as step:
            return f"runs on {step.host.name}"
        case s.Shutdown():
            return "halted"
        case s.Suspend():
            return "suspended"
        case _:
            return "as before"


def _placed(own: list[s.AnyStep], thing: s.Thing, snapshot: Snapshot) -> list[str]:
    vm = guest(snapshot, thing)
    if vm is None:
        return [f"guest {thing.name} is not in the pool any more"]
    last, faults = _last(own), []
    if last is not None and not done(last, snapshot) and not _only_disks_differ(last, vm, snapshot):
        where = f" on {snapshot.name(vm.resident_on)}" if vm.resident_on in snapshot.host else ""
        faults.append(f"guest {thing.name} is {vm.power_state.lower()}{where}, promised was: {_promise(own)}")
    for step in own:
        places = (
            step.disks if isinstance(step, s.MoveWithDisks) else (step.disk,) if isinstance(step, s.MoveDisk) else ()
        )
        lost = [disk for disk in places if not disks.in_place(snapshot, vm, (disk,))]
        faults += [f"disk {disk.disk.name} of guest {thing.name} is not on SR {disk.target.name}" for disk in lost]
    return faults


def _only_disks_differ(last: s.AnyStep, vm: r.VM, snapshot: Snapshot) -> bool:
    """A move with disks whose guest is in place: what is wrong is said of the disks."""
    if not isinstance(last, s.MoveWithDisks):
        return False
    there = vm.power_state == "Running" and vm.resident_on == seek(snapshot, last.target)
    return last.source is None or there


def _alone(thing: s.Thing, snapshot: Snapshot) -> list[str]:
    """A guest is in exactly one host's list while it runs, and that host is the one its own record names."""
    vm = guest(snapshot, thing)
    if vm is None:
        return []
    holders = [each for each in snapshot.hosts if vm.ref in each.resident_VMs]
    expected = [each for each in snapshot.hosts if each.ref == vm.resident_on]
    if holders == expected:
        return []
    listed = ", ".join(each.name_label for each in holders) or "no host"
    named = ", ".join(each.name_label for each in expected) or "no host"
    return [f"guest {thing.name} is listed by {listed}, but its own record names {named}"]


def _restarted(before: Fact | None, after: Fact) -> bool | None:
    if before is None or before.state != "Running" or after.state != "Running":
        return None
    if not before.start_time or not after.start_time:
        return None
    return before.start_time != after.start_time


def _keeps_running(step: s.AnyStep) -> bool:
    gentle = (
        *(s.MoveVIF, s.FollowNIC, s.Move, s.MoveWithDisks, s.MoveDisk, s.Eject, s.SetMemory, s.SetTracking),
        s.Cross,
    )
    return isinstance(step, gentle)


def _hosts(plan: s.Plan, snapshot: Snapshot) -> list[str]:
    """Each host enabled or disabled as the plan's last word on it says."""
    last = {step.host: step for step in plan.steps if isinstance(step, s.Disable | s.Enable)}
    faults = []
    for thing, step in last.items():
        record = host(snapshot, thing)
        wanted = isinstance(step, s.Enable)
        if record is None or record.enabled is not wanted:
            is_now = "gone" if record is None else "enabled" if record.enabled else "disabled"
            faults.append(f"host {thing.name} is {is_now}, promised was: {'enabled' if wanted else 'disabled'}")
    return faults


def _others(plan: s.Plan, snapshot: Snapshot) -> list[str]:
    """The steps that are about neither guests nor a host's switch: connections, SRs, NICs, tickets."""
    lasting = (
        *(s.MoveVIF, s.PlugPBD, s.CreateSR, s.ForgetPIF, s.Reboot, s.ClearTicket, s.SetTicket),
        *(s.PlugPIF, s.CreatePBD, s.Set, s.SetMemory, s.SetTracking, s.SetDefaultSR),
        *(s.MakeBond, s.MakeVLAN, s.MakeTunnel, s.SetUpPIF, s.FollowNIC),
    )
    last = {_about(step): step for step in plan.steps}
    return [
        f"not so in the end: {summary(step)}"
        for step in plan.steps
        if isinstance(step, lasting) and visible(step) and not done(step, snapshot) and last[_about(step)] == step
    ]


def _about(step: s.AnyStep) -> Hashable:
    """What the step has the last word on, until a later one has: what was held is released again."""
    match step:
        case s.SetTicket() | s.ClearTicket():
            return "ticket", step.host
        case s.Set():
            return step.what, step.field, step.entry
        case s.SetDefaultSR():
            return "default SR"
        case _:
            return step.key


__all__ = ["Fact", "GuestProof", "Proof", "fact", "facts", "guests", "judge"]
