"""The guest runs in the old paravirtualised mode (PV).

PV guests move like others and need no drivers. But Xen's future does without PV: XCP-ng 8.3 does not start 32-bit PV
guests any more, a PV guest is slower on modern CPUs, and after an upgrade it may not start.

Cause: the guest was created when PV was the usual mode for Linux.
Fix: Make it an HVM guest: install a kernel with a boot loader on its disk, shut it down, `xe vm-param-set uuid=...
    HVM-boot-policy="BIOS order" PV-bootloader=""`, start it. Make a snapshot first.

Example:
    pool p
    host xcp1
    guest old pv   # rule: pv-guest
    guest web hvm
    guest new pvh
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import guest
from xenferry.rules.finding import Finding, Severity


def find(s: Snapshot) -> Iterator[Finding]:
    """Each PV guest, running or not."""
    for vm in s.guests:
        if guest.mode(s, vm) == "PV":
            yield Finding(
                code="pv-guest",
                severity=Severity.RISK,
                subject=vm.ref,
                cause=vm.ref,
                seen=f"{vm.name_label} is a PV guest: it moves, but newer versions may not start it any more.",
                cures=("Make it an HVM guest before the next upgrade, and take a snapshot first.",),
            )
