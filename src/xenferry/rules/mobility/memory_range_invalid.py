"""The guest's memory limits contradict each other.

XAPI puts small slips right by itself, but not a maximum below its minimum.

Cause: a tool or a restored backup wrote limits with a maximum below the minimum.
Fix: Shut the guest down and set all four: `xe vm-memory-limits-set uuid=... static-min=... dynamic-min=...
    dynamic-max=... static-max=...`.

Example:
    pool p
    host xcp1
    host xcp2
    guest web   # rule: memory-range-invalid
      set memory_dynamic_min=2147483648
      set memory_dynamic_max=1073741824
    guest ok
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move, gib

where = (Place("core", 3),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if a maximum is below its minimum."""
    hosts = int(s.everywhere)
    return {
        vm.ref: hosts
        for vm in guests
        if vm.memory_static_max < vm.memory_static_min or vm.memory_dynamic_max < vm.memory_dynamic_min
    }


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer, without the parameter that its documentation promises."""
    return ("MEMORY_CONSTRAINT_VIOLATION",)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """The range that is wrong."""
    static = vm.memory_static_max < vm.memory_static_min
    low, high = (
        (vm.memory_static_min, vm.memory_static_max) if static else (vm.memory_dynamic_min, vm.memory_dynamic_max)
    )
    what = "static" if static else "dynamic"
    seen = f"{cannot_move(vm)}: its {what} memory maximum ({gib(high)}) is below the minimum ({gib(low)})."
    return Words(vm.ref, seen, (f"Shut it down and set `xe vm-memory-limits-set uuid={vm.uuid} ...`.",))
