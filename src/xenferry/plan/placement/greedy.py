"""The quick way: those with the fewest places first, then the biggest, each onto the host with most room.

That spreads the load; if it leaves somebody out, each onto the host where the least is left over, which keeps large
holes for large guests. Whoever finds no room tries to push one already placed guest elsewhere. Guests that live on the
targets are not moved here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence

from xenferry.plan.placement.item import Item, Taste
from xenferry.pool.hostset import HostSet

PLAIN = Taste()


def place(items: Sequence[Item], free: Sequence[int], taste: Taste = PLAIN) -> dict[Hashable, int]:
    """Key -> position of its host. Guests for which no room was found are missing."""
    best: dict[Hashable, int] = {}
    for choose in (_Hosts.best, _Hosts.tightest):
        found = _pack(items, _Hosts(free, taste), choose)
        if len(found) > len(best):
            best = found
        if len(best) == len(items):
            break
    return best


class _Hosts:
    """What is left of the hosts while guests are put there."""

    def __init__(self, free: Sequence[int], taste: Taste) -> None:
        self.free = list(free)
        self._taste = taste
        self._vcpus = list(taste.vcpus)
        self._members: Counter[tuple[Hashable, int]] = Counter(taste.groups)
        cores = sum(taste.cores)
        self._usual = max(1.0, sum(taste.vcpus) / cores) if cores else 0.0

    def put(self, item: Item, position: int, times: int = 1) -> None:
        self.free[position] -= times * item.holds
        if self._vcpus:
            self._vcpus[position] += times * item.vcpus
        if item.group is not None:
            self._members[item.group, position] += times

    def tightest(self, item: Item) -> int | None:
        return min(self._fitting(item), key=lambda position: self.free[position], default=None)

    def best(self, item: Item) -> int | None:
        return max(self._fitting(item), key=lambda position: self._rank(item, position), default=None)

    def _fitting(self, item: Item) -> list[int]:
        return [position for position in item.may if self.free[position] >= item.needs]

    def _rank(self, item: Item, position: int) -> tuple[int, bool, float]:
        """Apart from its group, on a host that is preferred, with most memory left, if its CPUs are not crowded."""
        apart = -self._members[item.group, position] if item.group is not None else 0
        room = float(self.free[position])
        if self._usual:
            crowd = (self._vcpus[position] + item.vcpus) / max(1, self._taste.cores[position])
            room *= min(1.0, self._usual / crowd) if crowd else 1.0
        return apart, position in self._taste.prefer, room


def _pack(items: Sequence[Item], hosts: _Hosts, choose: Callable[[_Hosts, Item], int | None]) -> dict[Hashable, int]:
    placed: dict[Hashable, int] = {}
    known = {item.key: item for item in items}
    for item in sorted(items, key=lambda each: (len(each.may), -each.needs)):
        position = choose(hosts, item)
        if position is None:
            position = _push(item, placed, known, hosts)
        if position is not None:
            placed[item.key] = position
            hosts.put(item, position)
    return placed


def _push(item: Item, placed: dict[Hashable, int], known: dict[Hashable, Item], hosts: _Hosts) -> int | None:
    """Move one placed guest to another host so that `item` fits; the host that has room then."""
    for key, position in list(placed.items()):
        other = known[key]
        if position not in item.may or hosts.free[position] + other.holds < item.needs:
            continue
        elsewhere = hosts.tightest(Item(key, other.needs, other.holds, HostSet(other.may - (1 << position))))
        if elsewhere is not None:
            placed[key] = elsewhere
            hosts.put(other, elsewhere)
            hosts.put(other, position, -1)
            return position
    return None
