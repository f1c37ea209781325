"""The wish "move these guests": live where the pool allows it, with disks where they are out of reach, cold if asked.

Disks move only when they must (the target cannot see them) or when an SR was named, and the plan says how many bytes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from xenferry.plan import disks, forecast, room, storage
from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.judgement import judge as usual
from xenferry.plan.mobility import (
    Judge,
    Mobility,
    Reason,
    doubts,
    in_words,
    network_refusal,
    obstacles,
    refusals,
    supposing_halted,
)
from xenferry.plan.words import size
from xenferry.pool import records as r
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot


class Way(Struct, frozen=True):
    """A host that a guest could go to, the disks that would move (VDI -> SR), and what is against it."""

    host: r.Host
    disks: Mapping[Ref, Ref]
    rules: tuple[Reason, ...]
    """What the rules have against it; these sentences name the host."""
    own: tuple[Reason, ...]
    """What speaks against it besides: disks, the migration network, memory after the plan's other moves."""

    @property
    def against(self) -> tuple[Reason, ...]:
        """Everything."""
        return (*self.rules, *self.own)


def migrate(
    snapshot: Snapshot,
    guests: Sequence[Ref],
    *,
    target: Ref | None = None,
    sr: Ref | None = None,
    network: Ref | None = None,
    cold: bool = False,
    model: forecast.Model = forecast.ASSUMED,
    judge: Judge = usual,
) -> s.Plan:
    """Plan to move guests.

    Args:
        snapshot: the pool now.
        guests: references of the guests.
        target: the host to go to; without it the best one is chosen for each guest.
        sr: the SR all their disks shall be on afterwards; without it disks stay where they are if they can.
        network: the network that migrations shall use.
        cold: shut running guests down, move them, start them on the target.
        model: how long moves take on this pool.
        judge: makes the judgement of a snapshot.

    Raises:
        KeyError: a reference is not in the snapshot.
    """
    asking = _Asking(snapshot, target, sr, network)
    draft = Draft(snapshot, asking.wish(guests, cold), network, model=model)
    running = frozenset(ref for ref in guests if snapshot.VM[ref].power_state == "Running")
    asleep = _Asleep(asking, running, judge)
    mobility = asleep.mobility if cold else judge(snapshot)
    for ref in dict.fromkeys(guests):
        vm = snapshot.VM[ref]
        missing = disks.unseen(snapshot, vm)
        if missing:
            text = f"guest {vm.name_label} cannot be judged: the record of {missing} was not read"
            draft.leave(vm, text, ("read the pool again",))
        elif vm.power_state == "Paused":
            draft.leave(vm, f"guest {vm.name_label} is paused; XAPI moves no paused guest", ("unpause it",))
        elif vm.power_state != "Running":
            _resting(draft, asking, mobility, vm)
        elif cold:
            _cold(draft, asking, mobility, vm, asleep.pool.VM[ref])
        else:
            _live(draft, asking, mobility, vm, asleep)
    return draft.finish()


class _Asking(Struct, frozen=True):
    """What was wished for."""

    snapshot: Snapshot
    target: Ref | None
    sr: Ref | None
    network: Ref | None

    def wish(self, guests: Iterable[Ref], cold: bool) -> str:
        named = ", ".join(self.snapshot.VM[ref].name_label for ref in guests)
        to = f" to host {self.snapshot.host[self.target].name_label}" if self.target else ""
        on = f" with disks on SR {self.snapshot.SR[self.sr].name_label}" if self.sr else ""
        via = f" over network {self.snapshot.network[self.network].name_label}" if self.network else ""
        return f"migrate {named}{to}{on}{via}{', shut down meanwhile' if cold else ''}"

    def hosts(self, vm: r.VM) -> tuple[r.Host, ...]:
        """The hosts in question: the one named; for a change of SR alone the guest's own if it sees the SR."""
        if self.target:
            return (self.snapshot.host[self.target],)
        own = self.snapshot.host.get(vm.resident_on)
        if self.sr and own and self.snapshot.place[own.ref] in self.snapshot.with_sr_plugged.get(self.sr, ()):
            return (own,)
        return tuple(host for host in self.snapshot.hosts if host != own)

    def moving(self, vm: r.VM, host: r.Host) -> dict[Ref, Ref]:
        """VDI -> SR of the disks that move: to the SR named, else those that the host named cannot see."""
        if self.sr:
            return {vdi.ref: self.sr for _, vdi in disks.drives(self.snapshot, vm) if self.sr != vdi.SR}
        lost = storage.unreachable(self.snapshot, vm, host) if self.target else ()
        coming = sum(disks.present_bytes(self.snapshot, vdi) for vdi in lost)
        chosen = storage.choose_sr(self.snapshot, host, coming) if lost else None
        return {vdi.ref: chosen.ref for vdi in lost} if chosen else {}


