"""A migration will squeeze the guest's memory.

Before a guest with dynamic memory moves, XAPI shrinks it to its dynamic minimum. If the guest uses more than that, it
starts to swap or kills programs in the middle of the move. What the guest really uses is not visible from outside:
compared is the memory it has now.

Cause: the dynamic minimum of a template was never adapted to what the guest does.
Fix: Raise the minimum to what the guest needs: `xe vm-memory-dynamic-range-set uuid=... min=... max=...`; with both
    equal the guest is never squeezed.

Example:
    pool p
    host xcp1
    host xcp2
    guest db memory=1GiB..8GiB   # rule: memory-is-squeezed
      set metrics.memory_actual=8589934592
    guest web memory=2GiB
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.finding import Finding, Severity
from xenferry.rules.words import gib

NOTABLE = 64 << 20
"""Bytes of squeezing that are not worth a word."""


def find(s: Snapshot) -> Iterator[Finding]:
    """Each running guest that has clearly more memory than its dynamic minimum."""
    for vm in s.guests:
        metrics = s.VM_metrics.get(vm.metrics)
        actual = metrics.memory_actual if metrics else 0
        dynamic = vm.memory_dynamic_min < vm.memory_dynamic_max
        if vm.power_state == "Running" and dynamic and actual > vm.memory_dynamic_min + NOTABLE:
            low = gib(vm.memory_dynamic_min)
            yield Finding(
                code="memory-is-squeezed",
                severity=Severity.RISK,
                subject=vm.ref,
                cause=vm.ref,
                seen=f"{vm.name_label} has {gib(actual)} of memory and would be squeezed to {low} for a migration.",
                cures=(f"Raise its minimum: `xe vm-memory-dynamic-range-set uuid={vm.uuid} min=... max=...`.",),
            )
