"""A CD is in the guest's drive, and the host does not reach it.

XAPI asks for the SR of an inserted CD like for that of a disk, though the guest may not have used it for years.

Cause: an installation medium or the guest tools were left in the drive.
Fix: Take it out: `xe vbd-eject uuid=...` (all guests at once: `xe vm-cd-eject --multiple`).

Cause: the CD images lie on an SR of one host only.
Fix: Keep them on a shared ISO SR that every host has plugged.

Example:
    pool p
    host xcp1
    host xcp2
    sr isos iso on=xcp1
      image debian.iso
    sr nfs nfs
    guest web on=xcp1
      disk root sr=nfs
      cd debian.iso   # rule: cd-not-on-host
"""

from __future__ import annotations

from collections.abc import Sequence

from xenferry.pool.records import VM, Host, Ref
from xenferry.pool.snapshot import Snapshot
from xenferry.rules import unreached
from xenferry.rules.facts import storage
from xenferry.rules.finding import Error
from xenferry.rules.place import Place
from xenferry.rules.words import Words, cannot_go

where = (Place("core-sr", 11),)


def refused(s: Snapshot, guests: Sequence[VM]) -> dict[Ref, int]:
    """Hosts that do not reach an inserted CD."""
    return storage.drives_refused(s, guests, cds=True)


def error(s: Snapshot, vm: VM, host: Host) -> Error:
    """XAPI's answer, which is about the first of all drives, disks too."""
    return storage.first_unreachable(s, vm, host)


def say(s: Snapshot, vm: VM, hosts: Sequence[Host]) -> Words:
    """The CD, and that it can be taken out."""
    need = unreached.first(s, vm, hosts[0], "cd")
    cause = need.drive.ref if need.drive else vm.ref
    sr = s.SR.get(need.disk.SR) if need.disk else None
    eject = f"Take it out: `xe vbd-eject uuid={need.drive.uuid if need.drive else '...'}`."
    if need.disk is None or sr is None:
        return unreached.missing(s, vm, hosts, cause)._replace(cures=(eject,))
    tools = "the guest tools" if need.disk.is_tools_iso else f"{need.disk.name_label!r}"
    seen = f"{cannot_go(vm, hosts)}: its CD drive holds {tools}, from {unreached.why(s, sr, hosts)}."
    return Words(cause, seen, (eject, *unreached.plug(s, sr, hosts)))
