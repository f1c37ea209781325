"""What is placed: guests with what they need, and hops, the moves that bring them where they go."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence

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
    """Hosts that would take it, memory aside; never the one that is emptied, nor its own."""
    at: int | None = None
    """Position of the host where it lives; None: on the one that is emptied."""
    vcpus: int = 0
    group: Hashable = None
    """Guests of one group should be on different hosts; None: of no group."""


class Hop(Struct, frozen=True):
    """One move. Hops of an answer are in an order in which each finds room."""

    key: Hashable
    source: int | None
    target: int
    after: tuple[int, ...] = ()
    """Earlier hops of the answer that must have left the target before."""


class Taste(Struct, frozen=True, kw_only=True):
    """What makes one host better than another among those that have room."""

    prefer: HostSet = HostSet(0)
    cores: Sequence[int] = ()
    """CPUs of each host; empty: the load of CPUs does not count."""
    vcpus: Sequence[int] = ()
    """Virtual CPUs of the guests that run on each host."""
    groups: Mapping[tuple[Hashable, int], int] = {}
    """How many guests of a group a host runs already."""


def linked(hops: Iterable[Hop], items: Mapping[Hashable, Item], free: Sequence[int]) -> tuple[Hop, ...]:
    """The hops, each with those that it has to wait for.

    A hop waits for nobody if it fits even when everybody has arrived and nobody has left; else for all who leave its
    target earlier in the order. So whatever runs side by side, nobody ever finds the room taken.
    """
    left, leavers, found = list(free), list[list[int]]([] for _ in free), list[Hop]()
    for number, hop in enumerate(hops):
        item = items[hop.key]
        waits = tuple(leavers[hop.target]) if left[hop.target] < item.needs else ()
        before = next((place for place in reversed(range(number)) if found[place].key == hop.key), None)
        own = (before,) if before is not None else ()
        found.append(Hop(hop.key, hop.source, hop.target, tuple(dict.fromkeys((*own, *waits)))))
        left[hop.target] -= item.holds
        if hop.source is not None:
            leavers[hop.source].append(number)
    return tuple(found)
