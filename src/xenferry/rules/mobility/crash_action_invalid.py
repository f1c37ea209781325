"""What shall happen when the guest crashes is something XAPI cannot do.

`rename_restart` is never possible; a core dump is only possible of a PV guest.

Cause: a tool or a restored backup set an action that this kind of guest does not support.
Fix: `xe vm-param-set uuid=... actions-after-crash=restart`.

Example:
    pool p
    host xcp1
    host xcp2
    guest web hvm   # rule: crash-action-invalid
      set actions_after_crash=coredump_and_restart
    guest para pv
      set actions_after_crash=coredump_and_restart
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import guest
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("core", 5),)

FIELD = "VM.actions_after_crash"
NEVER = "option would leak a domain; VMs and not domains are managed by this API"
ONLY_PV = "cannot invoke a coredump of an HVM, PVH or PV-in-PVH domain"
DUMPS = ("coredump_and_destroy", "coredump_and_restart")


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if the action is not possible."""
    hosts, types = int(s.everywhere), guest.types(s)
    special = (vm for vm in guests if vm.actions_after_crash in ("rename_restart", *DUMPS))
    return {vm.ref: hosts for vm in special if vm.actions_after_crash not in DUMPS or types[vm.ref] != "pv"}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    if vm.actions_after_crash in DUMPS and guest.types(s)[vm.ref] == guest.UNKNOWN_TYPE:
        return guest.UNKNOWN_TYPE_ERROR
    return ("VALUE_NOT_SUPPORTED", FIELD, vm.actions_after_crash, ONLY_PV if vm.actions_after_crash in DUMPS else NEVER)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """The action."""
    seen = f"{cannot_move(vm)}: its action after a crash, {vm.actions_after_crash}, is not possible for it."
    return Words(vm.ref, seen, (f"`xe vm-param-set uuid={vm.uuid} actions-after-crash=restart`",))
