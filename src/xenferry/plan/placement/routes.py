"""Every order of moves in a very small pool, fewest moves first: for ends that `sequence` does not know how to reach.

A breadth-first search over who is where, stopped after so many places of everybody.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence

from xenferry.plan.placement.item import Hop, Item

STATES = 30_000
GUESTS = 12
"""With more of them so many places of everybody are only a beginning."""

Where = tuple[int | None, ...]
"""Position of each guest's host, in the order of the items; None: still on the host that is emptied."""


def search(items: Sequence[Item], free: Sequence[int], states: int = STATES) -> tuple[Hop, ...] | None:
    """Hops in an order in which each finds room, after which everybody has a host; None if none was found."""
    if len(items) > GUESTS:
        return None
    start = tuple(item.at for item in items)
    came: dict[Where, tuple[Where, Hop] | None] = {start: None}
    queue = deque([(start, tuple(free))])
    while queue and len(came) < states:
        where, room = queue.popleft()
        if None not in where:
            return tuple(reversed(list(_back(came, where))))
        for number, host in _moves(items, where, room):
            after = (*where[:number], host, *where[number + 1 :])
            if after not in came:
                came[after] = (where, Hop(items[number].key, where[number], host))
                queue.append((after, _room(room, items[number].holds, where[number], host)))
    return None


def _moves(items: Sequence[Item], where: Where, room: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Which guest can go to which host now."""
    for number, item in enumerate(items):
        yield from ((number, host) for host in item.may if host != where[number] and room[host] >= item.needs)


def _room(room: Sequence[int], holds: int, source: int | None, target: int) -> tuple[int, ...]:
    return tuple(free + holds * ((at == source) - (at == target)) for at, free in enumerate(room))


def _back(came: dict[Where, tuple[Where, Hop] | None], where: Where) -> Iterator[Hop]:
    """The hops that led there, the last one first."""
    while (step := came[where]) is not None:
        where, hop = step
        yield hop
