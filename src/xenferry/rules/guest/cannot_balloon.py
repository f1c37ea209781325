"""The guest has dynamic memory, and nothing in it can give memory back.

Before a migration XAPI asks a guest with dynamic memory to shrink to its dynamic minimum, and waits. Without the
balloon driver it cannot: the move takes minutes longer, or ends with VMS_FAILED_TO_COOPERATE.

Cause: the guest tools do not run in the guest, or their balloon driver is switched off.
Fix: Install or start the guest tools.

Cause: the guest never needed dynamic memory.
Fix: Give it a fixed size: `xe vm-memory-dynamic-range-set uuid=... min=... max=...` with both equal.

Example:
    pool p
    host xcp1
    guest db memory=1GiB..8GiB drivers=no   # rule: cannot-balloon
    guest web memory=1GiB..8GiB
    guest fixed memory=2GiB drivers=no
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts.guest import guest_metrics, has_drivers
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import gib

BALLOON = "feature-balloon"


def find(s: Snapshot) -> Iterator[Finding]:
    """Each running guest with a range of memory that reports neither drivers nor a balloon."""
    for vm in s.guests:
        if vm.power_state != "Running" or vm.memory_dynamic_min >= vm.memory_dynamic_max:
            continue
        told = guest_metrics(s, vm)
        able = told.other.get(BALLOON) == "1" if told and BALLOON in told.other else has_drivers(s, vm)
        if not able and "VM_guest_metrics" not in s.not_read:
            low, high = gib(vm.memory_dynamic_min), gib(vm.memory_dynamic_max)
            fixed = f"xe vm-memory-dynamic-range-set uuid={vm.uuid} min=... max=..."
            yield Finding(
                code="cannot-balloon",
                severity=Severity.RISK,
                subject=vm.ref,
                cause=vm.ref,
                seen=f"{vm.name_label} may have {low} to {high} of memory, and has no driver that gives memory back.",
                cures=(
                    f"Install the guest tools in {vm.name_label}.",
                    f"Or give it a fixed size, with both values equal: `{fixed}`.",
                ),
            )
