"""Connect the hosts to the shared SR; a disk on one host's own storage has to be moved, which is a wish of its own."""

from __future__ import annotations

from xenferry.plan.draft import Draft
from xenferry.plan.remedies._connect import plug
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """Plug or create what the refusing hosts lack; False for a local SR: `xenferry storage move` is for that."""
    drive = draft.snapshot.VBD.get(finding.cause)
    disk = draft.snapshot.VDI.get(drive.VDI) if drive else None
    sr = draft.snapshot.SR.get(disk.SR) if disk else None
    if sr is None or not sr.shared:
        return False
    return all(plug(draft, sr.ref, host) for host in finding.hosts)
