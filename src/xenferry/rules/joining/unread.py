"""What of a side was not read, so that nobody takes silence for a yes."""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.rules.finding import Severity
from xenferry.rules.joining.hurdle import Hurdle, Sides, tells
from xenferry.rules.words import listed

NEEDED = frozenset(
    {
        "Bond",
        "Certificate",
        "Cluster",
        "Cluster_host",
        "PIF",
        "SDN_controller",
        "SM",
        "SR",
        "VIF",
        "VLAN",
        "VM",
        "host",
        "network",
        "network_sriov",
        "pool",
        "pool_update",
        "tunnel",
    }
)
"""The classes that the other checks look at."""


def classes(at: Sides) -> Iterator[Hurdle]:
    """As of a capture of an old version, or of an XAPI that has no such class."""
    for s, name in ((at.joiner, at.name), (at.pool, at.pool_name)):
        missing = sorted(NEEDED & s.not_read)
        if missing:
            yield from tells(
                "not-read",
                Severity.UNKNOWN,
                f"Of {name} these classes were not read: {listed(missing)}. What depends on them was not judged.",
                "Read it again: give the pool itself, or a new capture.",
            )
