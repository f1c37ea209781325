"""Let the guest be migrated again."""

from __future__ import annotations

from xenferry.plan.draft import Draft
from xenferry.plan.remedies._unblock import unblock
from xenferry.rules.finding import Finding

OPERATION = "pool_migrate"


def mend(draft: Draft, finding: Finding) -> bool:
    """False if it is not blocked any more."""
    return unblock(draft, draft.snapshot.VM[finding.subject], OPERATION)
