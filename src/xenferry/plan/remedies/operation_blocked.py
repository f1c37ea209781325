"""Take the block away; whether something still needs it, only people know."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.things import thing
from xenferry.rules.finding import Finding

OPERATION = "pool_migrate"


def mend(draft: Draft, finding: Finding) -> bool:
    """The reason stays in the plan, and `xenferry runs undo` puts the block back."""
    vm = draft.snapshot.VM[finding.subject]
    reason = vm.blocked_operations.get(OPERATION)
    if reason is None:
        return False
    what = thing(draft.snapshot, "VM", vm.ref)
    step = s.Set(
        key=f"unblock-{vm.uuid}", what=what, field="blocked_operations", entry=OPERATION, value=None, before=reason
    )
    draft.add_once(step)
    draft.note(f"guest {vm.name_label} was kept from moving with the reason {reason!r}: make sure nothing needs that")
    return True
