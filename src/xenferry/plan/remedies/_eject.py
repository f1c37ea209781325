"""Taking a CD out of a guest's drive."""

from __future__ import annotations

from xenferry.plan import steps as s
from xenferry.plan.draft import Draft
from xenferry.rules.finding import Finding


def eject(draft: Draft, finding: Finding) -> bool:
    """Add the step; False if the finding names no drive with a CD in it."""
    drive = draft.snapshot.VBD.get(finding.cause)
    vm = draft.snapshot.VM.get(drive.VM) if drive else None
    if drive is None or vm is None or drive.type != "CD" or drive.empty:
        return False
    place = s.Thing("VBD", drive.uuid, f"drive {drive.userdevice}")
    draft.add_once(s.Eject(key=f"eject-{drive.uuid}", guest=draft.guest(vm), drive=place))
    return True
