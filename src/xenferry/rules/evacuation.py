"""What XAPI itself would say if it were asked to empty a host, weaknesses included (xapi/xapi_host.ml).

XAPI drops a guest as soon as *any* other enabled host refuses it, counts some guests with their static maximum, and
with HA leaves unprotected guests behind. `xenferry evacuate` plans otherwise; this tells why `host.evacuate` refuses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from xenferry.pool.hostset import HostSet
from xenferry.pool.records import NULL, VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import ha, memory, version
from xenferry.rules.facts.packing import fit
from xenferry.rules.finding import Error
from xenferry.rules.matrix import Matrix, matrix


class Evacuation(NamedTuple):
    """XAPI's plan for a host: where guests would go, and why the others could not."""

    moves: Mapping[Ref, Ref]
    blockers: Mapping[Ref, Error]
    """Guest -> XAPI's answer, as host.get_vms_which_prevent_evacuation gives it."""

    @property
    def refusal(self) -> Error:
        """The answer of host.assert_can_evacuate; empty if it agrees. XAPI lists the guests in no certain order."""
        texts = [",".join(error) for error in self.blockers.values()]
        return ("CANNOT_EVACUATE_HOST", "|".join(texts)) if texts else ()


def evacuation(s: Snapshot, host: Host, judged: Matrix | None = None) -> Evacuation:
    """What XAPI would plan for this host. `judged` is a matrix of the snapshot that covers the host's guests."""
    guests = [s.VM[ref] for ref in host.resident_VMs if ref in s.VM and not s.VM[ref].is_control_domain]
    targets = targets_of(s, host)
    if not targets:
        return Evacuation({}, {vm.ref: ("NO_HOSTS_AVAILABLE", vm.ref) for vm in guests})
    asked = judged or matrix(s, guests)
    answers: dict[Ref, Error] = {vm.ref: _unprotected(s, vm) for vm in guests if not _may_leave(s, vm)}
    leaving = [vm for vm in guests if _may_leave(s, vm)]
    refused = {vm.ref: _first(asked, vm, targets) for vm in leaving}
    answers |= {ref: error for ref, error in refused.items() if error}
    answers |= {vm.ref: error for vm in guests if (error := asked.first(vm, targets[0], "lifecycle"))}
    fitting = [vm for vm in leaving if not refused[vm.ref]]
    placed = place(s, fitting, targets)
    answers |= {vm.ref: ("HOST_NOT_ENOUGH_FREE_MEMORY", vm.ref) for vm in fitting if vm.ref not in placed}
    return Evacuation({ref: to for ref, to in placed.items() if ref not in answers}, answers)


def targets_of(s: Snapshot, host: Host) -> list[Host]:
    """The hosts that XAPI considers: enabled, and not older in anything; whether they live it does not ask."""
    return [each for each in s.hosts if each.ref != host.ref and each.enabled and not version.is_older(s, each, host)]


def _may_leave(s: Snapshot, vm: VM) -> bool:
    return not s.pool.ha_enabled or ha.is_protected(vm)


def _unprotected(s: Snapshot, vm: VM) -> Error:
    code = "HOST_EVACUATE_VM_NOT_HA_PROTECTED" if version.xapi(s) >= (26, 17) else "HOST_NOT_ENOUGH_FREE_MEMORY"
    return (code, vm.ref)


def _first(asked: Matrix, vm: VM, targets: Sequence[Host]) -> Error:
    """The answer for the first of the hosts that refuses the guest, memory left aside."""
    refusing = asked.refused(vm, "core-without-memory")
    places = (asked.snapshot.place[host.ref] for host in targets)
    if not refusing & HostSet.of(places):
        return ()
    host = next(each for each in targets if asked.snapshot.place[each.ref] in refusing)
    return asked.first(vm, host, "core-without-memory") or ()


