"""The wish "take these guests into another pool": each to a host there that has room, its disks and interfaces mapped.

Live where XAPI allows it; with `cold` guests are shut down, taken over and started there. Guests that are shut down or
suspended go as they are. Nothing is moved within the other pool to make room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from msgspec import structs

from xenferry.plan import disks, forecast, room
from xenferry.plan import steps as s
from xenferry.plan.crossing import cost as cross_cost
from xenferry.plan.crossing import load as cross_load
from xenferry.plan.crossing import notes as cross_notes
from xenferry.plan.crossing import wave as cross_wave
from xenferry.plan.crossing.lane import Lanes
from xenferry.plan.crossing.way import Maps, Rooms, Ways, blocking, reasons, sr_choices, ways
from xenferry.plan.draft import Draft
from xenferry.plan.placement import Item
from xenferry.plan.things import thing
from xenferry.plan.words import size
from xenferry.pool import records as r
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.crossings import why
from xenferry.rules.facts import memory
from xenferry.rules.journey import Journey, as_halted, to_pool

COLD = "move it while it is shut down (--cold)"


def cross(
    here: Snapshot,
    there: Snapshot,
    guests: Sequence[Ref],
    *,
    configured: str = "",
    target: Ref | None = None,
    maps: Maps | None = None,
    cold: bool = False,
) -> s.Plan:
    """Plan to take guests into another pool.

    Args:
        here: the pool that they are in, now.
        there: the pool that they shall be in, now.
        guests: references of the guests.
        configured: the name of the other pool in the configuration, by which a run finds it.
        target: the host there; without it the best one is chosen for each guest.
        maps: SRs and networks there, as a person chose; see `rules.journey.to_pool` for what is missing.
        cold: shut running guests down, take them over, start them there.

    Raises:
        KeyError: a reference is not in its snapshot.
    """
    return _Crossing(here, there, configured, target, maps or Maps(), cold).plan(tuple(dict.fromkeys(guests)))


class _Crossing:
    """One plan in the making."""

    def __init__(
        self, here: Snapshot, there: Snapshot, configured: str, target: Ref | None, maps: Maps, cold: bool
    ) -> None:
        self.here, self.there, self.maps, self.cold = here, there, maps, cold
        self.hosts = (there.host[target],) if target else there.hosts
        self.target = target
        self.configured = configured
        self.rooms = Rooms(there)
        self.sayings = cross_notes.Sayings()
        self.pool = thing(there, "pool", there.pool.ref)
        self.crowd: Counter[Ref] = Counter()
        self.limits = cross_cost.limits(here, there, self.maps.via)
        self.lanes = Lanes(self.limits)
        self.crowded = False
        """Whether somebody found no memory."""

    def plan(self, guests: tuple[Ref, ...]) -> s.Plan:
        """Judge everybody, then place those who may go, then write their steps."""
        self.draft = Draft(self.here, self._wish(guests))
        running = [self.here.VM[ref] for ref in guests if self.here.VM[ref].power_state == "Running"]
        self.halted = as_halted(self.here, running)
        judged = [found for ref in guests if (found := self._judge(self.here.VM[ref])) is not None]
        placed = self._placed(judged)
        for each in judged:
            if each.vm.ref in placed:
                self._take_over(each, self.there.hosts[placed[each.vm.ref]])
        return self._finish()

    def _wish(self, guests: Sequence[Ref]) -> str:
        everybody = len(guests) > 1 and set(guests) == {vm.ref for vm in self.here.guests}
        named = ", ".join(self.here.VM[ref].name_label for ref in guests)
        what = f"all {len(guests)} guests" if everybody else named or "nobody"
        to = f"host {self.there.host[self.target].name_label} of " if self.target else ""
        via = f" over its network {self.there.name(self.maps.via)}" if self.maps.via != NULL else ""
        return f"migrate {what} to {to}pool {self.pool.name}{via}{', shut down meanwhile' if self.cold else ''}"

    # --- who may go -------------------------------------------------------------------------------------------

    def _view(self, vm: r.VM) -> Snapshot:
        """The pool here, with the guest as it will be when it goes."""
        return self.halted if self._shut_down(vm) else self.here

    def _shut_down(self, vm: r.VM) -> bool:
        return self.cold and self.here.VM[vm.ref].power_state == "Running"

    def _judge(self, vm: r.VM) -> Ways | None:
        """The ways of a guest; None if there is none, which the plan then says."""
        missing = disks.unseen(self.here, vm)
        if missing or not self.hosts:
            why_not = f"guest {vm.name_label} cannot be judged: the record of {missing} was not read"
            nobody = f"guest {vm.name_label} finds no host: none of pool {self.pool.name} was read"
            self.draft.leave(vm, why_not if missing else nobody, ("read the pool again",))
            return None
        if self._shut_down(vm) and "clean_shutdown" not in vm.allowed_operations:
            text = f"guest {vm.name_label} cannot be shut down cleanly by XAPI now; usually its guest tools do not run"
            self.draft.leave(vm, text, ("shut it down from inside, then give the same command again",))
            return None
        found = self._ways(self._view(vm), vm)
        if not found.open:
            self.draft.leave(vm, reasons(self.there, found), (COLD,) if self._would_go_cold(vm) else ())
            return None
        return found

    def _ways(self, view: Snapshot, vm: r.VM) -> Ways:
        return ways(view, view.VM[vm.ref], self.there, self.hosts, self.maps)

    def _would_go_cold(self, vm: r.VM) -> bool:
        return vm.power_state == "Running" and not self.cold and bool(self._ways(self.halted, vm).open)

    # --- where they go ----------------------------------------------------------------------------------------

    def _placed(self, judged: Sequence[Ways]) -> dict[Ref, int]:
        """Guest -> position of its host. Those that need memory there come first; the others only need its SRs."""
        hungry = [each for each in judged if self.here.VM[each.vm.ref].power_state == "Running"]
        placed, proof = cross_wave.settle(self.here, [self._item(each) for each in hungry], room.free(self.there))
        for each in hungry:
            if each.vm.ref not in placed:
                self._no_memory(each, proof)
        self.crowded = len(placed) < len(hungry)
        for each in judged:
            if self.here.VM[each.vm.ref].power_state != "Running":
                placed[each.vm.ref] = self._quietest(each.open)
        return placed

    def _item(self, each: Ways) -> Item:
        """A running guest as placement sees it; one that is shut down is started there in the end."""
        vm = self.here.VM[each.vm.ref]
        return Item(
            key=vm.ref, needs=memory.needed(self.there, vm), holds=room.held(vm), may=each.open, vcpus=vm.VCPUs_max
        )

    def _no_memory(self, each: Ways, proof: str) -> None:
        vm, free = self.here.VM[each.vm.ref], room.free(self.there)
        most = max((free[place] for place in each.open), default=0)
        needs = memory.needed(self.there, vm)
        others = f", and other guests of this plan go there, too{f' ({proof})' if proof else ''}"
        text = (
            f"guest {vm.name_label} finds no room in pool {self.pool.name}: it needs {size(needs)} of memory, the host "
            f"that takes it and has most has {size(max(0, most))} free{others if needs <= most else ''}"
        )
        cures = (
            f"free memory in pool {self.pool.name}, or give it a host that this plan empties; then give the same "
            "command again",
            *(() if self.cold else ("shut the guest down first: it then goes without memory",)),
        )
        self.draft.leave(vm, [s.Hindrance(text, cures)])

    def _quietest(self, hosts: HostSet) -> int:
        """The host to which the fewest such guests went: XAPI sends their disks through it."""
        best = min(hosts, key=lambda place: (self.crowd[self.there.hosts[place].ref], place))
        self.crowd[self.there.hosts[best].ref] += 1
        return best

    # --- their steps ------------------------------------------------------------------------------------------

    def _take_over(self, each: Ways, host: r.Host) -> None:
        vm = self.here.VM[each.vm.ref]
        j = self._journey(vm, host)
        if isinstance(j, s.Hindrance):
            self.draft.leave(vm, [j])
            return
        self.rooms.take(j)
        self.sayings.take(j)
        for text in cross_notes.doubts(why(j)):
            self.draft.note(text)
        if not self._shut_down(vm):
            self.draft.add(self._step(j, ()))
            return
        cost, off = cross_cost.of_crossing(j), s.Forecast(seconds=forecast.SHUTDOWN_SECONDS)
        seconds, key = off.seconds + cost.seconds, f"cross-{vm.uuid}"
        first = self.lanes.wait_for(host.ref, host.uuid, cost.bits_per_second, seconds, key)
        guest, own, toward = self.draft.guest(vm), self.draft.host(vm.resident_on), self._destination(host)
        down = s.Shutdown(key=f"shutdown-{vm.uuid}", after=first, guest=guest, host=own, toward=toward, forecast=off)
        step = self._step(j, (self.draft.add(down),))
        self.draft.add(step)
        self._start(j, step)

    def _journey(self, vm: r.VM, host: r.Host) -> Journey | s.Hindrance:
        """The first choice of SRs that has room, after all guests before this one."""
        view, refusal = self._view(vm), None
        for srs in sr_choices(view, vm, self.there, self.maps):
            blank = to_pool(view, view.VM[vm.ref], self.there, host, srs=srs, networks=self.maps.networks)
            j = replace(blank, via=self.maps.via)
            if blocking(why(j)):
                continue
            short = self.rooms.short(j)
            if short is None:
                return j
            refusal = refusal or short
        assert refusal is not None  # the first choice without objections was found before
        sr, coming, left = refusal
        text = (
            f"guest {vm.name_label} needs {size(coming)} on SR {sr.name_label} of pool {self.pool.name}, and "
            f"{size(max(0, left))} is left there after the guests before it"
        )
        return s.Hindrance(text, (f"Free {size(coming - left)} on that SR, or name another one with `--sr`.",))

    def _step(self, j: Journey, after: tuple[str, ...]) -> s.Cross:
        resident = j.vm.resident_on in self.here.host
        return s.Cross(
            key=f"cross-{j.vm.uuid}",
            after=after,
            guest=self.draft.guest(j.vm),
            source=self.draft.host(j.vm.resident_on) if resident and j.vm.power_state == "Running" else None,
            there=self._destination(j.host),
            cargo=tuple(cross_load.cargo(j)),
            links=tuple(cross_load.links(j)),
            forecast=cross_cost.of_crossing(j),
        )

    def _destination(self, host: r.Host) -> s.Destination:
        return s.Destination(
            configured=self.configured,
            pool=self.pool,
            host=thing(self.there, "host", host.ref),
            network=thing(self.there, "network", self.maps.via) if self.maps.via != NULL else None,
        )

    def _start(self, j: Journey, step: s.Cross) -> None:
        pause = forecast.START_SECONDS + step.forecast.seconds
        cost = s.Forecast(seconds=forecast.START_SECONDS, pause_seconds=pause)
        key = f"start-{j.vm.uuid}"
        self.draft.add(s.StartThere(key=key, after=(step.key,), guest=step.guest, there=step.there, forecast=cost))

    def _finish(self) -> s.Plan:
        made = self.draft.finish(self.limits)
        gone = {step.guest.uuid for step in made.steps if isinstance(step, s.Cross)}
        empty = cross_wave.emptied(self.here, gone) if self.crowded else ()
        own = (
            *cross_notes.of_empty(tuple(empty), self.pool),
            *self.sayings.lines(),
            *cross_notes.of_all(made.steps, self.pool),
            *cross_cost.assumptions(made.steps),
        )
        return structs.replace(made, notes=(*made.notes, *own))
