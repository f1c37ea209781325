"""An ISO image that the guest holds is not in any library of the other pool, and cannot be taken out.

XAPI looks for an image of the same file name in the ISO libraries there. If there is none, it ejects the CD of a
running or halted guest; out of a suspended guest that is not fully virtualised it cannot, nor out of a drive for disks.

Cause: the guest is suspended with a CD in its drive.
Fix: Resume it, eject the CD (`xe vm-cd-eject`), suspend it again.

Cause: the image is attached as a disk instead of a CD.
Fix: Unplug that drive: `xe vbd-unplug uuid=...`.

Cause: the other pool does not have the library.
Fix: Attach the same ISO library there.

Example:
    pool east
    host north
    sr images iso
      image rescue.iso
    guest mail suspended pvh   # rule: image-missing-there
      disk root
      cd rescue.iso
    guest wiki
      disk root
      cd rescue.iso

    pool west
    host upper
    sr store nfs default
    # twin: all drives are attached
"""

from __future__ import annotations

from xenferry.pool.records import VBD, VM
from xenferry.rules.facts import namesakes
from xenferry.rules.finding import Error
from xenferry.rules.journey import Journey
from xenferry.rules.place import Place
from xenferry.rules.words import Words

where = Place("import", 9)


def refused(j: Journey) -> bool:
    """A drive with an image that neither is there nor can be ejected."""
    return _stuck(j) is not None


def _stuck(j: Journey) -> VBD | None:
    known = namesakes.images(j.there)
    for vm in j.arriving:
        for ref in vm.VBDs:
            drive = j.here.VBD.get(ref)
            stuck = drive is not None and _holds_image(j, drive) and not _ejects(drive, vm)
            if drive is not None and stuck and j.here.VDI[drive.VDI].location not in known:
                return drive
    return None


def _holds_image(j: Journey, drive: VBD) -> bool:
    disk = j.here.VDI.get(drive.VDI)
    sr = j.here.SR.get(disk.SR) if disk else None
    return drive.currently_attached and not drive.empty and sr is not None and sr.content_type == "iso"


def _ejects(drive: VBD, vm: VM) -> bool:
    return drive.type == "CD" and (vm.domain_type == "hvm" or vm.power_state != "Suspended")


def error(j: Journey) -> Error:
    """XAPI's answer."""
    return ("IMPORT_ERROR_ATTACHED_DISKS_NOT_FOUND",)


def say(j: Journey) -> Words:
    """Which image."""
    drive = _stuck(j)
    name = j.here.name(drive.VDI) if drive else ""
    seen = f"{j.cannot}: it holds the image {name!r}, which no ISO library there has, and XAPI cannot eject it."
    cures = (f"Resume {j.vm.name_label} and eject it: `xe vm-cd-eject uuid={j.vm.uuid}`.", "Attach the library there.")
    return Words(drive.ref if drive else j.vm.ref, seen, cures)
