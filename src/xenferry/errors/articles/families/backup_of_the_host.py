"""Saving or restoring a host or the pool's database failed

`xe host-backup` and `host-restore` save dom0's system, `pool-dump-database` the database; with disaster recovery XAPI
also writes the database to an SR (redo log, metadata disk).

Cause: the backup is from another version, or from a host with other NICs.
Tell: The version in the file's name or content beside software-version of the host.
Fix: Install the version that the backup is from; restore onto a host with the same NICs, or with their names put right.

Cause: the script ended with an error: no space, a file that is damaged, a partition that is not there.
Tell: The output stands in the parameter; `df -h` in dom0.
Fix: The parameter holds its output; `df -h /` in dom0.

Cause: the database on the SR could not be read or written, or the highest number of such logs is reached.
Tell: `xe pbd-list sr-uuid=SR params=currently-attached` and `xe sr-list uuid=SR`.
Fix: `xe sr-scan uuid=SR`; disable the recovery of SRs that do not need it.

Cause: the report on the host's state could not be collected.
Tell: dom0: `xen-bugtool -y` by hand shows where it stops.
Fix: dom0: `xen-bugtool --yestoall` by hand; look at `df -h /var/opt`.

Example:
    RESTORE_INCOMPATIBLE_VERSION()
"""

SAYS = {
    "RESTORE_INCOMPATIBLE_VERSION": "the backup comes from another version",
    "RESTORE_TARGET_MISSING_DEVICE": "the backup has a NIC {p0} that this host lacks",
    "RESTORE_TARGET_MGMT_IF_NOT_IN_BACKUP": "the host's management NIC is not in the backup",
    "RESTORE_SCRIPT_FAILED": "the restore ended with an error: {p0}",
    "BACKUP_SCRIPT_FAILED": "the backup ended with an error: {p0}",
    "CANNOT_FIND_STATE_PARTITION": "the partition for the host's state is not there",
    "CANNOT_FIND_OEM_BACKUP_PARTITION": "the partition for the backup is not there",
    "CANNOT_ENABLE_REDO_LOG": "the redo log could not be switched on: {p0}",
    "NO_MORE_REDO_LOGS_ALLOWED": "as many redo logs as possible are in use",
    "COULD_NOT_IMPORT_DATABASE": "the database on the disk could not be read: {p0}",
    "CANNOT_DESTROY_DISASTER_RECOVERY_TASK": "the recovery could not be ended cleanly: {p0}",
    "SYSTEM_STATUS_RETRIEVAL_FAILED": "the report on the host's state could not be made: {p0}",
    "SYSTEM_STATUS_MUST_USE_TAR_ON_OEM": "this host makes its report only as tar",
}
CAUSES = ("version", "script", "database", "report")
ONLY = {
    "version": (
        "RESTORE_INCOMPATIBLE_VERSION", "RESTORE_TARGET_MISSING_DEVICE", "RESTORE_TARGET_MGMT_IF_NOT_IN_BACKUP",
    ),
    "script": (
        "RESTORE_SCRIPT_FAILED", "BACKUP_SCRIPT_FAILED", "CANNOT_FIND_STATE_PARTITION",
        "CANNOT_FIND_OEM_BACKUP_PARTITION",
    ),
    "database": (
        "CANNOT_ENABLE_REDO_LOG", "NO_MORE_REDO_LOGS_ALLOWED", "COULD_NOT_IMPORT_DATABASE",
        "CANNOT_DESTROY_DISASTER_RECOVERY_TASK",
    ),
    "report": ("SYSTEM_STATUS_RETRIEVAL_FAILED", "SYSTEM_STATUS_MUST_USE_TAR_ON_OEM"),
}  # fmt: skip
