"""Why there cannot be room, in numbers that a person can check; for pools too big to try everything."""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.plan.placement.item import Item
from xenferry.plan.words import size
from xenferry.pool.hostset import HostSet


def impossible(leaving: Sequence[Item], residents: Sequence[Item], free: Sequence[int]) -> str:
    """A sentence that proves it; empty where these counts prove nothing.

    For any set of hosts: the guests that can be nowhere else must all fit there together.
    """
    everything = [*leaving, *residents]
    capacity = list(free)
    for item in residents:
        if item.at is not None:
            capacity[item.at] += item.holds
    for hosts in _sets(leaving, residents):
        bound = [item for item in everything if not _homes(item) - hosts]
        wanted, room = sum(item.holds for item in bound), sum(capacity[host] for host in hosts)
        if wanted > room:
            return (
                f"{len(bound)} guests can only be on {_count(hosts)}; they need {size(wanted)} together and there are "
                f"{size(room)}: {size(wanted - room)} are missing, however they are moved"
            )
    for item in leaving:
        most = max((capacity[host] for host in item.may), default=0)
        if most < item.needs:
            return f"one guest needs {size(item.needs)}; no host that takes it can have more than {size(most)} free"
    return ""


def _homes(item: Item) -> HostSet:
    return item.may if item.at is None else item.may | 1 << item.at


def _sets(leaving: Sequence[Item], residents: Sequence[Item]) -> list[HostSet]:
    """Sets of hosts worth asking: where those who leave may go, these sets together, and what residents add."""
    masks = sorted({int(item.may) for item in leaving if item.may})
    found = dict.fromkeys(masks)
    union = 0
    for mask in sorted(masks, key=int.bit_count):
        union |= mask
        found[union] = None
    closed = union
    for item in residents:
        if item.at is not None and closed >> item.at & 1:
            closed |= int(_homes(item))
    found[closed] = None
    found.update(dict.fromkeys(sorted({int(_homes(item)) for item in residents})[:200]))
    return [HostSet(mask) for mask in found]


def _count(hosts: HostSet) -> str:
    return "one host" if len(hosts) == 1 else f"the same {len(hosts)} hosts"
