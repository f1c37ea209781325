"""What a host has to have again when it has booted."""

from __future__ import annotations

from xenferry.plan.step import Thing
from xenferry.plan.things import seek
from xenferry.pool.records import Ref
from xenferry.pool.snapshot import Snapshot


def connected(snapshot: Snapshot, host: Thing) -> frozenset[Ref]:
    """The PBDs by which the host reaches SRs at this moment."""
    own = seek(snapshot, host)
    return frozenset(ref for ref, pbd in snapshot.PBD.items() if pbd.host == own and pbd.currently_attached)
