"""Whether guests fit into other hosts' memory, the way XAPI tries it (xapi/binpack.ml).

Guests, the largest first, each go to the host with the most room; one that does not fit there is left out. Small pools
are tried with every combination and order of failing hosts, larger ones with a pessimistic estimate.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, permutations
from math import comb, factorial
from typing import TypeVar

from xenferry.pool.records import Ref

H = TypeVar("H", bound=Hashable)
G = TypeVar("G", bound=Hashable)

TRIED = 3500
"""Below so many orders of failures XAPI tries each one."""
LARGE = 32
"""Pools of more hosts are only estimated."""


@dataclass(frozen=True)
class Pack:
    """Free bytes of live hosts, bytes of guests, and where guests are; `size` counts dead hosts too."""

    hosts: Mapping[Ref, int]
    guests: Mapping[Ref, int]
    where: Mapping[Ref, Ref]
    size: int
    failures: int


def fit(things: Mapping[G, int], bins: Mapping[H, int]) -> dict[G, H]:
    """Put things into bins, biggest into roomiest; what does not fit into the roomiest is left out."""
    rooms = sorted(bins.items(), key=lambda each: -each[1])
    found: dict[G, H] = {}
    for thing, size in sorted(things.items(), key=lambda each: -each[1]):
        if rooms and rooms[0][1] >= size:
            chosen, room = rooms.pop(0)
            found[thing] = chosen
            left = room - size
            at = next((at for at, (_, other) in enumerate(rooms) if other <= left), len(rooms))
            rooms.insert(at, (chosen, left))
    return found


def apply(pack: Pack, moves: Mapping[Ref, Ref]) -> Pack:
    """The pack after these guests were put on these hosts."""
    hosts = dict(pack.hosts)
    for guest, host in moves.items():
        if host in hosts:
            hosts[host] -= pack.guests[guest]
    return replace(pack, hosts=hosts, where={**pack.where, **moves})


def survives(pack: Pack) -> bool:
    """Whether every guest finds room again whichever `failures` hosts fail, in whichever order."""
    if len(pack.hosts) < pack.failures or (len(pack.hosts) == pack.failures and pack.guests):
        return False
    if pack.size > LARGE or comb(pack.size, pack.failures) * factorial(pack.failures) >= TRIED:
        return not pack.guests or _estimate(pack)
    chosen = combinations(pack.hosts, pack.failures)
    return all(_survives_in_order(pack, order) for group in chosen for order in permutations(group))


def _survives_in_order(pack: Pack, order: tuple[Ref, ...]) -> bool:
    for dead in order:
        lost = [guest for guest, host in pack.where.items() if host == dead]
        pack = replace(pack, hosts={host: free for host, free in pack.hosts.items() if host != dead})
        moves = fit({guest: pack.guests[guest] for guest in lost}, pack.hosts)
        if len(moves) != len(lost):
            return False
        pack = apply(pack, moves)
    return True


def _estimate(pack: Pack) -> bool:
    """All guests count as big as the biggest, the roomiest hosts fail, and the fullest have to move."""
    biggest = max(pack.guests.values())
    rooms = sorted((-(-free // biggest) if free < 0 else free // biggest for free in pack.hosts.values()), reverse=True)
    loads = dict.fromkeys(pack.hosts, 0)
    for host in pack.where.values():
        if host in loads:
            loads[host] += 1
    moving = sum(sorted(loads.values(), reverse=True)[: pack.failures])
    return moving <= sum(rooms[pack.failures :])
