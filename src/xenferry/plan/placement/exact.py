"""Every end state of a small pool, fewest moves first: what this does not find does not exist.

A depth-first search with bounds, stopped after so many states; then it proves nothing.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from enum import Enum

from xenferry.plan.placement.board import Board
from xenferry.plan.placement.item import Hop, Item
from xenferry.plan.placement.sequence import sequence

STATES = 60_000
GUESTS = 200
"""More are not tried: the search goes as deep as there are guests."""


class Verdict(Enum):
    """What a search has shown."""

    FOUND = "found"
    IMPOSSIBLE = "impossible"
    OPEN = "open"
    """It was stopped before it knew."""


class _Tired(Exception):
    """So many states were looked at."""


def search(
    items: Sequence[Item], free: Sequence[int], states: int = STATES, most: int | None = None
) -> tuple[Verdict, tuple[Hop, ...]]:
    """The hops that give everybody who has no host one, or proof that none exist. `most`: extra moves that are tried.

    Impossible means: no end state has room for everybody. An end state that cannot be reached in order proves nothing.
    """
    if len(items) > GUESTS:
        return Verdict.OPEN, ()
    ends, unreachable = _Ends(items, free, states), False
    try:
        for extra in range((sum(item.at is not None for item in items) if most is None else most) + 1):
            for wanted in ends.of(extra):
                board = Board(items, free)
                if sequence(board, wanted):
                    return Verdict.FOUND, tuple(board.hops)
                unreachable = True
            if not ends.cut:  # no state failed for want of moves: more moves lead nowhere new
                break
    except _Tired:
        return Verdict.OPEN, ()
    return (Verdict.OPEN if unreachable else Verdict.IMPOSSIBLE), ()


class _Ends:
    """End states, by how many guests that live on a target are moved."""

    def __init__(self, items: Sequence[Item], free: Sequence[int], states: int) -> None:
        self._items = sorted(items, key=lambda item: (item.at is not None, -item.holds, str(item.key)))
        self._free = list(free)
        for item in items:
            if item.at is not None:
                self._free[item.at] += item.holds
        self._left = states
        self._wanted: dict[Hashable, int] = {}
        self.cut = False

    def of(self, extra: int) -> Iterator[dict[Hashable, int]]:
        """Those that move exactly so many; `cut` says afterwards whether more moves could lead further."""
        self.cut = False
        return self._from(0, extra)

    def _from(self, place: int, extra: int) -> Iterator[dict[Hashable, int]]:
        self._left -= 1
        if self._left < 0:
            raise _Tired
        if place == len(self._items):
            if not extra:
                yield dict(self._wanted)
            return
        item = self._items[place]
        for host in self._hosts(item):
            moves = item.at is not None and host != item.at
            if moves and not extra:
                self.cut = True
                continue
            self._free[host] -= item.holds
            self._wanted[item.key] = host
            yield from self._from(place + 1, extra - moves)
            self._free[host] += item.holds
            del self._wanted[item.key]

    def _hosts(self, item: Item) -> list[int]:
        """Those that could hold it in the end; whether it finds room on arrival, `sequence` says."""
        own = [] if item.at is None else [item.at]
        return [
            host for host in (*own, *(host for host in item.may if host != item.at)) if self._free[host] >= item.holds
        ]
