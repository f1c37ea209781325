"""The SR has no room for this

The storage driver found less free space than the operation needs. A snapshot on block storage (lvm, iscsi, hba) needs
room for the whole disk for a moment.

Cause: snapshots and their chains fill the SR.
Fix: Delete snapshots that are not needed, also those of backups that failed; then wait until the coalescing has run
    (`tail -f /var/log/SMlog | grep SMGC` on the coordinator).

Cause: the SR is simply too small.
Fix: Move a disk to another SR, or enlarge the storage and scan the SR.

Cause: orphaned disks without a guest take the room.
Fix: Look for disks that belong to no guest (Xen Orchestra: Dashboard, Health), and delete those that nobody needs.

Example:
    SR_BACKEND_FAILURE_44(, There is insufficient space, )
"""

CODES = ("SR_BACKEND_FAILURE_44", "SR_SOURCE_SPACE_INSUFFICIENT", "SR_SUSPEND_SPACE_INSUFFICIENT", "SR_FULL")
CAUSES = ("snapshots", "too-small", "orphans")
SAID = "{sr} has not enough free space ({detail})"