class _Asleep:
    """The pool as it is once the guests are shut down; judged only when that is asked for."""

    def __init__(self, asking: _Asking, guests: Collection[Ref], judge: Judge) -> None:
        self._asking, self._guests, self._judge = asking, guests, judge

    @cached_property
    def pool(self) -> Snapshot:
        return supposing_halted(self._asking.snapshot, self._guests)

    @cached_property
    def mobility(self) -> Mobility:
        return self._judge(self.pool)

    def offer(self, draft: Draft, vm: r.VM) -> tuple[str, ...]:
        """The choice of a cold move for a guest that cannot go running, if that is one."""
        if "clean_shutdown" not in vm.allowed_operations:
            return ()
        way = best(draft, _cold_ways(draft, self._asking, self.mobility, vm, self.pool.VM[vm.ref]))
        return ("move it while it is shut down (--cold)",) if way else ()


def _ways(draft: Draft, asking: _Asking, mobility: Mobility, vm: r.VM) -> list[Way]:
    return [_way(draft, asking, mobility, vm, host) for host in asking.hosts(vm)]


def _way(draft: Draft, asking: _Asking, mobility: Mobility, vm: r.VM, host: r.Host) -> Way:
    moving = asking.moving(vm, host)
    against = list[Reason]()
    if moving:
        against += [Reason((), text) for text in storage.refusals(asking.snapshot, vm, host, moving)]
        lost = storage.unreachable(asking.snapshot, vm, host)
        against += [_out_of_reach(asking.snapshot, vdi) for vdi in lost if vdi.ref not in moving]
    if vm.power_state == "Running":
        against += network_refusal(asking.snapshot, asking.network, host)
    if not draft.has_room(vm, host.ref):
        against.append(_no_room(draft, vm, host))
    return Way(host, moving, obstacles(mobility, vm, host, with_disks=bool(moving)), tuple(against))


def _out_of_reach(snapshot: Snapshot, vdi: r.VDI) -> Reason:
    text = f"disk {vdi.name_label or vdi.uuid} is on SR {snapshot.name(vdi.SR)}, which the host does not see"
    return Reason(("VM_REQUIRES_SR", vdi.ref, vdi.SR), text)


def _no_room(draft: Draft, vm: r.VM, host: r.Host) -> Reason:
    needs, free = room.needed(draft.snapshot, vm), draft.free[draft.snapshot.place[host.ref]]
    text = f"the guest needs {size(needs)} of memory there, {size(max(0, free))} is left"
    return Reason(("HOST_NOT_ENOUGH_FREE_MEMORY", str(needs), str(free)), text, ("free memory on that host",))


def best(draft: Draft, ways: Sequence[Way]) -> Way | None:
    """The way with nothing against it, fewest disks to move, most memory left; None if there is none."""
    place = draft.snapshot.place
    good = [way for way in ways if not way.against]
    return min(good, key=lambda way: (len(way.disks), -draft.free[place[way.host.ref]]), default=None)


def _refuse(draft: Draft, mobility: Mobility, vm: r.VM, ways: Sequence[Way], *extra: str) -> None:
    place = draft.snapshot.place
    refusing = HostSet.of(place[way.host.ref] for way in ways if way.rules)
    said = refusals(mobility, vm, refusing, with_disks=all(way.disks for way in ways))
    own = in_words([(way.host.name_label, way.own) for way in ways])
    cures = tuple(dict.fromkeys(cure for way in ways for each in way.own for cure in each.cures))
    reasons = [*(s.Hindrance(each.text, each.cures) for each in said), *([s.Hindrance(own, cures)] if own else [])]
    draft.leave(vm, reasons or "the pool has no other host", extra)


def _doubt(draft: Draft, mobility: Mobility, vm: r.VM, host: r.Host) -> None:
    for text in doubts(mobility, vm, host):
        draft.note(f"not known from here: {text}")


