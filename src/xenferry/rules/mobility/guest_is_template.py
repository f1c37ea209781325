"""A template is not a running machine and cannot be migrated.

Templates only exist to make guests of them.

Cause: the machine was turned into a template.
Fix: Make a guest of it: `xe vm-install template=...`, or turn the template back: `xe template-param-set uuid=...
    is-a-template=false`.

Example:
    pool p
    host xcp1
    host xcp2
    guest mould   # rule: guest-is-template
      set is_a_template=true
    guest web
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("lifecycle", 4),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere."""
    hosts = int(s.everywhere)
    return {vm.ref: hosts for vm in guests if vm.is_a_template and not vm.is_a_snapshot}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("VM_IS_TEMPLATE", vm.ref, "pool_migrate")


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """That it is one."""
    cure = f"Make a guest of it first: `xe vm-install template={vm.uuid} new-name-label=...`."
    return Words(vm.ref, f"{cannot_move(vm)}: it is a template.", (cure,))
