"""The guest's shadow memory multiplier is below one.

It says how much memory Xen may use to keep track of the memory of a guest, as a multiple of the normal amount.

Cause: somebody set HVM_shadow_multiplier by hand, or a backup restored it.
Fix: `xe vm-param-set uuid=... HVM-shadow-multiplier=1`.

Example:
    pool p
    host xcp1
    host xcp2
    guest web   # rule: shadow-multiplier-invalid
      set HVM_shadow_multiplier=0.5
    guest ok
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("core", 4),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if it is below one."""
    hosts = int(s.everywhere)
    return {vm.ref: hosts for vm in guests if vm.HVM_shadow_multiplier < 1.0}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer; it writes floats with twelve digits and always a point, so one half is `0.5` and zero `0.`."""
    text = f"{vm.HVM_shadow_multiplier:.12g}"
    return ("INVALID_VALUE", "HVM_shadow_multiplier", text if not text.lstrip("-").isdigit() else f"{text}.")


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """The value."""
    seen = f"{cannot_move(vm)}: its shadow memory multiplier is {vm.HVM_shadow_multiplier:g}, and 1 is the least."
    return Words(vm.ref, seen, (f"`xe vm-param-set uuid={vm.uuid} HVM-shadow-multiplier=1`",))
