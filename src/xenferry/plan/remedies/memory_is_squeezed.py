"""Raise the guest's dynamic minimum to the memory it has now."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """Within the limits it has; the host keeps that memory for it from then on."""
    vm = draft.snapshot.VM[finding.subject]
    metrics = draft.snapshot.VM_metrics.get(vm.metrics)
    low = min(metrics.memory_actual if metrics else 0, vm.memory_dynamic_max)
    if low <= vm.memory_dynamic_min:
        return False
    was = (vm.memory_dynamic_min, vm.memory_dynamic_max)
    step = s.SetMemory(key=f"memory-{vm.uuid}", guest=draft.guest(vm), low=low, high=vm.memory_dynamic_max, was=was)
    draft.add_once(step)
    return True
