"""The host has not enough memory free for the guest.

XAPI counts every guest on a host at its dynamic minimum plus overhead, and guests that are about to arrive; what is
free at this moment does not count. A guest that moves is held on both hosts for a while.

Cause: other guests take the memory.
Fix:
- Move another guest off it (`xenferry migrate GUEST --to HOST`), or shut one down there.
- Lower the dynamic minimum of guests with dynamic memory: `xe vm-memory-dynamic-range-set uuid=... min=... max=...`.

Cause: a guest is expected there that will not come, after a migration was interrupted.
Fix: Restart the toolstack on the coordinator: `xe-toolstack-restart`.

Example:
    pool p
    host xcp1 memory=32GiB
    host xcp2 memory=8GiB
    guest db on=xcp1 memory=16GiB   # rule: not-enough-memory
    guest web on=xcp1 memory=1GiB
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate
from operator import or_

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import memory
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go, gib, of

where = (Place("core-memory", 20),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts with less free than it needs; none when nobody looked at their metrics."""
    if "host_metrics" in s.not_read:
        return {}
    ladder, counted, place, found = memory.ladder(s), memory.counts_vcpus(s), s.place, dict[Ref, int]()
    wanted = [(vm, memory.needed_by(vm, counted)) for vm in guests]
    highest = bisect_left(ladder, (max((needs for _, needs in wanted), default=0), 0))
    below = list(accumulate((bit for _, bit in ladder[:highest]), or_, initial=0))
    for vm, needs in wanted:
        expected = vm.scheduled_to_be_resident_on
        short = below[bisect_left(ladder, (needs, 0))]
        if short and expected in place and memory.free(s, expected, vm.ref) >= needs:
            short &= ~(1 << place[expected])
        if short:
            found[vm.ref] = short
    return found


def unknown(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts whose metrics, with their memory, are not in the snapshot."""
    unseen = memory.unseen(s)
    return {vm.ref: unseen for vm in guests} if unseen else {}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer, in bytes."""
    free = memory.free(s, host.ref, vm.ref)
    return ("HOST_NOT_ENOUGH_FREE_MEMORY", str(memory.needed(s, vm)), str(free))


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """What it needs and what is free, or that it is not known."""
    if "host_metrics" in s.not_read:
        seen = f"Whether {of(hosts)} has memory for {vm.name_label} is unknown: the snapshot lacks the hosts' metrics."
        return Words(vm.ref, seen, ("Collect the hosts' metrics: `xenferry capture FILE`.",))
    free = max(memory.free(s, host.ref, vm.ref) for host in hosts)
    most = "at most " if len(hosts) > 1 else ""
    seen = (
        f"{cannot_go(vm, hosts)}: it needs {gib(memory.needed(s, vm))} of memory, and {most}{gib(free)} is free there."
    )
    cures = (
        f"Move another guest off {hosts[0].name_label}: `xenferry migrate GUEST --to HOST`.",
        "Shut one down there.",
    )
    return Words(vm.ref, seen, cures)
