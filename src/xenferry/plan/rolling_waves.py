"""Which hosts can be down together, one group after the other, and where their guests are meanwhile.

A group is as large as the memory of the others allows: a host joins it if everybody on it, and everybody who was to go
there, finds a place elsewhere. Guests go to hosts that are done already if they can, so that most of them move once,
and never from a host that is done to one that is not, which XAPI would refuse if the hosts were updated on the way.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from xenferry.plan.placement import Hop, Item, answer
from xenferry.pool.hostset import HostSet


class Wave(Struct, frozen=True):
    """Hosts that are down together, and the moves that empty them."""

    hosts: tuple[int, ...]
    hops: tuple[Hop, ...]


class Rolled(Struct, frozen=True):
    """The waves in order, and hosts that cannot be emptied, each with the guests that find no place."""

    waves: tuple[Wave, ...]
    stuck: dict[int, tuple[Hashable, ...]]
    at: dict[Hashable, int]
    """Where everybody is in the end."""
    free: tuple[int, ...]
    """What is free in the end."""


def waves(
    guests: Sequence[Item],
    free: Sequence[int],
    hosts: Sequence[int],
    *,
    alone: int | None = None,
    together: int | None = None,
    reserve: int = 0,
) -> Rolled:
    """Plan the waves.

    Args:
        guests: everybody who runs, each with the host where it lives.
        free: bytes free on each host.
        hosts: positions of the hosts to go through.
        alone: the host that comes first and alone: the coordinator.
        together: hosts that may be down at once at most; None: as many as there is room for.
        reserve: bytes that stay free on the hosts that are up, for a host that fails meanwhile.
    """
    return _Rolling(guests, free, reserve).go(hosts, alone, together)


class _Rolling:
    """The pool from wave to wave."""

    def __init__(self, guests: Sequence[Item], free: Sequence[int], reserve: int) -> None:
        self._items = {item.key: item for item in guests}
        self._at = {item.key: item.at for item in guests if item.at is not None}
        self._free = list(free)
        self._on: list[set[Hashable]] = [set() for _ in free]
        for key, host in self._at.items():
            self._on[host].add(key)
        self._reserve = reserve
        self._done = 0
        self._everywhere = (1 << len(self._free)) - 1

    def go(self, hosts: Sequence[int], alone: int | None, together: int | None) -> Rolled:
        found: list[Wave] = []
        stuck: dict[int, tuple[Hashable, ...]] = {}
        todo = list(hosts)
        if alone in todo:
            self._single(alone, found, stuck)
            todo.remove(alone)
        while todo:
            group = _Group(self, together or len(todo))
            for host in sorted(todo, key=lambda host: (self._used(host), host)):
                group.join(host)
            if len(group.hosts) > 1 or (group.hosts and together == 1):
                self._carry_out(group.wave(), found)
                todo = [host for host in todo if host not in group.hosts]
            else:
                host = min(todo, key=lambda host: (self._used(host), host))
                self._single(host, found, stuck)
                todo.remove(host)
        return Rolled(tuple(found), stuck, dict(self._at), tuple(self._free))

    def _used(self, host: int) -> int:
        return sum(self._items[key].holds for key in self._on[host])

    def _single(self, host: int, found: list[Wave], stuck: dict[int, tuple[Hashable, ...]]) -> None:
        """One host alone, with guests of others going aside if need be."""
        closed = 1 << host
        leaving = [replace(self.item(key, closed), at=None) for key in sorted(self._on[host], key=str)]
        others = [
            self.item(key, closed) for key, at in sorted(self._at.items(), key=lambda pair: str(pair[0])) if at != host
        ]
        able = [item for item in leaving if item.may]
        free = [0 if place == host else room for place, room in enumerate(self._free)]
        result = answer(able, free, lambda: others)
        missing = (*(item.key for item in leaving if not item.may), *result.left)
        if missing:
            stuck[host] = missing
        else:
            self._carry_out(Wave((host,), tuple(_from(hop, host) for hop in result.hops)), found)

    def item(self, key: Hashable, closed: int) -> Item:
        """The guest as it is now; once on a host that is done it stays among those."""
        item, at = self._items[key], self._at[key]
        may = int(item.may) & ~closed & ~(1 << at)
        return replace(item, at=at, may=HostSet(may & self._done if self._done >> at & 1 else may))

    def _carry_out(self, wave: Wave, found: list[Wave]) -> None:
        for hop in wave.hops:
            source, holds = self._at[hop.key], self._items[hop.key].holds
            self._free[source] += holds
            self._free[hop.target] -= holds
            self._on[source].discard(hop.key)
            self._on[hop.target].add(hop.key)
            self._at[hop.key] = hop.target
        self._done |= sum(1 << host for host in wave.hosts)
        found.append(wave)


def _from(hop: Hop, host: int) -> Hop:
    return hop if hop.source is not None else replace(hop, source=host)


class _Group:
    """Hosts that leave together, as it grows."""

    def __init__(self, pool: _Rolling, most: int) -> None:
        self._pool = pool
        self._most = most
        self._free = list(pool._free)
        self._spare = sum(self._free) - pool._reserve
        self._to: dict[Hashable, int] = {}
        self._items: dict[Hashable, Item] = {}
        self.hosts: list[int] = []

    def join(self, host: int) -> None:
        """Take the host in, if everybody finds a place."""
        used = self._pool._used(host)
        capacity = self._pool._free[host] + used
        if len(self.hosts) >= self._most or self._spare < capacity:
            return
        closed = sum(1 << other for other in (*self.hosts, host))
        pushed = [key for key, target in self._to.items() if target == host]
        going = [self._pool.item(key, closed) for key in self._pool._on[host]]
        again = [self._pool.item(key, closed) for key in pushed]
        free = list(self._free)
        placed = self._place((*going, *again), free)
        if placed is None:
            return
        self._to |= placed
        self._items |= {item.key: item for item in (*going, *again)}
        self._free = free
        self._free[host] = 0
        self._spare -= capacity
        self.hosts.append(host)

    def _place(self, items: Iterable[Item], free: list[int]) -> dict[Hashable, int] | None:
        """First onto hosts that are done, else onto the roomiest; None if somebody finds no place."""
        placed: dict[Hashable, int] = {}
        done = self._pool._done
        for item in sorted(items, key=lambda item: (len(item.may), -item.needs, str(item.key))):
            best, rank = -1, (False, -1)
            for host in item.may:
                if free[host] >= item.needs and (bool(done >> host & 1), free[host]) > rank:
                    best, rank = host, (bool(done >> host & 1), free[host])
            if best < 0:
                return None
            free[best] -= item.holds
            placed[item.key] = best
        return placed

    def wave(self) -> Wave:
        """The group with its moves. None of them waits for another: room was counted as if nobody ever left."""
        hops = [Hop(key, self._pool._at[key], target) for key, target in self._to.items()]
        return Wave(tuple(self.hosts), tuple(hops))
