"""Give the guest as its fixed size the memory that it has: XAPI then asks nothing back before a move."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """False where the guest's memory is not known, or lies outside the range it may have."""
    vm = draft.snapshot.VM[finding.subject]
    metrics = draft.snapshot.VM_metrics.get(vm.metrics)
    size = metrics.memory_actual if metrics else 0
    if not vm.memory_dynamic_min <= size <= vm.memory_dynamic_max:
        return False
    was = (vm.memory_dynamic_min, vm.memory_dynamic_max)
    draft.add_once(s.SetMemory(key=f"memory-{vm.uuid}", guest=draft.guest(vm), low=size, high=size, was=was))
    return True
