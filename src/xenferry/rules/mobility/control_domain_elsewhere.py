"""A control domain only starts on the host it belongs to.

Its affinity names that host, and XAPI keeps to it.

Cause: a driver domain is asked to start on another host than its affinity names.
Fix: Start it on its own host, or set its affinity: `xe vm-param-set uuid=... affinity=...`.

Example:
    pool p
    host xcp1
    host xcp2
    guest driver halted   # rule: control-domain-elsewhere
      set is_control_domain=true
      set affinity=OpaqueRef:elsewhere
    guest web halted
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import NULL, VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go

where = (Place("core", 7),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Every host but the one of its affinity."""
    bound = (vm for vm in guests if vm.is_control_domain and vm.affinity != NULL)
    return {vm.ref: int(s.everywhere) & ~(1 << s.place[vm.affinity] if vm.affinity in s.place else 0) for vm in bound}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return ("OPERATION_NOT_ALLOWED", "Cannot boot a control domain on a host different from its affinity")


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """Whose it is."""
    own = s.host.get(vm.affinity)
    seen = f"{cannot_go(vm, hosts)}: it is a control domain of {own.name_label if own else 'a host that is gone'}."
    change = f"Give it another affinity: `xe vm-param-set uuid={vm.uuid} affinity=...`."
    return Words(vm.ref, seen, (f"Start it on {own.name_label}.", change) if own else (change,))
