"""Who goes in this wave, when the other pool has not enough memory for all: whole hosts first.

A host of which everybody has gone can be taken into the other pool, and its memory lets the next wave in; a little of
every host would empty none.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence

from xenferry.plan.placement import Item, answer, place
from xenferry.plan.placement.proof import impossible
from xenferry.plan.storage import takes_disks
from xenferry.pool import records as r
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.journey import disks_of


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
        placed = _whole_hosts(here, items, free)
    return {Ref(str(key)): position for key, position in placed.items()}, proof


def _whole_hosts(here: Snapshot, items: Sequence[Item], free: Sequence[int]) -> dict[Hashable, int]:
    """The guests of as many hosts as can be emptied, then as many others as fit, of the next host first."""
    whole: list[Item] = []
    groups = _by_host(here, items)
    for group in groups:
        if _sum([*whole, *group]) <= sum(free) and len(place([*whole, *group], free)) == len(whole) + len(group):
            whole += group
    placed, left = place(whole, free), list(free)
    for item in whole:
        left[placed[item.key]] -= item.holds
    next_ones = [item for group in groups for item in sorted(group, key=lambda item: item.needs)]
    in_groups = {item.key for item in next_ones}
    others = sorted((item for item in items if item.key not in in_groups), key=lambda item: item.needs)
    for item in (*next_ones, *others):
        fitting = [position for position in item.may if left[position] >= item.needs]
        if item.key not in placed and fitting:
            placed[item.key] = max(fitting, key=lambda position: left[position])
            left[placed[item.key]] -= item.holds
    return placed


def _sum(items: Sequence[Item]) -> int:
    return sum(item.holds for item in items)


SMALL = 100
"""Guests up to which every way to place them is tried."""


def _by_host(here: Snapshot, items: Sequence[Item]) -> list[list[Item]]:
    """The guests host by host, those that need least first, the coordinator's last; only hosts that can be emptied."""
    known = {Ref(str(item.key)): item for item in items}
    houses = [(host.ref == here.pool.master, _residents(here, host)) for host in here.hosts]
    able = [(last, [known[vm.ref] for vm in house]) for last, house in houses if all(vm.ref in known for vm in house)]
    return [group for _, group in sorted(able, key=lambda each: (each[0], _sum(each[1]))) if group]


def _residents(here: Snapshot, host: r.Host) -> list[r.VM]:
    return [vm for vm in here.guests if vm.resident_on == host.ref]


def emptied(here: Snapshot, leaving: Collection[str]) -> Iterator[r.Host]:
    """The hosts that can be given away when these guests (UUIDs) have left: nobody runs there, no disk is left there.

    A host that leaves its pool loses its local SRs. The coordinator cannot leave.
    """
    gone = {vdi for vm in here.guests if vm.uuid in leaving for vdi in _disks(here, vm)}
    for host in here.hosts:
        residents = _residents(here, host)
        deserted = bool(residents) and all(vm.uuid in leaving for vm in residents)
        if deserted and host.ref != here.pool.master and all(vdi.ref in gone for vdi in _local_disks(here, host)):
            yield host


def _disks(here: Snapshot, vm: r.VM) -> Iterator[Ref]:
    """Of a guest and its snapshots."""
    for one in (vm, *(here.VM[ref] for ref in vm.snapshots if ref in here.VM)):
        yield from disks_of(here, one)
        yield one.suspend_VDI


def _local_disks(here: Snapshot, host: r.Host) -> Iterator[r.VDI]:
    """What lies on SRs that only this host has."""
    for ref, sr in here.SR.items():
        owners = {here.PBD[pbd].host for pbd in sr.PBDs if pbd in here.PBD}
        if owners == {host.ref} and not sr.shared and takes_disks(sr):
            yield from (vdi for vdi in here.VDI.values() if ref == vdi.SR)
