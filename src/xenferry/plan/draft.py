"""A plan while it is made: steps, guests left behind, notes; and the account of memory that its moves change."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from xenferry.plan import forecast, pause, room
from xenferry.plan import steps as s
from xenferry.plan.evacuate_policy import stays
from xenferry.plan.forecast import compression
from xenferry.plan.schedule.arrange import arrange
from xenferry.plan.schedule.limits import Limits
from xenferry.plan.things import thing
from xenferry.pool import records as r
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot


class Draft:
    """Collects; `finish` makes the immutable plan."""

    def __init__(
        self,
        snapshot: Snapshot,
        wish: str,
        network: Ref | None = None,
        empties: Ref | None = None,
        deed: str = s.MOVED,
        model: forecast.Model = forecast.ASSUMED,
    ) -> None:
        self.snapshot = snapshot
        self.wish = wish
        self.deed = deed
        self.network = network
        self.empties = empties
        self.model = model
        self.free = room.free(snapshot)
        """Bytes free per host as the plan's moves leave it; what leaves a host is not given back before the end."""
        self._passing: dict[Ref, list[tuple[str, int]]] = {}
        self._steps: list[s.AnyStep] = []
        self._keys: set[str] = set()
        self._left: list[s.Left] = []
        self._notes: list[str] = []

    def add(self, step: s.AnyStep) -> str:
        """Take the step into the plan; its key."""
        self._steps.append(step)
        self._keys.add(step.key)
        return step.key

    def add_once(self, step: s.AnyStep) -> None:
        """The same, unless a step of this key is there: several findings may have one remedy."""
        if step.key not in self._keys:
            self.add(step)

    @property
    def count(self) -> int:
        """How many steps there are so far."""
        return len(self._steps)

    def keys_since(self, count: int) -> tuple[str, ...]:
        """The keys of the steps added since there were so many."""
        return tuple(step.key for step in self._steps[count:])

    def leave(self, vm: r.VM, why: str | Sequence[s.Hindrance], choices: tuple[str, ...] = ()) -> None:
        """The plan does not move this guest; every cure of a reason is a choice too."""
        self.leave_thing(self.guest(vm), why, choices)

    def leave_thing(self, what: s.Thing, why: str | Sequence[s.Hindrance], choices: tuple[str, ...] = ()) -> None:
        """The same of any object."""
        reasons = (s.Hindrance(why),) if isinstance(why, str) else tuple(why)
        told = "; ".join(each.text.removesuffix(".") for each in reasons)
        cures = (cure for each in reasons for cure in each.cures)
        offered = tuple(dict.fromkeys((*choices, *cures)))
        self._left.append(s.Left(guest=what, reason=told, choices=offered, reasons=reasons))

    def note(self, text: str) -> None:
        """Something that the person who approves should know."""
        self._notes.append(text)

    def take(self, vm: r.VM, host: Ref) -> None:
        """From now on the guest's memory counts on this host."""
        self.free[self.snapshot.place[host]] -= room.held(vm)

    def has_room(self, vm: r.VM, host: Ref) -> bool:
        """Would XAPI let the guest in, memory alone considered, after the moves planned so far?

        A guest that stays on its host while its disks move needs its memory there a second time, but only meanwhile:
        it may wait until others that do the same are done.
        """
        passing = self._passing.get(host, []) if host == vm.resident_on else []
        free = self.free[self.snapshot.place[host]] + sum(held for _, held in passing)
        return free >= room.needed(self.snapshot, vm)

    def pass_through(self, vm: r.VM, key: str) -> tuple[str, ...]:
        """Count the guest's memory on its own host a second time while step `key` runs; the steps it waits for."""
        place, passing = self.snapshot.place[vm.resident_on], self._passing.setdefault(vm.resident_on, [])
        first: tuple[str, ...] = ()
        if self.free[place] < room.needed(self.snapshot, vm):
            first = tuple(key for key, _ in passing)
            self.free[place] += sum(held for _, held in passing)
            passing.clear()
        passing.append((key, room.held(vm)))
        self.free[place] -= room.held(vm)
        return first

    def bound(self, vm: r.VM) -> bool:
        """Is the guest never to be moved for others' sake: by its tags, or because it would stand still too long?"""
        return stays(vm) or bool(self.too_long(vm))

    def too_long(self, vm: r.VM) -> str:
        """Why it would stand still longer than it may, in a sentence; empty if not."""
        return pause.too_long(self.snapshot, vm, self.network, self.model)

    def guest(self, vm: r.VM) -> s.Thing:
        return thing(self.snapshot, "VM", vm.ref)

    def host(self, ref: Ref) -> s.Thing:
        return thing(self.snapshot, "host", ref)

    def via(self) -> s.Thing | None:
        """The migration network, where one was wished for."""
        return thing(self.snapshot, "network", self.network) if self.network else None

    def move(self, vm: r.VM, target: Ref, after: tuple[str, ...] = (), source: Ref | None = None) -> str:
        """Plan a live move without disks; its key. `source`: where the guest is by then, if not where it is now."""
        self.take(vm, target)
        ends = (source or vm.resident_on, target)
        compress = compression.asks(self.snapshot, vm, *ends, self.network)
        step = s.Move(
            key=self._fresh(f"move-{vm.uuid}"),
            after=after,
            guest=self.guest(vm),
            source=self.host(ends[0]),
            target=self.host(target),
            network=self.via(),
            compress=compress,
            pause_limit=pause.limit(self.snapshot, vm),
            forecast=forecast.of_move(self.snapshot, vm, target, self.network, self.model, source, compress),
        )
        return self.add(step)

    def _fresh(self, key: str) -> str:
        """A key that no step has yet: a guest may move more than once."""
        number, fresh = 1, key
        while fresh in self._keys:
            number += 1
            fresh = f"{key}-{number}"
        return fresh

    def finish(self, limits: Limits | None = None) -> s.Plan:
        """The plan: steps in the order in which they may start, with its totals and the forecast's assumptions.

        `limits`: how much may happen at once, if it is not this pool's links alone that say so.
        """
        limits = limits or forecast.limits(self.snapshot, self.network)
        arranged = arrange(self._steps, limits, lambda steps, times: forecast.refined(steps, times, self.model))
        return s.Plan(
            wish=self.wish,
            pool=s.Thing("pool", self.snapshot.pool.uuid, self.snapshot.pool.name_label),
            made_at=self.snapshot.taken_at,
            steps=arranged.steps,
            left=tuple(self._left),
            notes=(*self._notes, *forecast.risks(self.snapshot, arranged.steps), *self._assumed(arranged.steps)),
            totals=arranged.totals,
            limits=limits,
            at_least_seconds=arranged.at_least_seconds,
            empties=self.host(self.empties) if self.empties else None,
            deed=self.deed,
        )

    def _assumed(self, steps: Sequence[s.AnyStep]) -> tuple[str, ...]:
        return forecast.assumptions(self.snapshot, steps, self.network, self.model)


def timed(step: s.AnyStep, seconds: float) -> s.AnyStep:
    """The step with a forecast of so many seconds and no bytes."""
    return replace(step, forecast=s.Forecast(seconds=seconds))


__all__ = ["Draft", "timed"]
