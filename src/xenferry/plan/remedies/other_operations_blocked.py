"""Allow again what maintenance may ask of the guest."""

from __future__ import annotations

from xenferry.plan.draft import Draft
from xenferry.plan.remedies._unblock import unblock
from xenferry.rules.finding import Finding
from xenferry.rules.guest.other_operations_blocked import NEEDED


def mend(draft: Draft, finding: Finding) -> bool:
    """False if nothing of it is blocked any more."""
    vm = draft.snapshot.VM[finding.subject]
    taken = [unblock(draft, vm, operation) for operation in NEEDED]
    return any(taken)
