"""Switch changed block tracking of the disk off."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.plan.things import thing
from xenferry.rules.finding import Finding


def mend(draft: Draft, finding: Finding) -> bool:
    """Only before a move to another SR is this worth it."""
    vm, disk = draft.snapshot.VM[finding.subject], thing(draft.snapshot, "VDI", finding.cause)
    draft.add_once(s.SetTracking(key=f"tracking-{disk.uuid}", guest=draft.guest(vm), vdi=disk, on=False))
    draft.note(f"the next backup of disk {disk.name} of guest {vm.name_label} will be a full one")
    return True
