"""The guest's kernel is of a kind that has become slow after live migrations.

Red Hat Enterprise Linux 8 and its kin have kernels before 4.20, in which a change of the clock during a migration makes
some file systems (XFS) slow until the guest restarts. Which file systems it has is not visible from outside.

Cause: the guest runs such a kernel.
Fix: Update it to version 9, or plan a restart after its migrations.

Example:
    pool p
    host xcp1
    guest old   # rule: slow-after-move
      # seen: distro=almalinux uname=4.18.0-553.el8
    guest new
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from xenferry.pool.records import VM
from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts.guest import guest_metrics
from xenferry.rules.finding import Finding, Severity

KIN = ("rhel", "centos", "rocky", "almalinux", "oracle", "scientific")
FIXED = (4, 20)


def find(s: Snapshot) -> Iterator[Finding]:
    """Each running guest of that family with an older kernel."""
    for vm in s.guests:
        kernel = _kernel(s, vm) if vm.power_state == "Running" else ""
        if kernel:
            yield Finding(
                code="slow-after-move",
                severity=Severity.NOTE,
                subject=vm.ref,
                cause=vm.ref,
                seen=f"{vm.name_label} runs Linux {kernel}; such kernels have become slow after a live migration.",
                cures=(
                    f"If {vm.name_label} is slow after a move, restart it; in the long run update it to version 9.",
                ),
            )


def _kernel(s: Snapshot, vm: VM) -> str:
    """The kernel, if it is one of those."""
    told = guest_metrics(s, vm)
    system = told.os_version if told else {}
    found = re.match(r"(\d+)\.(\d+)", system.get("uname", ""))
    old = found is not None and (int(found[1]), int(found[2])) < FIXED
    return system["uname"] if old and system.get("distro", "").lower() in KIN else ""
