"""Which guest goes to which host, by memory alone.

With anti-affinity groups XAPI first tries to spread each group evenly, then to keep it on two hosts at least, then
ignores the groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xenferry.lab.error import internal
from xenferry.lab.placement import memory
from xenferry.lab.placement.facts import Facts, is_null
from xenferry.lab.placement.pack import Plan, Sizes, pack


def plan(facts: Facts, guests: Sequence[str], targets: Sequence[str]) -> Plan:
    """A place for each guest for which there is room; may leave some out."""
    sizes = [(vm, memory.to_plan(facts, facts.get("VM", vm))) for vm in guests]
    hosts = [(host, memory.free(facts, host)) for host in targets]
    if len(facts.all("host")) < 3 or not facts.licensed("vm_groups") or facts.xapi < (24, 19):
        return pack(sizes, hosts)
    grouped = [(vm, size, group) for vm, size in sizes if (group := anti_affinity(facts, vm))]
    others = [(vm, size) for vm, size in sizes if not anti_affinity(facts, vm)]
    grouped.sort(key=lambda entry: entry[1])
    spread = _Spread(facts, hosts, grouped)
    first = spread.evenly(grouped)
    whole = _complete(first, others, sizes, hosts)
    if whole is None:
        second, left = _Spread(facts, hosts, grouped).on_two_hosts(grouped)
        whole = _complete(second, [*others, *left], sizes, hosts)
    return pack(sizes, hosts) if whole is None else whole


def anti_affinity(facts: Facts, vm: str) -> str:
    """The guest's first anti-affinity group, or an empty text."""
    groups = facts.get("VM", vm)["groups"]
    return next((one for one in groups if facts.get("VM_group", one)["placement"] == "anti_affinity"), "")


def _complete(start: Plan, others: Sizes, sizes: Sizes, hosts: Sizes) -> Plan | None:
    """The started plan with all others packed around it, or None when somebody has no place or nothing was started."""
    if not start:
        return None
    size = dict(sizes)
    left = [(host, room - sum(size[vm] for vm, place in start if place == host)) for host, room in hosts]
    rest = pack(others, left)
    return [*start, *rest] if len(rest) == len(others) else None


def running_members(facts: Facts, group: str) -> dict[str, int]:
    """How many guests of a group each host runs; one that is expected somewhere counts there."""
    count: dict[str, int] = {}
    for vm in (facts.get("VM", ref) for ref in facts.get("VM_group", group)["VMs"]):
        here = vm["resident_on"] if vm["power_state"] == "Running" else ""
        place = here if is_null(vm["scheduled_to_be_resident_on"]) else vm["scheduled_to_be_resident_on"]
        if not is_null(place):
            count[place] = count.get(place, 0) + 1
    return count


@dataclass
class _Place:
    members: int
    room: int


class _Spread:
    """For each group, the hosts still in question: how many members each runs, and its room."""

    def __init__(self, facts: Facts, hosts: Sizes, grouped: Sequence[tuple[str, int, str]]) -> None:
        self._groups: dict[str, dict[str, _Place]] = {}
        for group in {group for _, _, group in grouped}:
            count = running_members(facts, group)
            self._groups[group] = {host: _Place(count.get(host, 0), room) for host, room in hosts}

    def evenly(self, grouped: Sequence[tuple[str, int, str]]) -> Plan:
        """XAPI's first try; empty when it fails at the last guest, INTERNAL_ERROR when earlier (as XAPI does)."""
        found: Plan = []
        for at, (vm, size, group) in enumerate(grouped):
            host = self._choose(group, size)
            if not host:
                if at + 1 < len(grouped):
                    raise internal("Data corrupted during host evacuation.")
                return []
            found.insert(0, (vm, host))
            self._groups[group][host].members += 1
            self._take(host, size)
        return found

    def on_two_hosts(self, grouped: Sequence[tuple[str, int, str]]) -> tuple[Plan, list[tuple[str, int]]]:
        """XAPI's second try: places only those that make a group live on two hosts; the rest is returned."""
        found: Plan = []
        left: list[tuple[str, int]] = []
        used = {group: sum(place.members > 0 for place in places.values()) for group, places in self._groups.items()}
        for group, places in self._groups.items():
            self._groups[group] = {host: place for host, place in places.items() if place.members == 0}
        for vm, size, group in grouped:
            empty = dict(self._groups[group])
            host = self._choose(group, size) if used[group] < 2 else ""
            if not host:
                self._groups[group] = empty
                left.insert(0, (vm, size))
                continue
            found.insert(0, (vm, host))
            del self._groups[group][host]
            used[group] += 1
            self._take(host, size)
        return found, left

    def _choose(self, group: str, size: int) -> str:
        """Fewest members, then least room, then the smallest reference; what is too small is out for good."""
        places = self._groups[group]
        for host in sorted(places, key=lambda one: (places[one].members, places[one].room, one)):
            if size <= places[host].room:
                return host
            del places[host]
        return ""

    def _take(self, host: str, size: int) -> None:
        for places in self._groups.values():
            if host in places:
                places[host].room -= size
