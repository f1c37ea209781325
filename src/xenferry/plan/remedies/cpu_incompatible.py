"""Shut the guest down and start it again: it then gets the features that all hosts share."""

from __future__ import annotations

from xenferry.plan.draft import Draft
from xenferry.plan.remedies._restart import restart
from xenferry.rules.facts import cpu, guest
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """False where that would not help: the CPUs are of different vendors, or a host does not tell its features."""
    pool = draft.snapshot
    vm = pool.VM[finding.subject]
    kind = guest.types(pool)[vm.ref]
    reasons = {cpu.reason(vm, kind, pool.host[host]) for host in finding.hosts}
    return reasons.isdisjoint({cpu.NO_KEYS, cpu.OTHER_VENDOR}) and restart(draft, vm)
