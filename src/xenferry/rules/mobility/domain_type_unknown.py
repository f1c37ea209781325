"""XAPI does not know how the guest is virtualised.

What a guest was started as (HVM, PV, PVH) stands in its metrics. Where that is missing for a guest that is not halted,
XAPI fails with an internal error as soon as it has to know: to compare CPUs, or to see whether a host can run it.

Cause: the database lost it; a toolstack that crashed while the guest was started or suspended leaves such a record.
Fix:
- Running: shut the guest down from inside and start it again.
- Suspended: try to resume it where it was; if XAPI refuses, `xe vm-shutdown uuid=... force=true` gives its memory up.

Example:
    pool p
    host xcp1
    host xcp2
    guest web   # rule: domain-type-unknown
      set metrics.current_domain_type=unspecified
    guest ok
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import guest
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_move

where = (Place("cpu", 1), Place("core-cpu", 10), Place("core", 19))


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Everywhere, if its metrics are there and do not say; if they are not there, `not-in-snapshot` speaks."""
    hosts, types, metrics = int(s.everywhere), guest.types(s), s.VM_metrics
    unknown = (vm for vm in guests if types[vm.ref] == guest.UNKNOWN_TYPE)
    return {vm.ref: hosts for vm in unknown if vm.power_state != "Halted" and vm.metrics in metrics}


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer."""
    return guest.UNKNOWN_TYPE_ERROR


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """That it is not known."""
    seen = f"{cannot_move(vm)}: XAPI does not know whether it was started as HVM, PV or PVH, and fails over that."
    return Words(vm.metrics, seen, (f"Shut {vm.name_label} down and start it again.",))
