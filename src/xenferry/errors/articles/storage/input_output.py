"""The storage answered with an error or not in time

Whatever the driver asked of the disks or the file server, it did not get.

Cause: the storage gives input or output errors: a disk fails, a path is down, the file server is away.
Fix: dom0: `dmesg | tail -50`, `multipath -ll`, `mount | grep sr-mount`; /var/log/SMlog names the command that failed.

Cause: another operation holds the SR's lock, often the garbage collection of a large SR.
Fix: Try again in a minute; `ls /var/lock/sm/SRUUID` and `grep SMGC /var/log/SMlog` show who works there.

Cause: the lock's folder cannot be written: dom0's root file system is full or read-only.
Fix: dom0: `df -h /`, `touch /var/lock/sm/x`; make room, or restart the host if the file system has turned read-only.

Example:
    SR_BACKEND_FAILURE_200(, General IO error, )
"""

SAYS = {
    "SR_BACKEND_FAILURE_37": "the driver could not take or release a lock ({detail})",
    "SR_BACKEND_FAILURE_41": "the SR's own journal could not be read or written ({detail})",
    "SR_BACKEND_FAILURE_200": "the storage answered with an input/output error ({detail})",
    "SR_BACKEND_FAILURE_201": "the storage is busy; the same call may succeed in a moment ({detail})",
    "SR_BACKEND_FAILURE_205": "a disk's connection to its guest changed while the driver looked at it",
}
CAUSES = ("storage", "busy", "dom0-full")
WORDS = {
    "storage": ("input/output error", "no such device"),
    "busy": ("busy", "try again", "timed out"),
    "dom0-full": ("no space left", "read-only file system"),
}
ONLY = {
    "storage": ("SR_BACKEND_FAILURE_200", "SR_BACKEND_FAILURE_41"),
    "busy": ("SR_BACKEND_FAILURE_201", "SR_BACKEND_FAILURE_37", "SR_BACKEND_FAILURE_205"),
    "dom0-full": ("SR_BACKEND_FAILURE_37", "SR_BACKEND_FAILURE_41"),
}
