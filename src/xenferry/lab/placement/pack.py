"""XAPI's bin packing: the biggest guest to the host with most room, again and again."""

from __future__ import annotations

from collections.abc import Sequence

Sizes = Sequence[tuple[str, int]]
"""(reference, bytes)"""
Plan = list[tuple[str, str]]
"""(guest, host)"""


def pack(guests: Sizes, hosts: Sizes) -> Plan:
    """What does not fit on the host with most room is left out; the rest is planned on."""
    room = sorted(hosts, key=lambda pair: -pair[1])
    plan: Plan = []
    for guest, size in sorted(guests, key=lambda pair: -pair[1]):
        if room and room[0][1] >= size:
            host, left = room[0][0], room[0][1] - size
            at = next((i for i, pair in enumerate(room[1:]) if pair[1] <= left), len(room) - 1)
            room = [*room[1 : at + 1], (host, left), *room[at + 1 :]]
            plan.insert(0, (guest, host))
    return plan
