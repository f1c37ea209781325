"""A CD is in the drive of a running guest.

It does not stop the guest from moving now, because every host reaches it. But when the guest tools are updated, or the
ISO is removed, the guest can neither move nor start until it is taken out.

Cause: an installation medium or the guest tools were left in the drive.
Fix: Take it out: `xe vbd-eject uuid=...` (all guests at once: `xe vm-cd-eject --multiple`).

Example:
    pool p
    host xcp1
    host xcp2
    guest web
      cd guest-tools.iso   # rule: cd-inserted
    guest other
      cd
"""

from __future__ import annotations

from collections.abc import Iterator

from xenferry.pool.snapshot import Snapshot
from xenferry.rules.facts import storage
from xenferry.rules.finding import Finding, Severity


def find(s: Snapshot) -> Iterator[Finding]:
    """Each inserted CD that all hosts reach; `cd-not-on-host` speaks of the others."""
    refusing = storage.refusing(s)
    for vm in s.guests:
        for drive in (s.VBD[ref] for ref in vm.VBDs if ref in s.VBD):
            disk = s.VDI.get(drive.VDI)
            if drive.type == "CD" and not drive.empty and disk and drive.ref not in refusing:
                what = "the guest tools" if disk.is_tools_iso else repr(disk.name_label)
                yield Finding(
                    code="cd-inserted",
                    severity=Severity.NOTE,
                    subject=vm.ref,
                    cause=drive.ref,
                    seen=f"The CD drive of {vm.name_label} holds {what}.",
                    cures=(f"If it is not needed, take it out: `xe vbd-eject uuid={drive.uuid}`.",),
                )
