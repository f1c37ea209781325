"""The wish "use the hosts alike": few moves that even out memory and CPUs, each with room when its turn comes.

What counts is what XAPI reserves, not what guests do at this minute: the plan is good for weeks, not for a peak.
"""

from __future__ import annotations

from msgspec import Struct

from xenferry.plan import evacuate_room as tight
from xenferry.plan import forecast
from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.evacuate_policy import ANYWHERE, Targets
from xenferry.plan.judgement import judge as usual
from xenferry.plan.mobility import Judge
from xenferry.plan.placement import Item
from xenferry.plan.placement.item import linked
from xenferry.plan.rebalance_moves import NEVER, Levelled, level
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot


class _Open(Struct, frozen=True):
    """The hosts that take part, by their position in the pool."""

    places: tuple[int, ...]

    def inside(self, hosts: HostSet) -> HostSet:
        """A set of the pool's hosts as one of these."""
        return HostSet.of(number for number, place in enumerate(self.places) if place in hosts)


def rebalance(
    snapshot: Snapshot,
    *,
    most: int | None = None,
    network: Ref | None = None,
    judge: Judge = usual,
    model: forecast.Model = forecast.ASSUMED,
    targets: Targets = ANYWHERE,
) -> s.Plan:
    """Plan to even out the load of all hosts that take guests.

    Args:
        snapshot: the pool now.
        most: moves at most; None: as many as are worth it.
        network: the network that migrations shall use.
        judge: makes the judgement of a snapshot.
        model: how long moves take on this pool.
        targets: hosts that are left alone (`avoid`).
    """
    draft = Draft(snapshot, "use the hosts alike", network, model=model)
    mobility = judge(snapshot)
    into = tight.open_hosts(snapshot, HostSet(0), network, targets)
    part = _Open(tuple(place for place in into if snapshot.hosts[place].enabled))
    number = {place: at for at, place in enumerate(part.places)}
    items: list[Item] = []
    for vm in snapshot.guests:
        at = number.get(snapshot.place.get(vm.resident_on, -1))
        if at is not None:
            stay = vm.power_state != "Running" or draft.bound(vm)
            may = HostSet(0) if stay else part.inside(mobility.may(vm)) - (1 << at)
            items.append(tight.item(snapshot, vm, may, at))
    free = [draft.free[place] for place in part.places]
    cores = [tight.cores(snapshot.hosts[place]) for place in part.places]
    found = level(items, free, cores, NEVER if most is None else most)
    keys: list[str] = []
    for hop in linked(found.hops, {item.key: item for item in items}, free):
        vm, hosts = snapshot.VM[Ref(str(hop.key))], snapshot.hosts
        source = hosts[part.places[hop.source]].ref if hop.source is not None else vm.resident_on
        before = tuple(keys[other] for other in hop.after)
        keys.append(draft.move(vm, hosts[part.places[hop.target]].ref, before, source))
    if part.places:
        _say(draft, found)
    return draft.finish()


def _say(draft: Draft, found: Levelled) -> None:
    before, after = found.before, found.after
    if not found.hops:
        draft.note("the hosts are used as evenly as moves of guests can make them")
    draft.note(f"memory used on the fullest host: {before.fullest:.0%} now, {after.fullest:.0%} afterwards")
    draft.note(f"virtual CPUs per CPU on the busiest host: {before.busiest:.1f} now, {after.busiest:.1f} afterwards")
