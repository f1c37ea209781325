"""A snapshot with memory was taken on a CPU whose features the receiving host lacks.

A checkpoint holds the guest's memory, so it could only be resumed on a CPU that offers what the guest saw. XAPI asks
that of each such snapshot when a guest that is not halted changes pools.

Cause: the snapshot was taken on a host that the pool no longer has, or before its CPUs changed.
Fix: Remove the snapshot if it is not needed: `xe snapshot-uninstall uuid=...`.

Cause: the other pool has older CPUs, or of another vendor.
Fix: Shut the guest down and move it cold; then nothing is asked.

Example:
    pool east
    host north
    guest mail   # rule: snapshot-cpu-differs-there
      disk root
      snapshot checkpoint
    guest wiki
      disk root
      snapshot plain

    pool west
    host upper
    sr store nfs default
    # twin: the snapshot `checkpoint` has memory of another vendor's CPU
"""

from __future__ import annotations

from xenferry.pool.records import NULL
from xenferry.rules.crossing.cpu_differs_there import reason
from xenferry.rules.facts import version
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("import", 7)


def refused(j: Journey) -> bool:
    """The guest itself is asked by another rule. Before 23.17 nobody asked about snapshots."""
    return version.xapi(j.here) >= (23, 17) and any(reason(j, vm) for vm in j.arriving[1:])


def error(j: Journey) -> Error:
    """XAPI's answer, of whichever snapshot comes first."""
    why = next((found for vm in j.snapshots if (found := reason(j, vm))), "")
    return ("VM_INCOMPATIBLE_WITH_THIS_HOST", NULL, j.host.ref, why)


def say(j: Journey) -> Words:
    """Which snapshot."""
    vm = next(each for each in j.snapshots if reason(j, each))
    seen = f"{j.cannot}: its snapshot {vm.name_label} holds memory of a CPU that offered other features."
    remove = f"Remove the snapshot if it is not needed: `xe snapshot-uninstall uuid={vm.uuid}`."
    return Words(vm.ref, seen, (remove, f"Move {j.vm.name_label} cold."))
