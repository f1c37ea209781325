"""The wish "on as few hosts as possible": which hosts could be switched off, and the moves that empty them.

The emptiest host goes first, because it costs the fewest moves; another joins as long as everybody on all of them finds
a place on those that stay, and as long as those that stay could still lose one of theirs. The coordinator stays.
Simplification: the fewest hosts are sought host by host, not by trying all sets of them; how many are needed at the
least, counted in memory alone, is said beside it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

from msgspec import Struct

from xenferry.plan import evacuate_room as tight
from xenferry.plan import forecast, room
from xenferry.plan import steps as s
from xenferry.plan.drain import drain
from xenferry.plan.evacuate import residents
from xenferry.plan.evacuate_policy import ANYWHERE, Targets, stays
from xenferry.plan.judgement import judge as usual
from xenferry.plan.mobility import Judge, Mobility
from xenferry.plan.pause import too_long
from xenferry.plan.placement import Item, place
from xenferry.pool import records as r
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot

SPARE = 1


class Kept(Struct, frozen=True):
    """Which hosts could be switched off, and why others could not."""

    off: tuple[Ref, ...]
    why_not: Mapping[Ref, str]
    """Host -> in words; those that were tried."""
    least: int
    """Hosts that the guests' memory fills at the least, whatever may go where."""


def consolidate(
    snapshot: Snapshot,
    *,
    spare: int = SPARE,
    network: Ref | None = None,
    judge: Judge = usual,
    model: forecast.Model = forecast.ASSUMED,
    targets: Targets = ANYWHERE,
) -> s.Plan:
    """Plan to empty as many hosts as can be, which stay disabled.

    Args:
        snapshot: the pool now.
        spare: of the hosts that stay, so many may fail, and their guests still find room on the others.
        network, judge, model: as for `evacuate.evacuate`.
        targets: hosts that stay as they are (`avoid`), and those that stay on rather than others (`prefer`).
    """
    found = choose(snapshot, judge(snapshot), spare, network, targets, model)
    notes = [_kept(snapshot, found)]
    notes += [f"host {snapshot.name(host)} stays on: {why}" for host, why in found.why_not.items()]
    names = ", ".join(snapshot.name(host) for host in found.off)
    if found.off:
        notes.append(f"could be switched off afterwards: {names}")
    wish = f"use as few hosts as possible: empty {names or 'none'}"
    return drain(
        snapshot, found.off, network=network, judge=judge, model=model, targets=targets, wish=wish, notes=notes
    )


def _kept(snapshot: Snapshot, found: Kept) -> str:
    kept = len(snapshot.hosts) - len(found.off)
    most = "1 host is" if found.least == 1 else f"{found.least} hosts are"
    return f"{kept} of {len(snapshot.hosts)} hosts stay on; {most} needed at the least by memory alone, none spare"


def choose(
    snapshot: Snapshot,
    mobility: Mobility,
    spare: int,
    network: Ref | None,
    targets: Targets,
    model: forecast.Model = forecast.ASSUMED,
) -> Kept:
    """The hosts that can be emptied together."""
    return _Choice(snapshot, mobility, spare, network, targets, model).made()


