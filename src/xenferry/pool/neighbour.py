"""What NICs are plugged into, as the switches themselves say (LLDP): an observation, for XAPI knows nothing of it."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from msgspec import Struct

from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Observation, Snapshot

KIND = "lldp"
"""Observations of this kind: the subject is a physical PIF, the value a `Neighbour`."""


class Neighbour(Struct, frozen=True):
    """A port of a switch."""

    switch: str
    port: str
    vlan: int = -1
    """The port's untagged VLAN; -1: the switch does not say."""

    def comparable(self, other: Neighbour) -> bool:
        """Do both say enough to tell whether they are one segment? Of two switches nothing is known."""
        return self.switch == other.switch != "" and self.vlan >= 0 and other.vlan >= 0


def neighbours(s: Snapshot) -> dict[Ref, Neighbour]:
    """Physical PIF -> its port, where that was asked."""
    return {each.subject: msgspec.convert(each.value, Neighbour) for each in s.observations if each.kind == KIND}


def with_neighbours(s: Snapshot, found: Mapping[Ref, Neighbour]) -> Snapshot:
    """The snapshot with what was asked, in place of what was asked before."""
    kept = (each for each in s.observations if each.kind != KIND)
    new = (Observation(kind=KIND, subject=ref, value=msgspec.to_builtins(port)) for ref, port in found.items())
    return Snapshot(s.tables, taken_at=s.taken_at, observations=(*kept, *new), not_read=s.not_read)
