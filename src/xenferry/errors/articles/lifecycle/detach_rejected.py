"""The guest refuses to give the device back

A running guest is asked to let go of a disk, a drive or a NIC; its drivers answered that they will not. Nothing was
changed, and the guest goes on.

Cause: the device is in use inside the guest: a file system on the disk is mounted, it is swap or part of a volume group
    or RAID, or the CD drive is locked by a program.
Fix:
- In the guest: unmount it (`umount`, `swapoff`, `vgchange -an`); on Windows take the disk offline in Disk Management.
- Where that is not possible, shut the guest down and disconnect the device then.

Cause: it is the disk that the guest has started from, which no running guest gives back.
Fix: Shut the guest down first.

Example:
    DEVICE_DETACH_REJECTED(VBD, OpaqueRef:622a2cd9-537c-4a49-933c-e47ce1f8555e, Device in use; refusing to close)
"""

from xenferry.errors.evidence import UNSEEN, Evidence, contradicts, supports
from xenferry.errors.look import Look
from xenferry.errors.reading.value import Reading

CODES = ("DEVICE_DETACH_REJECTED",)
CAUSES = ("used-inside", "boot-disk")
WORDS = {"used-inside": ("in use", "busy")}
SAID = "the guest refuses to give a device back ({p0}: {p2})"


def evidence_boot_disk(reading: Reading, look: Look) -> Evidence:
    """The drive's record says whether the guest starts from it."""
    vbd = look.record(reading, "VBD", "ref")
    if vbd is None:
        return UNSEEN
    if vbd.bootable and vbd.userdevice == "0":
        return supports("It is the first drive of the guest, marked as the one to start from.")
    return contradicts(f"It is the drive {vbd.userdevice} of the guest, not the first.")
