"""Switch the pool's auto power-on back on, which a run held and did not release."""

from __future__ import annotations

from xenferry.plan.draft import Draft
from xenferry.plan.hold import release
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """As the end of the run would have done it."""
    release(draft, ())
    return True
