"""Create the missing connections with the settings of the other hosts, and plug them."""

from __future__ import annotations

from xenferry.plan.draft import Draft
from xenferry.plan.remedies._connect import plug
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """One for each host without."""
    return all(plug(draft, finding.subject, host) for host in finding.hosts)
