"""Who goes in this wave, when the other pool has not enough memory for all: whole hosts first.

A host of which everybody has gone can be taken into the other pool, and its memory lets the next wave in; a little of
every host would empty none.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence

from xenferry.plan.placement import Item, answer, place
from xenferry.plan.placement.proof import impossible
from xenferry.pool import records as r
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot


def settle(here: Snapshot, items: Sequence[Item], free: Sequence[int]) -> tuple[dict[Ref, int], str]:
    """Guest -> position of its host there, for those who find room; and, in words, why not all can, if proven.

    Args:
        here: the pool that they leave.
        items: the guests, as placement sees them; their keys are references.
        free: bytes free on each host there.
    """
    if len(items) <= SMALL:
        found = answer(items, free)
        placed, proof = {hop.key: hop.target for hop in found.hops}, found.proof
    else:
        placed = place(items, free)
        proof = impossible(items, (), free) if len(placed) < len(items) else ""
    if len(placed) < len(items):
        placed = _whole_hosts(here, items, free) or placed
    return {Ref(str(key)): position for key, position in placed.items()}, proof


def _whole_hosts(here: Snapshot, items: Sequence[Item], free: Sequence[int]) -> dict[Hashable, int]:
    """The guests of as many hosts as can be emptied, then whoever else fits; nobody if no host can be."""
    whole: list[Item] = []
    for group in _by_host(here, items):
        if _sum([*whole, *group]) <= sum(free) and len(place([*whole, *group], free)) == len(whole) + len(group):
            whole += group
    if not whole:
        return {}
    placed, left = place(whole, free), list(free)
    for item in whole:
        left[placed[item.key]] -= item.holds
    return placed | place([item for item in items if item.key not in placed], left)


def _sum(items: Sequence[Item]) -> int:
    return sum(item.holds for item in items)


SMALL = 100
"""Guests up to which every way to place them is tried."""


def _by_host(here: Snapshot, items: Sequence[Item]) -> list[list[Item]]:
    """The guests host by host, those that need least first, without hosts that cannot be emptied."""
    known = {Ref(str(item.key)): item for item in items}
    houses = (_residents(here, host) for host in here.hosts)
    groups = [[known[vm.ref] for vm in house] for house in houses if all(vm.ref in known for vm in house)]
    return sorted((group for group in groups if group), key=_sum)


def _residents(here: Snapshot, host: r.Host) -> list[r.VM]:
    return [vm for vm in here.guests if vm.resident_on == host.ref]


def emptied(here: Snapshot, leaving: Collection[Ref]) -> Iterator[r.Host]:
    """The hosts on which nobody runs any more when these guests have left; the coordinator cannot be given away."""
    for host in here.hosts:
        residents = _residents(here, host)
        if residents and host.ref != here.pool.master and all(vm.ref in leaving for vm in residents):
            yield host
