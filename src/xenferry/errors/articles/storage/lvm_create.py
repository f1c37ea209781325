"""The volume group for a new SR could not be made

lvm, lvmoiscsi and lvmohba SRs are LVM volume groups, ext is a file system on one. The driver writes LVM's labels to the
device and then creates the group.

Cause: the device is not empty: a partition table, an old volume group, RAID or ZFS labels are on it.
Fix:
- See what is there: `lsblk -f DEVICE`, `pvs`, `wipefs DEVICE` in dom0. If that was an SR, introduce it instead of
  creating: `xe sr-probe type=lvm device-config:device=DEVICE`.
- If it may surely be lost: `wipefs -a DEVICE`, then create again.

Cause: something in dom0 uses the device: it is mounted, part of a RAID, or held by multipath.
Fix: `lsblk DEVICE`, `dmsetup ls`, `cat /proc/mdstat`; a disk behind multipath is given as its mapper path.

Cause: the disk or LUN gives errors, or is read-only.
Fix: `dmesg | tail`, `smartctl -a DEVICE` in dom0; check the LUN's rights on the storage.

Cause: two LUNs carry the same volume group, e.g. a replica or a snapshot of the storage is mapped as well.
Tell: dom0: `pvs` warns of duplicate PVs or `vgs` shows one name twice.
Fix: Take the copy away from the hosts; LVM cannot tell them apart.

Example:
    SR_BACKEND_FAILURE_77(, Logical Volume group creation failed, )
"""

SAYS = {
    "SR_BACKEND_FAILURE_77": "the volume group could not be created on the device ({detail})",
    "SR_BACKEND_FAILURE_50": "a logical volume could not be created ({detail})",
    "SR_BACKEND_FAILURE_55": "the device could not be prepared for LVM ({detail})",
    "SR_BACKEND_FAILURE_56": "the device belongs to a volume group already ({detail})",
    "SR_BACKEND_FAILURE_57": "the file system of the SR could not be made ({detail})",
    "SR_BACKEND_FAILURE_99": "more than one LUN was given, and a shared LVM SR takes exactly one",
    "SR_BACKEND_FAILURE_119": "the same volume group stands on devices with several SCSI identities ({detail})",
    "SR_BACKEND_FAILURE_93": "LVM could not list its physical volumes ({detail})",
    "SR_BACKEND_FAILURE_455": "the volume group could not be registered ({detail})",
}
CAUSES = ("not-empty", "in-use", "broken-disk", "copy")
ONLY = {"copy": ("SR_BACKEND_FAILURE_119",)}
WORDS = {
    "not-empty": ("already in volume group", "signature", "partition"),
    "in-use": ("busy", "in use", "exclusively"),
    "broken-disk": ("input/output error", "read-only"),
}
