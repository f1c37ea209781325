"""The guest's PV drivers are older than what the host offers.

It can move; old drivers are the usual reason when it then hangs, loses its network or crashes.

Cause: the guest tools were not updated with the hosts.
Fix: Update the guest tools in the guest and restart it.

Example:
    pool p
    host xcp1
    guest old hvm drivers=old   # rule: drivers-old
    guest web hvm drivers=yes
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import guest
from xenferry.rules.finding import Finding, Severity


def find(s: Snapshot) -> Iterator[Finding]:
    """Each running guest whose drivers XAPI sees and does not call up to date."""
    for vm in s.guests:
        told = guest.guest_metrics(s, vm)
        if told and vm.power_state == "Running" and guest.has_drivers(s, vm) and not told.PV_drivers_up_to_date:
            yield Finding(
                code="drivers-old",
                severity=Severity.NOTE,
                subject=vm.ref,
                cause=vm.ref,
                seen=f"The PV drivers of {vm.name_label} are older than what its host offers.",
                cures=(f"Update the guest tools in {vm.name_label} and restart it.",),
            )
