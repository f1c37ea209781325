"""The cheapest thing that would make room, when moves alone do not: memory freed, a guest stopped, one made smaller.

Each is tried out, not estimated: with it everybody finds a place. That costs a search each, so only a few are tried.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence

from msgspec import Struct

from xenferry.plan.placement.item import Item

TRIALS = 8
"""Searches for each kind of relief."""
HOSTS = 2
"""Hosts on which it is tried how much has to be freed."""
STEP = 64 << 20
"""Bytes: how exactly the memory to be freed is found."""


class Relief(Struct, frozen=True, kw_only=True):
    """One thing that would make room for everybody."""

    host: int | None = None
    """Position of the host where memory has to be freed, or where the guest is; None: on the host that is emptied."""
    bytes: int
    """How much would be freed."""
    stop: Hashable = None
    """The guest that would have to be stopped."""
    besides: tuple[Hashable, ...] = ()
    """Further guests that would have to be stopped, when one is not enough; `bytes` is what all of them hold."""
    shrink: Hashable = None
    """The guest whose memory would have to be lowered by so much."""


Works = Callable[[Sequence[Item], Sequence[Item], Sequence[int]], bool]
"""Whether everybody who leaves finds room: (leaving, residents, free)."""


def reliefs(
    leaving: Sequence[Item],
    residents: Sequence[Item],
    free: Sequence[int],
    left: Sequence[Hashable],
    slack: dict[Hashable, int],
    works: Works,
) -> tuple[Relief, ...]:
    """What would help, the smallest first; empty when nothing single does.

    Args:
        leaving, residents, free: as for `answer`.
        left: those that found no room.
        slack: by how many bytes a guest may be made smaller while it runs.
        works: how to find out.
    """
    freed = _freed(leaving, residents, free, left, works)
    found = [freed] if freed else []
    if freed is not None:
        found += _shrunk(residents, slack, freed)
    stopped = _stopped(leaving, residents, free, freed, works) or _several(leaving, residents, free, left, works)
    return (*found, *([stopped] if stopped else []))


def _freed(
    leaving: Sequence[Item], residents: Sequence[Item], free: Sequence[int], left: Sequence[Hashable], works: Works
) -> Relief | None:
    """The least memory on the host where the least is missing."""
    waiting = [item for item in leaving if item.key in left and item.may]
    if not waiting:
        return None
    biggest = max(waiting, key=lambda item: item.needs)
    hosts = sorted(biggest.may, key=lambda place: -free[place])[:HOSTS]
    most = sum(item.needs for item in waiting)
    found = [_least(host, leaving, residents, free, most, works) for host in hosts]
    return min((each for each in found if each), key=lambda each: each.bytes, default=None)


def _least(
    host: int, leaving: Sequence[Item], residents: Sequence[Item], free: Sequence[int], most: int, works: Works
) -> Relief | None:
    """The least that has to be freed on this host; None if even `most` bytes are not enough."""

    def enough(amount: int) -> bool:
        return works(leaving, residents, [*free[:host], free[host] + amount, *free[host + 1 :]])

    if not enough(most):
        return None
    low = 0
    for _ in range(TRIALS):
        middle = (low + most) // 2 // STEP * STEP
        if most - low <= STEP or middle <= low:
            break
        low, most = (low, middle) if enough(middle) else (middle, most)
    return Relief(host=host, bytes=most)


def _shrunk(residents: Sequence[Item], slack: dict[Hashable, int], freed: Relief) -> Iterator[Relief]:
    """The guest on that host that can give so much and still has most left."""
    able = [item for item in residents if item.at == freed.host and slack.get(item.key, 0) >= freed.bytes]
    if able:
        best = max(able, key=lambda item: (slack[item.key], str(item.key)))
        yield Relief(host=freed.host, bytes=freed.bytes, shrink=best.key)


def _stopped(
    leaving: Sequence[Item], residents: Sequence[Item], free: Sequence[int], freed: Relief | None, works: Works
) -> Relief | None:
    """The smallest guest whose stop is enough; those on the host where memory is missing are asked first."""
    missing = freed.bytes if freed else 0
    ranked = sorted((*residents, *leaving), key=lambda item: (item.holds < missing, item.holds, str(item.key)))
    for item in ranked[:TRIALS]:
        rest = list(free)
        if item.at is not None:
            rest[item.at] += item.holds
        others = [each for each in residents if each != item]
        if works([each for each in leaving if each != item], others, rest):
            return Relief(host=item.at, bytes=item.holds, stop=item.key)
    return None


def _several(
    leaving: Sequence[Item], residents: Sequence[Item], free: Sequence[int], left: Sequence[Hashable], works: Works
) -> Relief | None:
    """The fewest of those who leave, the biggest first; never more than would be left behind anyway."""
    ranked = sorted(leaving, key=lambda item: (-item.holds, str(item.key)))

    def enough(count: int) -> bool:
        gone = {item.key for item in ranked[:count]}
        return works([item for item in leaving if item.key not in gone], residents, free)

    few, many = 1, len(left)
    if many < 3 or not enough(many):
        return None
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if enough(middle) else (middle, many)
    first, *others = ranked[:many]
    held = sum(item.holds for item in ranked[:many])
    return Relief(host=None, bytes=held, stop=first.key, besides=tuple(item.key for item in others))
