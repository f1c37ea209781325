"""The guest's GPUs are reserved, and a second place for them is not to be had.

While a guest with virtual GPUs starts or migrates, its places are reserved; XAPI then skips its first check, and the
real placement fails.

Cause: another start or migration of the same guest is under way.
Fix: Wait for it to end, then try again.

Cause: the toolstack was restarted in the middle and left the reservation behind.
Fix: Restart the toolstack on the coordinator: `xe-toolstack-restart`.

Example:
    pool p
    host xcp1
      gpu 0000:05:00.0
    host xcp2
    guest cad on=xcp1
      vgpu 0000:05:00.0   # rule: gpu-taken-meanwhile
    # unseen: every virtual GPU has a reservation
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import gpu
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go

where = (Place("reserve", 2),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts without room, for guests whose virtual GPUs all have a place already."""
    found: dict[Ref, int] = {}
    for vm in guests:
        if vm.VGPUs and gpu.is_reserved(s, vm):
            found[vm.ref] = sum(1 << at for at, host in enumerate(s.hosts) if gpu.place(s, vm, host))
    return {ref: hosts for ref, hosts in found.items() if hosts}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return gpu.place(s, vm, host)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """That a reservation exists."""
    seen = f"{cannot_go(vm, hosts)}: its virtual GPUs are reserved already, and there is no second place for them."
    return Words(gpu.of(s, vm)[0].ref, seen, ("Wait until the start or migration under way has ended.",))
