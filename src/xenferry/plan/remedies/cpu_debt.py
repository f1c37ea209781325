"""Shut the guest down and start it again: it then gets the CPU that the pool promises."""

from __future__ import annotations

from xenferry.plan.draft import Draft
from xenferry.plan.remedies._restart import restart
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """False where XAPI cannot shut the guest down cleanly now."""
    return restart(draft, draft.snapshot.VM[finding.subject])
