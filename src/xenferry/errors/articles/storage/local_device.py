"""The device for a local SR is missing or cannot be used

Local SRs (lvm, ext, xfs) are made on a whole disk or partition of the host, given as `device-config:device`.

Cause: the path is wrong or the disk has another name after a restart.
Tell: dom0: `ls -l /dev/disk/by-id` and `lsblk` show the disk under another name.
Fix: `lsblk` in dom0; give a name that stays: `/dev/disk/by-id/..`.

Cause: it is the disk that dom0 itself runs from.
Tell: dom0: `lsblk` shows / or /var/log on a partition of it.
Fix: Use another disk; of the system's disk only the partition that was left free for storage, as the installer makes
    it.

Cause: no device was given.
Tell: device-config has no device.
Fix: `xe sr-create type=ext host-uuid=HOST device-config:device=/dev/disk/by-id/.. name-label=..`.

Example:
    SR_BACKEND_FAILURE_91(, The device is not a valid path, )
"""

SAYS = {
    "SR_BACKEND_FAILURE_90": "the device for the SR (device-config:device) was not given",
    "SR_BACKEND_FAILURE_91": "what was given as device is not the path of a disk in dom0",
    "SR_BACKEND_FAILURE_105": "the device that was given holds dom0's own system",
    "SR_BACKEND_FAILURE_118": "the driver could not find out which disk dom0's own system is on",
}
CAUSES = ("wrong-path", "system-disk", "missing")
ONLY = {
    "wrong-path": ("SR_BACKEND_FAILURE_91",),
    "system-disk": ("SR_BACKEND_FAILURE_105", "SR_BACKEND_FAILURE_118"),
    "missing": ("SR_BACKEND_FAILURE_90",),
}
