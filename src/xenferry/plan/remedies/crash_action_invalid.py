"""Let the guest be restarted after a crash, as new guests are."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.things import thing
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """XAPI takes it at any time."""
    vm = draft.snapshot.VM[finding.subject]
    what, before = thing(draft.snapshot, "VM", vm.ref), vm.actions_after_crash
    draft.add_once(s.Set(key=f"set-{vm.uuid}", what=what, field="actions_after_crash", value="restart", before=before))
    return True
