"""Memory as planners keep account of it. To the byte, by XAPI's own formulas, which the rules know.

While a guest moves it holds memory on both hosts, which is why planners take from the target at once and give back to
the source only after the move.
"""

from __future__ import annotations

from xenferry.pool import records as r
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import memory


def held(vm: r.VM) -> int:
    """Bytes that XAPI counts against a host for a guest that lives there or is about to."""
    return vm.memory_dynamic_min + vm.memory_overhead


def free(snapshot: Snapshot) -> list[int]:
    """Bytes each host has free for guests, in the order of `snapshot.hosts`."""
    return [memory.free(snapshot, host.ref) for host in snapshot.hosts]


def needed(snapshot: Snapshot, vm: r.VM) -> int:
    """Bytes the target must have free when the guest arrives."""
    return memory.needed(snapshot, vm)
