"""Plug the connection."""

from __future__ import annotations

from xenferry.plan.draft import Draft
from xenferry.plan.remedies._connect import plug
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """XAPI tries the mount; if it fails, the step says why."""
    pbd = draft.snapshot.PBD[finding.cause]
    return plug(draft, pbd.SR, pbd.host)