class _Choice:
    """The search, host by host."""

    def __init__(
        self,
        snapshot: Snapshot,
        mobility: Mobility,
        spare: int,
        network: Ref | None,
        targets: Targets,
        model: forecast.Model,
    ) -> None:
        self._network, self._model = network, model
        self._snapshot, self._mobility, self._targets = snapshot, mobility, targets
        self._into = tight.open_hosts(snapshot, HostSet(0), network, targets)
        self._free = room.free(snapshot)
        self._taste = tight.taste(snapshot, targets)
        pool = snapshot.pool
        self._failures = max(spare, pool.ha_host_failures_to_tolerate if pool.ha_enabled else 0)

    def made(self) -> Kept:
        off: list[Ref] = []
        why: dict[Ref, str] = {}
        for host in self._candidates():
            against = self._fixed(host) or self._without(HostSet.of(self._place(each) for each in (*off, host.ref)))
            if against:
                why[host.ref] = against
            else:
                off.append(host.ref)
        return Kept(tuple(off), why, self._least())

    def _place(self, host: Ref) -> int:
        return self._snapshot.place[host]

    def _candidates(self) -> list[r.Host]:
        """The emptiest first; the coordinator and those that shall be left alone never."""
        own = [host for host in self._snapshot.hosts if host.ref not in self._targets.avoid and self._lives(host)]
        own = [host for host in own if host.ref != self._snapshot.pool.master]
        return sorted(own, key=lambda host: (host.ref in self._targets.prefer, self._held(host), host.name_label))

    def _lives(self, host: r.Host) -> bool:
        metrics = self._snapshot.host_metrics.get(host.metrics)
        return host.enabled and (metrics is None or metrics.live)

    def _held(self, host: r.Host) -> int:
        return sum(room.held(vm) for vm in residents(self._snapshot, host.ref))

    def _fixed(self, host: r.Host) -> str:
        """A guest that no plan takes away."""
        for vm in residents(self._snapshot, host.ref):
            if stays(vm):
                return f"guest {vm.name_label} is tagged not to be moved"
            if slow := too_long(self._snapshot, vm, self._network, self._model):
                return slow
            if vm.power_state != "Running" or not self._may(vm, HostSet.of((self._place(host.ref),))):
                return f"guest {vm.name_label} can go nowhere; `xenferry check {vm.name_label}` says why"
        return ""

    def _may(self, vm: r.VM, closed: HostSet) -> HostSet:
        return HostSet(self._mobility.may(vm) & self._into & ~closed)

    def _items(self, guests: Iterable[r.VM], closed: HostSet) -> list[Item]:
        """These guests, and where they may go when those hosts are closed."""
        return [tight.item(self._snapshot, vm, self._may(vm, closed)) for vm in guests]

    def _on(self, hosts: HostSet) -> list[r.VM]:
        return [vm for host in self._snapshot.hosts_in(hosts) for vm in residents(self._snapshot, host.ref)]

    def _without(self, closed: HostSet) -> str:
        """Why the pool cannot do without these hosts; empty if it can."""
        items = self._items(self._on(closed), closed)
        spare = sum(free for at, free in enumerate(self._free) if at not in closed) - sum(item.holds for item in items)
        placed = place(items, self._free, self._taste) if spare >= 0 else {}
        if len(placed) < len(items):
            return "the others have no room for its guests"
        free = list(self._free)
        for item in items:
            free[placed[item.key]] -= item.holds
        if not self._bears(closed, placed, free):
            hosts = "one host" if self._failures == 1 else f"{self._failures} hosts"
            return f"without it the others could not bear the failure of {hosts}"
        return ""

    def _bears(self, closed: HostSet, placed: Mapping[Hashable, int], free: Sequence[int]) -> bool:
        """May the fullest hosts fail? Those of their guests that are not bound to them find room on the others."""
        kept = [host for host in self._snapshot.hosts if self._place(host.ref) not in closed]
        ranked = sorted(kept, key=lambda host: free[self._place(host.ref)] - self._size(host))
        lost = HostSet.of(self._place(host.ref) for host in ranked[: self._failures])
        gone = HostSet(closed | lost)
        arrived = [self._snapshot.VM[Ref(str(key))] for key, at in placed.items() if at in lost]
        mobile = [vm for vm in self._on(lost) if self._may(vm, HostSet.of((self._place(vm.resident_on),)))]
        homeless = self._items([*mobile, *arrived], gone)
        if sum(item.holds for item in homeless) > sum(each for at, each in enumerate(free) if at not in gone):
            return False
        left = [0 if at in gone else each for at, each in enumerate(free)]
        return len(place(homeless, left)) == len(homeless)

    def _size(self, host: r.Host) -> int:
        return self._held(host) + self._free[self._place(host.ref)]

    def _least(self) -> int:
        """The biggest hosts, until all guests' memory is covered."""
        wanted = sum(self._held(host) for host in self._snapshot.hosts)
        for count, each in enumerate(sorted((self._size(host) for host in self._snapshot.hosts), reverse=True), 1):
            wanted -= each
            if wanted <= 0:
                return count
        return len(self._snapshot.hosts)
