"""A running guest uses emulated disks and NICs (HVM without PV drivers).

Each access to a disk or to the network goes through an emulation in dom0: slow, and hard on the host. Besides, such a
guest cannot be suspended, so it cannot move (see guest-without-drivers) unless its agent says that it can. With PV
drivers it is what people call PVHVM: fast and movable.

Cause: Windows without the guest tools, or an appliance without Xen drivers.
Fix:
- Windows: install the XCP-ng or XenServer guest tools and restart the guest.
- Linux: the drivers are in every usual kernel; install and start the agent (`xe-guest-utilities` or
  `xen-guest-agent`), so that XAPI knows.

Example:
    pool p
    host xcp1
    guest old hvm drivers=no   # rule: emulated-devices
    guest web hvm drivers=yes
    guest off hvm drivers=no halted
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import guest
from xenferry.rules.finding import Finding, Severity


def find(s: Snapshot) -> Iterator[Finding]:
    """Each running HVM guest of which XAPI sees no drivers; what a halted one has is not known."""
    for vm in s.guests:
        told = guest.guest_metrics(s, vm)
        seen = told is not None and told.PV_drivers_detected
        if vm.power_state == "Running" and guest.mode(s, vm) == "HVM" and not seen:
            yield Finding(
                code="emulated-devices",
                severity=Severity.RISK,
                subject=vm.ref,
                cause=vm.ref,
                seen=f"{vm.name_label} reports no PV drivers: its disks and NICs are emulated, which is slow.",
                cures=(f"Install the guest tools in {vm.name_label}, or start their agent.",),
            )
