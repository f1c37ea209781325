"""Enable the host, unless it is in maintenance or waits for something."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan import ticket
from xenferry.plan.draft import Draft
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """False where `xenferry maintenance leave` brings its guests home, or an update's reboot is pending."""
    host = draft.snapshot.host.get(finding.cause)
    if host is None or host.pending_guidances or ticket.read(host.other_config) is not None:
        return False
    draft.add_once(s.Enable(key=f"enable-{host.uuid}", host=draft.host(host.ref)))
    return True
