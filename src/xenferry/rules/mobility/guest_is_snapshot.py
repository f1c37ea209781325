"""A guest's snapshot is a record of the past and cannot be migrated.

It has no running machine, and XAPI allows no migration of it in any state.

Cause: the reference is that of a snapshot, not of the guest it was taken of.
Fix: Name the guest itself, or make a new guest of the snapshot: `xe snapshot-copy uuid=...`.

Example:
    pool p
    host xcp1
    host xcp2
    guest before-update   # rule: guest-is-snapshot
      set is_a_snapshot=true
    guest web
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("lifecycle", 5),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere."""
    hosts = int(s.everywhere)
    return {vm.ref: hosts for vm in guests if vm.is_a_snapshot}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("VM_IS_SNAPSHOT", vm.ref, "pool_migrate")


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Of which guest it is."""
    of = s.name(vm.snapshot_of) if vm.snapshot_of in s.VM else "a guest that is gone"
    return Words(vm.ref, f"{cannot_move(vm)}: it is a snapshot of {of}.", ("Name the guest itself.",))
