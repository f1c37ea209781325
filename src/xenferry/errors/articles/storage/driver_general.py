"""A command of the storage driver failed

The text in brackets is the command that the driver ran in dom0, its exit status (rc) and what it printed: that is the
reason.

Cause: the storage that the command needs is not there: no session to the target, no device, no path.
Fix: Run the same command in dom0 and bring back what it misses; then plug the PBD again.

Cause: the device or volume is in use by something else.
Fix: `lsblk`, `dmsetup ls`, `fuser -vm DEVICE` in dom0 show by what.

Cause: dom0 lacks the command or the driver does not fit the system, e.g. after a package was replaced.
Fix: `yum verify sm` or `rpm -V sm` in dom0; install the driver's package again, and update the host.

Example:
    SR_BACKEND_FAILURE_202(, General backend error [opterr=rc: 21, stdout: , stderr: iscsiadm: No active sessions. ], )
"""

CODES = ("SR_BACKEND_FAILURE_202",)
CAUSES = ("storage-away", "in-use", "driver")
WORDS = {
    "storage-away": ("no active sessions", "not found", "no route", "input/output"),
    "in-use": ("busy", "in use"),
    "driver": ("no such file or directory", "command not found", "unrecognized option", "invalid option"),
}
SAID = "a command of the storage driver failed ({detail})"
