"""The guest's number of virtual CPUs makes no sense.

Both numbers must be at least one, and a guest cannot start with more CPUs than its maximum.

Cause: a tool or a restored backup wrote inconsistent numbers.
Fix: Shut the guest down and set both: `xe vm-param-set uuid=... VCPUs-max=N` and
    `xe vm-param-set uuid=... VCPUs-at-startup=N`.

Example:
    pool p
    host xcp1
    host xcp2
    guest web   # rule: vcpus-invalid
      set VCPUs_at_startup=4
      set VCPUs_max=2
    guest ok cpus=2
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("core", 2),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if the numbers are wrong."""
    hosts = int(s.everywhere)
    return {vm.ref: hosts for vm in guests if not 1 <= vm.VCPUs_at_startup <= vm.VCPUs_max}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    if vm.VCPUs_max < 1:
        return ("INVALID_VALUE", "VCPUs_max", str(vm.VCPUs_max))
    if vm.VCPUs_at_startup < 1:
        return ("INVALID_VALUE", "VCPUs-at-startup", str(vm.VCPUs_at_startup))
    return ("VALUE_NOT_SUPPORTED", "VCPUs-at-startup", str(vm.VCPUs_at_startup), "value greater than VCPUs-max")


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Both numbers."""
    numbers = f"it is to start with {vm.VCPUs_at_startup} virtual CPUs, and its maximum is {vm.VCPUs_max}"
    most = max(1, vm.VCPUs_at_startup)
    cure = f"Shut it down and set `xe vm-param-set uuid={vm.uuid} VCPUs-max={most}`."
    return Words(vm.ref, f"{cannot_move(vm)}: {numbers}.", (cure,))
