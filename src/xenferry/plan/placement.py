"""Which guest goes where: the guests that have to leave against the memory of the hosts that may take them.

Greedy with repair: those with the fewest places first, then the biggest, each onto the host with most room, which
spreads the load; if that leaves somebody out, each onto the host where the least is left over, which keeps large holes
for large guests. Whoever finds no room tries to push one already placed guest elsewhere. Simplification: guests that
live on the targets are not moved to make room, so what this does not find may still exist.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

from msgspec import Struct

from xenferry.pool.hostset import HostSet


class Item(Struct, frozen=True):
    """A guest that needs a place."""

    key: Hashable
    needs: int
    """Bytes the host must have free when it arrives."""
    holds: int
    """Bytes it takes from the host from then on."""
    may: HostSet
    """Hosts that would take it, memory aside."""


Choose = Callable[[Item, Sequence[int]], int | None]


def place(items: Sequence[Item], free: Sequence[int]) -> dict[Hashable, int]:
    """Key -> position of its host. Guests for which no room was found are missing."""
    packings = (_pack(items, list(free), choose) for choose in (_roomiest, _tightest))
    best: dict[Hashable, int] = {}
    for found in packings:
        if len(found) > len(best):
            best = found
        if len(best) == len(items):
            break
    return best


def roomiest(item: Item, free: Sequence[int]) -> int | None:
    """The host with most memory left among those that may take the guest and have room; None if none has."""
    return _roomiest(item, free)


def _pack(items: Sequence[Item], free: list[int], choose: Choose) -> dict[Hashable, int]:
    placed: dict[Hashable, int] = {}
    known = {item.key: item for item in items}
    for item in sorted(items, key=lambda each: (len(each.may), -each.needs)):
        position = choose(item, free)
        if position is None:
            position = _push(item, placed, known, free)
        if position is not None:
            placed[item.key] = position
            free[position] -= item.holds
    return placed


def _push(item: Item, placed: dict[Hashable, int], known: dict[Hashable, Item], free: list[int]) -> int | None:
    """Move one placed guest to another host so that `item` fits; the host that has room then."""
    for key, position in list(placed.items()):
        other = known[key]
        if position not in item.may or free[position] + other.holds < item.needs:
            continue
        elsewhere = _tightest(Item(key, other.needs, other.holds, other.may - (1 << position)), free)
        if elsewhere is not None:
            placed[key] = elsewhere
            free[elsewhere] -= other.holds
            free[position] += other.holds
            return position
    return None


def _fitting(item: Item, free: Sequence[int]) -> list[int]:
    return [position for position in item.may if free[position] >= item.needs]


def _tightest(item: Item, free: Sequence[int]) -> int | None:
    return min(_fitting(item, free), key=lambda position: free[position], default=None)


def _roomiest(item: Item, free: Sequence[int]) -> int | None:
    return max(_fitting(item, free), key=lambda position: free[position], default=None)
