"""Guests on hosts while somebody tries moves: each can be taken back."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

from xenferry.plan.placement.item import Hop, Item


class Board:
    """Where everybody is, what is free, and the hops that led there."""

    def __init__(self, items: Iterable[Item], free: Sequence[int]) -> None:
        self.items = {item.key: item for item in items}
        self.free = list(free)
        self.at: dict[Hashable, int | None] = {}
        self.on: list[set[Hashable]] = [set() for _ in free]
        self.hops: list[Hop] = []
        for item in self.items.values():
            self.at[item.key] = item.at
            if item.at is not None:
                self.on[item.at].add(item.key)

    def fits(self, item: Item, target: int) -> bool:
        """May it go there, and has the target room now?"""
        return target in item.may and self.free[target] >= item.needs

    def move(self, key: Hashable, target: int) -> None:
        """The guest goes there."""
        self.hops.append(Hop(key, self.at[key], target))
        self._shift(key, target)

    def back_to(self, count: int) -> None:
        """Take hops back until only so many are left."""
        while len(self.hops) > count:
            hop = self.hops.pop()
            self._shift(hop.key, hop.source)

    def _shift(self, key: Hashable, target: int | None) -> None:
        holds, source = self.items[key].holds, self.at[key]
        if source is not None:
            self.free[source] += holds
            self.on[source].discard(key)
        if target is not None:
            self.free[target] -= holds
            self.on[target].add(key)
        self.at[key] = target
