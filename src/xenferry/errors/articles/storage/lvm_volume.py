"""A volume of an LVM SR could not be used

Each disk of an lvm, lvmoiscsi or lvmohba SR is a logical volume, activated on the host that needs it. Only the
coordinator may change the volume group.

Cause: the storage under it is away or gives errors: a path is down, the LUN is read-only or full.
Fix: dom0: `vgs`, `multipath -ll`, `dmesg | tail`; bring the LUN back, then unplug and plug the PBD.

Cause: the volume is busy: it is still active here or on another host, e.g. after a host died.
Fix: `lvs VG_XenStorage-SRUUID` and `dmsetup info` on every host; where no guest uses the disk, `lvchange -an` it there.

Cause: the volume is gone or the group's own records are damaged.
Tell: dom0: `lvs VG_XenStorage-SR` lacks the volume, or `vgck` complains.
Fix: `lvs -a VG_XenStorage-SRUUID`, `vgck`; LVM keeps copies of its records in /etc/lvm/backup of the coordinator. Save
    the LUN before any repair.

Cause: the group has no room for another volume or a larger one.
Tell: dom0: `vgs VG_XenStorage-SR`: VFree is smaller than what was asked for.
Fix: `vgs` shows the free space; on thick LVM every snapshot needs room for the whole disk once more.

Example:
    SR_BACKEND_FAILURE_52(, Logical Volume mount/activate error, )
"""

SAYS = {
    "SR_BACKEND_FAILURE_51": "a logical volume could not be deleted ({detail})",
    "SR_BACKEND_FAILURE_52": "a logical volume could not be activated on the host ({detail})",
    "SR_BACKEND_FAILURE_53": "a logical volume could not be deactivated on the host ({detail})",
    "SR_BACKEND_FAILURE_54": "a logical volume could not be written ({detail})",
    "SR_BACKEND_FAILURE_58": "a host that is not the coordinator wanted to change the volume group",
    "SR_BACKEND_FAILURE_59": "a logical volume could not be resized ({detail})",
    "SR_BACKEND_FAILURE_60": "a logical volume has not the size that its disk needs ({detail})",
    "SR_BACKEND_FAILURE_92": "the volume of the disk is not in the SR ({detail})",
    "SR_BACKEND_FAILURE_100": "the volume is not in the group ({detail})",
    "SR_BACKEND_FAILURE_104": "the file that counts a volume's users could not be opened ({detail})",
    "SR_BACKEND_FAILURE_117": "a logical volume could not be read ({detail})",
}
RULES = ("pbd-unplugged",)
CAUSES = ("storage-away", "busy", "damaged", "full")
ONLY = {
    "full": ("SR_BACKEND_FAILURE_59", "SR_BACKEND_FAILURE_54", "SR_BACKEND_FAILURE_60"),
    "damaged": ("SR_BACKEND_FAILURE_92", "SR_BACKEND_FAILURE_100", "SR_BACKEND_FAILURE_60", "SR_BACKEND_FAILURE_117"),
    "busy": ("SR_BACKEND_FAILURE_51", "SR_BACKEND_FAILURE_52", "SR_BACKEND_FAILURE_53"),
}
WORDS = {"storage-away": ("input/output error", "not found", "read-only"), "busy": ("busy", "in use")}
