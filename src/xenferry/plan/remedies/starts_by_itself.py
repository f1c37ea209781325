"""Switch the guest's auto power-on off."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.things import thing
from xenferry.rules.finding import Finding
from xenferry.rules.guest.starts_by_itself import KEY


def mend(draft: Draft, finding: Finding) -> bool:
    """`xenferry runs undo` switches it on again."""
    vm = draft.snapshot.VM[finding.subject]
    before = vm.other_config.get(KEY)
    what = thing(draft.snapshot, "VM", vm.ref)
    step = s.Set(key=f"poweron-{vm.uuid}", what=what, field="other_config", entry=KEY, value="false", before=before)
    draft.add_once(step)
    return True
