"""Take the CD out."""

from __future__ import annotations

from xenferry.plan.draft import Draft
from xenferry.plan.remedies._eject import eject
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """Whatever the guest has mounted there it loses."""
    return eject(draft, finding)
