"""The guest's disk or CD drive does not take that

A guest reaches its disks and CDs by drives (VBDs), of the type `Disk` or `CD`.

Cause: the CD drive is in another state than the operation needs: it is empty already, or holds a disc already.
Tell: `xe vbd-list vm-uuid=GUEST type=CD params=uuid,empty,vdi-name-label`.
Fix: `xe vm-cd-list uuid=GUEST`; `xe vm-cd-eject uuid=GUEST` first, or `xe vm-cd-add` for another drive.

Cause: the guest's system has locked the tray.
Tell: Inside the guest the disc is mounted or open in a program; Linux: `eject -i off /dev/sr0` frees it.
Fix: Unmount the CD inside the guest, then eject it.

Cause: the drive holds a disk and not a CD, or the disk is not an ISO.
Tell: `xe vbd-param-get uuid=VBD param-name=type` is Disk, or the file's SR is not of content type iso.
Fix: A disk is detached: `xe vbd-unplug uuid=VBD`. ISOs live in an SR of the type iso.

Cause: the drive must not be unplugged while the guest runs, or must be writable (disks) or read-only (CDs).
Tell: `xe vbd-list uuid=VBD params=unpluggable,mode,type`.
Fix: Shut the guest down first; create the drive with `mode=RW` for a disk and `mode=RO` for a CD.

Cause: the guest has no drive like that.
Tell: `xe vbd-list vm-uuid=GUEST type=CD` is empty.
Fix: `xe vm-cd-add uuid=GUEST cd-name=.. device=3` makes one.

Example:
    VBD_IS_EMPTY(OpaqueRef:38069976-cca5-44a2-8e7c-c930fc5f6773)
"""

from xenferry.errors.evidence import UNSEEN, Evidence
from xenferry.errors.facts import told
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

SAYS = {
    "VBD_IS_EMPTY": "the drive is empty",
    "VBD_NOT_EMPTY": "the drive holds a disc already",
    "VBD_TRAY_LOCKED": "the guest has locked the tray of its drive",
    "VBD_NOT_REMOVABLE_MEDIA": "what is in the drive is a disk, and cannot be ejected",
    "VBD_NOT_UNPLUGGABLE": "the drive is not marked as one that may be unplugged while the guest runs",
    "VBD_CDS_MUST_BE_READONLY": "a CD drive must be read-only",
    "DISK_VBD_MUST_BE_READWRITE_FOR_HVM": "a disk of this kind of guest must be writable",
    "VM_NO_EMPTY_CD_VBD": "{vm} has no empty CD drive",
    "VBD_MISSING": "the guest has no drive like that",
    "HOST_CD_DRIVE_EMPTY": "the host's own CD drive is empty",
    "VDI_IS_NOT_ISO": "the disk is of the kind {p1}, not an ISO",
    "DEVICE_NOT_ATTACHED": "the drive is not connected to the guest",
}
RULES = ("cd-inserted", "cd-not-on-host")
CAUSES = ("state", "tray", "disk", "mode", "none")
ONLY = {
    "state": ("VBD_IS_EMPTY", "VBD_NOT_EMPTY", "HOST_CD_DRIVE_EMPTY", "DEVICE_NOT_ATTACHED"),
    "tray": ("VBD_TRAY_LOCKED",),
    "disk": ("VBD_NOT_REMOVABLE_MEDIA", "VDI_IS_NOT_ISO"),
    "mode": ("VBD_NOT_UNPLUGGABLE", "VBD_CDS_MUST_BE_READONLY", "DISK_VBD_MUST_BE_READWRITE_FOR_HVM"),
    "none": ("VM_NO_EMPTY_CD_VBD", "VBD_MISSING"),
}


def evidence_state(reading: Reading, look: Look) -> Evidence:
    """What is in the drive now."""
    vbd = look.record(reading, "VBD", "vbd")
    if vbd is None or look.snapshot is None:
        return UNSEEN
    said = "The drive is empty now." if vbd.empty else f"In it is '{look.snapshot.name(vbd.VDI)}'."
    return told(vbd.empty == (reading.code != "VBD_NOT_EMPTY"), said, said)
