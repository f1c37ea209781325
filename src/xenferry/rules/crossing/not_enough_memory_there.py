"""The receiving host has not enough free memory for the running guest.

Counted as inside a pool: every guest on the host at its dynamic minimum, and this one's dynamic minimum and overhead.
A halted or suspended guest is not asked for memory.

Cause: the host is full.
Fix: Choose another host of that pool, or free memory on it.

Cause: the guest may stop for a while.
Fix: Shut it down and move it cold.

Example:
    pool east
    host north memory=64GiB
    guest db memory=40GiB   # rule: not-enough-memory-there
      disk root
    guest wiki memory=2GiB
      disk root
    guest idle halted memory=40GiB
      disk root

    pool west
    host upper memory=32GiB
    sr store nfs default
"""

from __future__ import annotations

from bisect import bisect_left

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import memory
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.once import once_of
from xenferry.rules.place import Place
from xenferry.rules.words import Words, gib

where = Place("import", 4)


def refused(j: Journey) -> bool:
    """Nothing is said where the host's memory was not read."""
    live = j.vm.power_state in ("Running", "Paused")
    return live and memory.uses(j.there)[j.host.ref].seen and _free(j) < _needed(j)


def hosts(j: Journey) -> int:
    """All hosts that have less free than it needs."""
    if j.vm.power_state not in ("Running", "Paused"):
        return 0
    free, fuller = _ladder(j.there)
    return fuller[bisect_left(free, _needed(j))]


@once_of("VM", "host", "host_metrics")
def _ladder(there: Snapshot) -> tuple[list[int], list[int]]:
    """What the hosts have free, ascending; and for each place in that list the hosts that stand before it."""
    uses = memory.uses(there)
    rungs = sorted((memory.free(there, host.ref), at) for at, host in enumerate(there.hosts) if uses[host.ref].seen)
    fuller = [0]
    for _, at in rungs:
        fuller.append(fuller[-1] | 1 << at)
    return [free for free, _ in rungs], fuller


def _needed(j: Journey) -> int:
    return memory.needed(j.there, j.vm)


def _free(j: Journey) -> int:
    return memory.free(j.there, j.host.ref)


def error(j: Journey) -> Error:
    """XAPI's answer, as the receiving host counts."""
    return ("HOST_NOT_ENOUGH_FREE_MEMORY", str(_needed(j)), str(_free(j)))


def say(j: Journey) -> Words:
    """Both sizes."""
    seen = f"{j.cannot}: it needs {gib(_needed(j))} of memory there, and {gib(_free(j))} is free."
    cures = (f"Free {gib(_needed(j) - _free(j))} on {j.host.name_label}.", "Choose another host of that pool.")
    return Words(j.host.ref, seen, (*cures, "Move it cold."))
