"""Somebody blocked the migration of this guest.

An entry in the guest's blocked_operations forbids it, with a reason that whoever set it left behind.

Cause: a backup set the block while it ran, and was interrupted before it took it away again.
Fix: If no backup of the guest is running, take the block away: `xe vm-param-remove uuid=...
    param-name=blocked-operations param-key=pool_migrate`.

Cause: an administrator wants the guest to stay where it is.
Fix: Ask them; the reason is in the entry.

Example:
    pool p
    host xcp1
    host xcp2
    guest web block=pool_migrate:backup   # rule: operation-blocked
    guest free block=snapshot:no
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("lifecycle", 1),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if pool_migrate is blocked."""
    hosts = int(s.everywhere)
    return {vm.ref: hosts for vm in guests if vm.blocked_operations and "pool_migrate" in vm.blocked_operations}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("OPERATION_BLOCKED", vm.ref, vm.blocked_operations["pool_migrate"])


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """The reason that was left."""
    reason = vm.blocked_operations["pool_migrate"]
    backup = any(word in reason.lower() for word in ("backup", "export", "replication"))
    left = ", perhaps left behind by a backup that was interrupted" if backup else ""
    take = f"xe vm-param-remove uuid={vm.uuid} param-name=blocked-operations param-key=pool_migrate"
    seen = f"{cannot_move(vm)}: its migration is blocked with the reason {reason!r}{left}."
    return Words(vm.ref, seen, (f"If nothing needs the block any more, take it away: `{take}`.",))
