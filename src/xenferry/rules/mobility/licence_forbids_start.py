"""The pool's licence does not allow guests to be started.

XAPI asks this before anything else, for halted guests only.

Cause: the licence has expired, or the edition restricts starting guests (restrict_vm_start).
Fix: Apply a licence: `xe pool-apply-edition edition=... licence-server-address=...`.

Example:
    pool p restrict=vm_start
    host xcp1
    guest web halted   # rule: licence-forbids-start
    guest up
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go

where = (Place("licence", 1),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Halted guests everywhere, if the pool restricts it."""
    if s.pool.restrictions.get("restrict_vm_start") != "true":
        return {}
    return {vm.ref: int(s.everywhere) for vm in guests if vm.power_state == "Halted"}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("LICENCE_RESTRICTION", "VM_start")


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """That it is the licence."""
    seen = f"{cannot_go(vm, hosts)}: the pool's licence does not allow guests to be started."
    return Words(s.pool.ref, seen, ("Apply a licence that does: `xe pool-apply-edition`.",))
