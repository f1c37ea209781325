"""Let HA protect the guest."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.things import thing
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """XAPI refuses if the pool could then no longer survive the failures it is set to survive."""
    vm = draft.snapshot.VM[finding.subject]
    what, before = thing(draft.snapshot, "VM", vm.ref), vm.ha_restart_priority
    draft.add_once(
        s.Set(key=f"protect-{vm.uuid}", what=what, field="ha_restart_priority", value="restart", before=before)
    )
    return True