def _live(draft: Draft, asking: _Asking, mobility: Mobility, vm: r.VM, asleep: _Asleep) -> None:
    if asking.target == vm.resident_on and not asking.moving(vm, asking.snapshot.host[vm.resident_on]):
        draft.note(f"guest {vm.name_label} already runs on host {draft.host(vm.resident_on).name}: nothing to do")
        return
    if asking.sr and not asking.target and not asking.moving(vm, asking.snapshot.host[vm.resident_on]):
        draft.note(f"all disks of guest {vm.name_label} already are on the SR wished for: nothing to do")
        return
    ways = _ways(draft, asking, mobility, vm)
    way = best(draft, ways)
    if way is None:
        _refuse(draft, mobility, vm, ways, *_offer_disks(draft, asking, mobility, vm), *asleep.offer(draft, vm))
        return
    _doubt(draft, mobility, vm, way.host)
    if way.disks:
        _with_disks(draft, vm, way, source=draft.host(vm.resident_on))
    else:
        draft.move(vm, way.host.ref)


def _offer_disks(draft: Draft, asking: _Asking, mobility: Mobility, vm: r.VM) -> tuple[str, ...]:
    """The choice of a host to which the guest could go with its disks, where none was named."""
    if asking.target or asking.sr:
        return ()
    ways = (_way(draft, replace(asking, target=host.ref), mobility, vm, host) for host in asking.hosts(vm))
    way = best(draft, list(ways))
    return (f"name the host, and its disks go along: --to {way.host.name_label}",) if way else ()


def _resting(draft: Draft, asking: _Asking, mobility: Mobility, vm: r.VM) -> None:
    ways = _ways(draft, asking, mobility, vm)
    way = best(draft, ways)
    if way is None:
        _refuse(draft, mobility, vm, ways)
    elif way.disks:
        _with_disks(draft, vm, way, source=None)
    else:
        names = ", ".join(each.host.name_label for each in ways if not each.against)
        state, verb = ("suspended", "resume") if vm.power_state == "Suspended" else ("halted", "start")
        draft.note(f"guest {vm.name_label} is {state} and its disks stay: nothing to move; it may {verb} on {names}")


def _cold_ways(draft: Draft, asking: _Asking, mobility: Mobility, vm: r.VM, halted: r.VM) -> list[Way]:
    """To another host, or on its own with its disks elsewhere."""
    ways = _ways(draft, asking, mobility, halted)
    return [each for each in ways if each.host.ref != vm.resident_on or each.disks]


def _cold(draft: Draft, asking: _Asking, mobility: Mobility, vm: r.VM, halted: r.VM) -> None:
    ways = _cold_ways(draft, asking, mobility, vm, halted)
    way = best(draft, ways)
    if way is None:
        _refuse(draft, mobility, halted, ways)
        return
    if "clean_shutdown" not in vm.allowed_operations:
        text = f"guest {vm.name_label} cannot be shut down cleanly by XAPI now; usually its guest tools do not run"
        draft.leave(vm, text, ("shut it down from inside, then give the same command again",))
        return
    guest, own = draft.guest(vm), draft.host(vm.resident_on)
    off = s.Forecast(seconds=forecast.SHUTDOWN_SECONDS)
    last = draft.add(s.Shutdown(key=f"shutdown-{vm.uuid}", guest=guest, host=own, forecast=off))
    if way.disks:
        last = _with_disks(draft, halted, way, source=None, after=(last,))
    draft.take(vm, way.host.ref)
    copied = sum(disk.bytes for disk in disks.placed(draft.snapshot, vm, way.disks))
    pause = forecast.START_SECONDS + copied * 8 / forecast.DISK_BITS
    on = s.Forecast(seconds=forecast.START_SECONDS, pause_seconds=pause)
    there = draft.host(way.host.ref)
    draft.add(s.Start(key=f"start-{vm.uuid}", after=(last,), guest=guest, host=there, forecast=on))


def _with_disks(draft: Draft, vm: r.VM, way: Way, source: s.Thing | None, after: tuple[str, ...] = ()) -> str:
    placed = disks.placed(draft.snapshot, draft.snapshot.VM[vm.ref], way.disks)
    moving = sum(disk.bytes for disk in placed)
    key = f"move-{vm.uuid}"
    if vm.resident_on == way.host.ref:
        after = (*after, *draft.pass_through(vm, key))
    elif vm.resident_on != NULL:
        draft.take(vm, way.host.ref)
    step = s.MoveWithDisks(
        key=key,
        after=after,
        guest=draft.guest(vm),
        source=source,
        target=draft.host(way.host.ref),
        disks=placed,
        network=draft.via(),
        forecast=forecast.of_move_with_disks(draft.snapshot, vm, way.host.ref, moving, draft.network),
    )
    return draft.add(step)
