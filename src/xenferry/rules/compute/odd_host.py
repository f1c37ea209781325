"""One host refuses guests that all others take, so XAPI empties no host on which they are.

`host.evacuate` considers a guest only if every enabled host would take it. A single host with a missing connection, an
older CPU or other NICs makes it refuse to empty all the others. xenferry asks host by host and is not stopped by this.

Cause: that host joined later, or something on it is unplugged.
Fix: Cure what it lacks: `xenferry check HOST`.

Cause: it is meant to be different.
Fix: Empty hosts with `xenferry evacuate HOST`; or disable the odd host while others are emptied by another program.

Example:
    pool p
    host xcp1
    host xcp2
    host odd   # rule: odd-host
    sr disks nfs on=xcp1,xcp2
    guest web on=xcp1
      disk root sr=disks
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xenferry.pool.hostset import HostSet
from xenferry.pool.records import VM, Host
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import guest
from xenferry.rules.facts.agility import enabled
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.matrix import whole
from xenferry.rules.words import arg, count, verb

FEW = 3
"""With fewer hosts there is no other place, and what refuses is told by its own rule."""


def find(s: Snapshot) -> Iterator[Finding]:
    """Each host that alone refuses running guests of which every other host would take each."""
    if len(s.hosts) < FEW:
        return
    judged, open_to, refused = whole(s), HostSet(enabled(s)), dict[int, list[VM]]()
    for vm in s.guests:
        if vm.power_state == "Running":
            others = open_to - guest.home(s, vm)
            against = judged.refused(vm, "core-without-memory") & others
            if len(against) == 1 and len(others) > 1:
                refused.setdefault(next(iter(against)), []).append(vm)
    for at in sorted(refused):
        yield _finding(s, s.hosts[at], refused[at])


def _finding(s: Snapshot, host: Host, vms: Sequence[VM]) -> Finding:
    homes = {vm.resident_on for vm in vms}
    name = arg(host.name_label)
    return Finding(
        code="odd-host",
        severity=Severity.RISK,
        subject=host.ref,
        cause=host.ref,
        hosts=(host.ref,),
        seen=f"{host.name_label} alone refuses {count(len(vms), 'guest')}, so XAPI's own host.evacuate will not empty"
        f" {count(len(homes), 'host')} on which {verb(len(vms), 'it is', 'they are')}.",
        cures=(
            f"See what {host.name_label} lacks: `xenferry check --to {name}`.",
            "Empty hosts with `xenferry evacuate HOST`, which asks host by host.",
        ),
    )
