"""The moves after which memory and CPUs are used alike on all hosts: the one that helps most, again and again.

What is made small is the spread: the squares by which each host's share of used memory, and its virtual CPUs per CPU,
differ from the pool's mean, summed. CPUs count less the fewer virtual CPUs there are per CPU. Where no single move
helps any more, two guests change places. Each move finds room when its turn comes.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

from msgspec import Struct

from xenferry.plan.placement.board import Board
from xenferry.plan.placement.item import Hop, Item

WORTH = 0.0002
"""Share of the first spread that a move has to take away to be worth making."""
BUSIEST = 6
"""Hosts at the upper end that are compared for a next move; others only when none of these helps."""
IDLE = 48
"""Hosts at the lower end that are looked at for a next move."""
SWAPS = 12
"""Hosts at either end between which guests change places."""
NEVER = 10_000


class Balance(Struct, frozen=True, kw_only=True):
    """How evenly a pool is used."""

    spread: float
    """The sum that is made small; 0 is even."""
    fullest: float
    """Share of memory used on the fullest host."""
    busiest: float
    """Virtual CPUs per CPU on the busiest host."""


class Level:
    """The hosts' loads as moves change them."""

    def __init__(self, items: Iterable[Item], free: Sequence[int], cores: Sequence[int]) -> None:
        listed = list(items)
        self.board = Board(listed, free)
        count = len(free)
        self.cores = list(cores) or [1] * count
        self.used, self.vcpus = [0] * count, [0] * count
        self.members: Counter[tuple[Hashable, int]] = Counter()
        for item in listed:
            if item.at is not None:
                self._count(item, item.at, 1)
        self.size = [max(1, used + room) for used, room in zip(self.used, free, strict=True)]
        self.mean = sum(self.used) / sum(self.size)
        self.crowd = sum(self.vcpus) / sum(self.cores)
        self.weight = min(1.0, self.crowd) * float(self.mean / self.crowd) ** 2 if self.crowd else 0.0
        self.spent: set[int] = set()
        """Hosts that no guest leaves with a gain, until somebody comes or goes there."""

    def _count(self, item: Item, host: int, times: int) -> None:
        self.used[host] += times * item.holds
        self.vcpus[host] += times * item.vcpus
        if item.group is not None:
            self.members[item.group, host] += times

    def cost(self, host: int, holds: int = 0, vcpus: int = 0) -> float:
        """What the host adds to the spread, if so much more were there."""
        memory = (self.used[host] + holds) / self.size[host] - self.mean
        cpus = (self.vcpus[host] + vcpus) / self.cores[host] - self.crowd
        return memory * memory + self.weight * cpus * cpus

    def gain(self, item: Item, target: int) -> float:
        """By how much the spread falls if the guest goes there."""
        source = self.board.at[item.key]
        assert source is not None
        before = self.cost(source) + self.cost(target)
        return before - self.cost(source, -item.holds, -item.vcpus) - self.cost(target, item.holds, item.vcpus)

    def together(self, item: Item, target: int) -> bool:
        """Would it come closer to its group's others?"""
        source = self.board.at[item.key]
        if item.group is None or source is None:
            return False
        return self.members[item.group, target] > self.members[item.group, source] - 1

    def move(self, item: Item, target: int) -> None:
        source = self.board.at[item.key]
        assert source is not None
        self.board.move(item.key, target)
        self._count(item, source, -1)
        self._count(item, target, 1)
        self.spent -= {source, target}

    def balance(self) -> Balance:
        """How even it is now."""
        hosts = range(len(self.used))
        return Balance(
            spread=sum(self.cost(host) for host in hosts),
            fullest=max((self.used[host] / self.size[host] for host in hosts), default=0.0),
            busiest=max((self.vcpus[host] / self.cores[host] for host in hosts), default=0.0),
        )


class Levelled(Struct, frozen=True):
    """The moves in order, and how even the pool was and will be."""

    hops: tuple[Hop, ...]
    before: Balance
    after: Balance


def level(
    items: Sequence[Item], free: Sequence[int], cores: Sequence[int] = (), most: int = NEVER, worth: float = WORTH
) -> Levelled:
    """Even the hosts out.

    Args:
        items: everybody who runs, each with its host; those with an empty `may` stay.
        free: bytes free on each host.
        cores: CPUs of each host; empty: only memory counts.
        most: moves at most.
        worth: share of the first spread that each move has to take away.
    """
    state = Level(items, free, cores)
    before = state.balance()
    least = max(worth * before.spread, 1e-9)
    while len(state.board.hops) < most:
        if not (_single(state, least) or (len(state.board.hops) + 2 <= most and _swap(state, 2 * least))):
            break
    return Levelled(tuple(state.board.hops), before, state.balance())


def _ranked(state: Level) -> list[int]:
    """Hosts with too much first, those with too little last."""
    return sorted(range(len(state.used)), key=lambda host: -_excess(state, host))


def _excess(state: Level, host: int) -> float:
    memory = state.used[host] / state.size[host] - state.mean
    return memory + math.sqrt(state.weight) * (state.vcpus[host] / state.cores[host] - state.crowd)


def _single(state: Level, least: float) -> bool:
    ranked = _ranked(state)
    idle, busy = ranked[::-1][:IDLE], [host for host in ranked if host not in state.spent]
    for start in range(0, len(busy), BUSIEST):
        found = [_best(state, host, idle, least) for host in busy[start : start + BUSIEST]]
        able = [each for each in found if each is not None]
        if able:
            _, _, item, target = max(able, key=lambda each: each[:2])
            state.move(item, target)
            return True
    return False


def _best(state: Level, host: int, idle: Sequence[int], least: float) -> tuple[float, str, Item, int] | None:
    """The guest of this host that helps most elsewhere; None, and the host is spent, if none helps enough."""
    best: tuple[float, str, Item, int] | None = None
    for key in state.board.on[host]:
        item = state.board.items[key]
        for target in idle:
            if state.board.fits(item, target) and not state.together(item, target):
                gain = state.gain(item, target)
                if gain >= least and (best is None or (gain, str(key)) > best[:2]):
                    best = (gain, str(key), item, target)
    if best is None:
        state.spent.add(host)
    return best


def _swap(state: Level, least: float) -> bool:
    """Two guests change places, the bigger one first if there is room for it."""
    ranked = _ranked(state)
    for host in ranked[:SWAPS]:
        for target in ranked[::-1][:SWAPS]:
            found = _pair(state, host, target, least)
            if found is not None:
                for item, place in found:
                    state.move(item, place)
                return True
    return False


def _pair(state: Level, host: int, other: int, least: float) -> tuple[tuple[Item, int], tuple[Item, int]] | None:
    best: tuple[float, str, str, Item, Item] | None = None
    free = state.board.free
    for key in state.board.on[host]:
        item = state.board.items[key]
        if other not in item.may or free[other] < item.needs or state.together(item, other):
            continue
        for back_key in state.board.on[other]:
            back = state.board.items[back_key]
            if host not in back.may or free[host] + item.holds < back.needs or state.together(back, host):
                continue
            holds, vcpus = item.holds - back.holds, item.vcpus - back.vcpus
            before = state.cost(host) + state.cost(other)
            gain = before - state.cost(host, -holds, -vcpus) - state.cost(other, holds, vcpus)
            found = (gain, str(key), str(back_key), item, back)
            if best is None or found[:3] > best[:3]:
                best = found
    if best is None or best[0] < least:
        return None
    return (best[3], other), (best[4], host)
