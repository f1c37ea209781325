"""The receiving host's CPU lacks features that the guest was started with, or is of another vendor.

Memory that goes along was filled on a CPU, and programs in it go on using what that CPU could do. XAPI compares the
guest's CPU features with those that the receiving host can offer.

Cause: the other pool has older CPUs.
Fix: Shut the guest down, move it cold and start it there: it then gets what that pool offers.

Cause: one pool has Intel's CPUs, the other AMD's.
Fix: Move the guest cold; live is impossible.

Example:
    pool east
    host north vendor=GenuineIntel
    guest mail   # rule: cpu-differs-there
      disk root
    guest idle halted
      disk root

    pool west
    host upper vendor=AuthenticAMD
    sr store nfs default
"""

from __future__ import annotations

from collections.abc import Hashable

from xenferry.pool.records import NULL, VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import cpu, version
from xenferry.rules.facts.guest import UNKNOWN_TYPE
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words, count

where = Place("import", 5)
before = (23, 17), Place("ask", 75)


def kin(there: Snapshot, host: Host, via: Ref) -> Hashable:
    """Its CPU."""
    return tuple(host.cpu_info.get(name) for name in ("vendor", "features_pv", "features_hvm"))


def refused(j: Journey) -> bool:
    """A halted guest has seen no CPU yet; force leaves the question out."""
    return reason(j, j.vm) is not None


def reason(j: Journey, vm: VM) -> str | None:
    """XAPI's reason for the guest or for a snapshot with memory; a snapshot of a halted guest has none.

    Nothing is asked when the guest itself is halted, not even of its snapshots.
    """
    booted = None if j.force else j.here.VM_metrics.get(vm.metrics)
    if "Halted" in (j.vm.power_state, vm.power_state) or booted is None or booted.current_domain_type == UNKNOWN_TYPE:
        return None
    return cpu.reason(vm, booted.current_domain_type, j.host)


def error(j: Journey) -> Error:
    """XAPI's answer: the other pool does not know the guest yet; the sending one, which used to ask, does."""
    vm = j.vm.ref if version.xapi(j.here) < before[0] else NULL
    return ("VM_INCOMPATIBLE_WITH_THIS_HOST", vm, j.host.ref, reason(j, j.vm) or "")


def say(j: Journey) -> Words:
    """The vendor, or how many features are missing."""
    cold = f"Move {j.vm.name_label} cold: it is shut down, moved and started there (`--cold`)."
    why = reason(j, j.vm)
    mine, theirs = j.vm.last_boot_CPU_flags, j.host.cpu_info
    if why == cpu.NO_KEYS:
        restart = f"Restart the toolstack on {j.host.name_label}."
        return Words(j.host.ref, f"{j.cannot}: that host does not say which CPU features it offers.", (restart,))
    if why == cpu.OTHER_VENDOR:
        seen = f"it was started on a CPU of {mine.get('vendor', '')}, and that host's is of {theirs.get('vendor', '')}"
        return Words(j.vm.ref, f"{j.cannot}: {seen}.", (cold,))
    kind = j.here.VM_metrics[j.vm.metrics].current_domain_type
    number = count(cpu.lacking(mine.get("features", ""), theirs.get(cpu.key(kind), "")), "CPU feature")
    return Words(j.vm.ref, f"{j.cannot}: it was started with {number} that {j.host.name_label} does not have.", (cold,))
