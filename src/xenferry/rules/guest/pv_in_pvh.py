"""The guest is a PV guest inside a small shim (PV-in-PVH).

It moves like other guests. The shim costs memory (23 MiB and a ninetieth of the maximum), and a guest in it cannot give
memory back: the host needs its static maximum free.

Cause: an old PV guest was kept running after PV itself was given up.
Fix: Make it an HVM guest at the next opportunity.

Example:
    pool p
    host xcp1
    guest old pv_in_pvh   # rule: pv-in-pvh
    guest web hvm
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import guest
from xenferry.rules.finding import Finding, Severity


def find(s: Snapshot) -> Iterator[Finding]:
    """Each such guest."""
    for vm in s.guests:
        if guest.mode(s, vm) == "PV-in-PVH":
            yield Finding(
                code="pv-in-pvh",
                severity=Severity.NOTE,
                subject=vm.ref,
                cause=vm.ref,
                seen=f"{vm.name_label} is a PV guest in a PVH shim: it moves, but always with its whole memory.",
                cures=("Make it an HVM guest at the next opportunity.",),
            )
