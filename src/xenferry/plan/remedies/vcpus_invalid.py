"""Let a halted guest have as many CPUs at most as it is to start with."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.things import thing
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """False while it runs: XAPI takes this only of a halted guest."""
    vm = draft.snapshot.VM[finding.subject]
    if vm.power_state != "Halted":
        return False
    what, before = thing(draft.snapshot, "VM", vm.ref), vm.VCPUs_max
    draft.add_once(
        s.Set(key=f"set-{vm.uuid}", what=what, field="VCPUs_max", value=max(1, vm.VCPUs_at_startup), before=before)
    )
    return True
