"""A control domain belongs to its host and cannot be migrated.

Every host has a control domain, dom0, which drives its hardware; driver domains have a part of it. They are bound to
their host.

Cause: the machine is the host's dom0, or a driver domain.
Fix: Leave it: it starts and stops with its host.

Example:
    pool p
    host xcp1
    host xcp2
    guest driver   # rule: control-domain
      set is_control_domain=true
    guest web
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("lifecycle", 9),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere."""
    hosts = int(s.everywhere)
    return {vm.ref: hosts for vm in guests if vm.is_control_domain}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("OPERATION_NOT_ALLOWED", "This operation is not allowed on a control domain")


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """That it is one."""
    cure = "Leave it: it starts and stops with its host."
    return Words(vm.ref, f"{cannot_move(vm)}: it is a control domain.", (cure,))
