"""Take the block of an operation away; whether something still needs it, only people know."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.things import thing
from xenferry.pool.records import VM


def unblock(draft: Draft, vm: VM, operation: str) -> bool:
    """The reason stays in the plan, and `xenferry runs undo` puts the block back. False if it is not blocked."""
    reason = vm.blocked_operations.get(operation)
    if reason is None:
        return False
    what = thing(draft.snapshot, "VM", vm.ref)
    step = s.Set(
        key=f"unblock-{operation}-{vm.uuid}",
        what=what,
        field="blocked_operations",
        entry=operation,
        value=None,
        before=reason,
    )
    draft.add_once(step)
    draft.note(
        f"{operation} of guest {vm.name_label} was blocked with the reason {reason!r}: make sure nothing needs that"
    )
    return True
