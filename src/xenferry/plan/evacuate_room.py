"""The pool as placement sees it: who lives on the targets and may go aside, and what would help when room is short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence

from xenferry.plan import room
from xenferry.plan.evacuate_policy import Targets, positions, stays
from xenferry.plan.mobility import Mobility, network_refusal
from xenferry.plan.placement import Item, Taste, answer
from xenferry.plan.placement.proof import impossible
from xenferry.plan.placement.relief import Relief, reliefs
from xenferry.plan.words import size
from xenferry.pool import records as r
from xenferry.pool.hostset import HostSet
from xenferry.pool.records import NULL, Ref
from xenferry.pool.snapshot import Snapshot

NAMED = 3
"""Guests of several that are named."""
SMALL = 30
"""Guests up to which what would help is tried out with all means."""


def open_hosts(snapshot: Snapshot, closed: HostSet, network: Ref | None, targets: Targets) -> HostSet:
    """Hosts that guests may go to as far as the wish is concerned; `closed`: those that are emptied."""
    refusing = [host.ref for host in snapshot.hosts if network_refusal(snapshot, network, host)]
    return snapshot.everywhere - closed - positions(snapshot, (*refusing, *targets.avoid))


def item(snapshot: Snapshot, vm: r.VM, may: HostSet, at: int | None = None) -> Item:
    """The guest as placement sees it."""
    return Item(
        key=vm.ref,
        needs=room.needed(snapshot, vm),
        holds=room.held(vm),
        may=may,
        at=at,
        vcpus=vm.VCPUs_max,
        group=apart(snapshot, vm),
    )


def apart(snapshot: Snapshot, vm: r.VM) -> Ref | None:
    """The anti-affinity group of the guest."""
    groups = (snapshot.VM_group[ref] for ref in vm.groups if ref in snapshot.VM_group)
    return next((group.ref for group in groups if group.placement == "anti_affinity"), None)


def residents(
    snapshot: Snapshot,
    mobility: Mobility,
    into: HostSet,
    closed: HostSet,
    bound: Callable[[r.VM], bool] = stays,
) -> Callable[[], list[Item]]:
    """Running guests outside the closed hosts that may go elsewhere; found out only when asked for.

    `bound`: those that are not moved for others' sake.
    """

    def find() -> list[Item]:
        found = []
        for vm in snapshot.guests:
            place = snapshot.place.get(vm.resident_on)
            if vm.power_state != "Running" or place is None or place in closed or bound(vm):
                continue
            may = (mobility.may(vm) & into) - (1 << place)
            if may and (vm.scheduled_to_be_resident_on or NULL) == NULL:
                found.append(item(snapshot, vm, may, place))
        return found

    return find


def taste(snapshot: Snapshot, targets: Targets) -> Taste:
    """What makes one host better than another: preferred, apart from the group's others, CPUs not crowded."""
    vcpus: Counter[int] = Counter()
    groups: Counter[tuple[Hashable, int]] = Counter()
    for vm in snapshot.guests:
        place = snapshot.place.get(vm.resident_on)
        if place is not None and vm.power_state == "Running":
            vcpus[place] += vm.VCPUs_max
            group = apart(snapshot, vm)
            if group is not None:
                groups[group, place] += 1
    return Taste(
        prefer=positions(snapshot, targets.prefer),
        cores=[cores(host) for host in snapshot.hosts],
        vcpus=[vcpus[place] for place in range(len(snapshot.hosts))],
        groups=dict(groups),
    )


def cores(host: r.Host) -> int:
    """The CPUs of a host; 1 where XAPI does not say."""
    count = host.cpu_info.get("cpu_count", "")
    return int(count) if count.isdecimal() and int(count) else 1


def helps(
    snapshot: Snapshot, leaving: Sequence[Item], others: Sequence[Item], free: Sequence[int], left: Sequence[Hashable]
) -> Iterator[str]:
    """What would make room for everybody, in words, the smallest first."""

    def works(going: Sequence[Item], living: Sequence[Item], room_left: Sequence[int]) -> bool:
        if impossible(going, living, room_left):
            return False
        return not answer(going, room_left, lambda: living, deep=len(living) <= SMALL).left

    slack = {
        each.key: snapshot.VM[Ref(str(each.key))].memory_dynamic_min - snapshot.VM[Ref(str(each.key))].memory_static_min
        for each in others
    }
    for relief in reliefs(leaving, others, free, left, slack, works):
        yield _in_words(snapshot, relief)


def _in_words(snapshot: Snapshot, relief: Relief) -> str:
    host = snapshot.hosts[relief.host].name_label if relief.host is not None else ""
    if relief.shrink is not None:
        guest = snapshot.VM[Ref(str(relief.shrink))].name_label
        return f"lower the memory of guest {guest} on {host} by {size(relief.bytes)}: then everybody finds room"
    if relief.besides:
        stopped = [snapshot.VM[Ref(str(key))].name_label for key in (relief.stop, *relief.besides)]
        named, more = ", ".join(stopped[:NAMED]), len(stopped) - NAMED
        who = f"{named} and {more} more of the biggest" if more > 0 else named
        return f"stop {len(stopped)} guests, {who} ({size(relief.bytes)} together): then everybody else finds room"
    if relief.stop is not None:
        where = f" on {host}" if host else ""
        guest = snapshot.VM[Ref(str(relief.stop))].name_label
        return f"stop guest {guest}{where} ({size(relief.bytes)}): then everybody finds room"
    return f"free {size(relief.bytes)} of memory on {host}: then everybody finds room"