def place(s: Snapshot, guests: Sequence[VM], targets: Sequence[Host]) -> dict[Ref, Ref]:
    """Guest -> host; guests for whom no room is left are missing.

    Guests that shall keep apart are spread evenly if all then find room; else at least over two hosts; else not at all.
    """
    rooms = {host.ref: memory.free(s, host.ref) for host in targets}
    sizes = {vm.ref: memory.planned(s, vm) for vm in guests}
    apart = {vm.ref: group for vm in guests if (group := _group(s, vm))}
    if len(s.hosts) < 3 or not apart:
        return fit(sizes, rooms)
    rest = {ref: size for ref, size in sizes.items() if ref not in apart}
    rising = sorted(apart, key=lambda ref: sizes[ref])
    for plan, left in (_spread(s, rising, apart, sizes, rooms), _no_breach(s, rising, apart, sizes, rooms)):
        others = {**rest, **{ref: sizes[ref] for ref in left}}
        found = fit(others, _after(rooms, sizes, plan)) if plan else {}
        if plan and len(found) == len(others):
            return {**plan, **found}
    return fit(sizes, rooms)


def _group(s: Snapshot, vm: VM) -> Ref | None:
    """The guest's first group whose members shall keep apart, if the edition knows such groups."""
    if s.pool.restrictions.get("restrict_vm_groups") == "true":
        return None
    groups = (s.VM_group[ref] for ref in vm.groups if ref in s.VM_group)
    return next((group.ref for group in groups if group.placement == "anti_affinity"), None)


def _members(s: Snapshot, group: Ref, hosts: Mapping[Ref, int]) -> dict[Ref, int]:
    """How many of the group's guests are on, or on their way to, each of these hosts."""
    found = dict.fromkeys(hosts, 0)
    for vm in (s.VM[ref] for ref in s.VM_group[group].VMs if ref in s.VM):
        expected, running = vm.scheduled_to_be_resident_on, vm.power_state == "Running"
        at = expected if expected not in (NULL, "") else vm.resident_on if running else NULL
        if at in found:
            found[at] += 1
    return found


Parted = tuple[dict[Ref, Ref], list[Ref]]
"""Who is placed where, and who is left to be packed with the others."""


def _spread(
    s: Snapshot, rising: Sequence[Ref], apart: Mapping[Ref, Ref], sizes: Mapping[Ref, int], rooms: Mapping[Ref, int]
) -> Parted:
    """Each guest to the host with the fewest of its group, of those the one with least room; nobody if one is left."""
    room, plan = dict(rooms), dict[Ref, Ref]()
    counts = {group: _members(s, group, rooms) for group in apart.values()}
    queues = {group: set(rooms) for group in apart.values()}
    for ref in rising:
        group = apart[ref]
        chosen = _pop(queues[group], counts[group], room, sizes[ref])
        if chosen is None:
            return {}, []
        plan[ref] = chosen
        counts[group][chosen] += 1
        room[chosen] -= sizes[ref]
    return plan, []


def _no_breach(
    s: Snapshot, rising: Sequence[Ref], apart: Mapping[Ref, Ref], sizes: Mapping[Ref, int], rooms: Mapping[Ref, int]
) -> Parted:
    """Only until each group is on two hosts; the others are left."""
    room, plan, left = dict(rooms), dict[Ref, Ref](), list[Ref]()
    counts = {group: _members(s, group, rooms) for group in apart.values()}
    queues = {group: {host for host, count in counts[group].items() if not count} for group in apart.values()}
    homes = {group: len(rooms) - len(queues[group]) for group in apart.values()}
    for ref in rising:
        group = apart[ref]
        trial = set(queues[group])
        chosen = _pop(trial, counts[group], room, sizes[ref]) if homes[group] < 2 else None
        if chosen is None:
            left.insert(0, ref)
            continue
        plan[ref] = chosen
        queues[group] = trial - {chosen}
        homes[group] += 1
        room[chosen] -= sizes[ref]
    return plan, left


def _pop(queue: set[Ref], counts: Mapping[Ref, int], room: Mapping[Ref, int], size: int) -> Ref | None:
    """The first host of the queue with room; those before it leave the queue, for the next guests are no smaller."""
    while queue:
        first = min(queue, key=lambda host: (counts[host], room[host], host))
        if room[first] >= size:
            return first
        queue.remove(first)
    return None


def _after(rooms: Mapping[Ref, int], sizes: Mapping[Ref, int], plan: Mapping[Ref, Ref]) -> dict[Ref, int]:
    taken = dict.fromkeys(rooms, 0)
    for ref, host in plan.items():
        taken[host] += sizes[ref]
    return {host: free - taken[host] for host, free in rooms.items()}
