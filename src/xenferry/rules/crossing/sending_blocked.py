"""Moving the guest with its disks is blocked by its own setting.

Backup software sets `blocked-operations:migrate_send` while it copies a guest's disks; people set it for guests that
must stay.

Cause: a backup is running, or was interrupted and left the block behind.
Fix: Wait for the backup; if none runs, take the block away:
    `xe vm-param-remove uuid=... param-name=blocked-operations param-key=migrate_send`.

Cause: somebody wants the guest to stay.
Fix: Ask who set it; the setting's value may say.

Example:
    pool east
    host north
    guest mail block=migrate_send:"backup is running"   # rule: sending-blocked
      disk root
    guest wiki block=pool_migrate:"stays on its host"
      disk root

    pool west
    host upper
    sr store nfs default
"""

from __future__ import annotations

from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("lifecycle", 1)


def refused(j: Journey) -> bool:
    """Only the operation itself counts, not pool_migrate."""
    return "migrate_send" in j.vm.blocked_operations


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return ("OPERATION_BLOCKED", j.vm.ref, j.vm.blocked_operations["migrate_send"])


def say(j: Journey) -> Words:
    """The reason that was left."""
    reason = j.vm.blocked_operations["migrate_send"]
    take = f"xe vm-param-remove uuid={j.vm.uuid} param-name=blocked-operations param-key=migrate_send"
    seen = f"{j.cannot}: moving it with its disks is blocked with the reason {reason!r}."
    return Words(j.vm.ref, seen, (f"If nothing needs the block any more, take it away: `{take}`.",))
