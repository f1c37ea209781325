"""Xen Orchestra refuses to do this now

It protects something: the pool was not asked. The reason stands beside the operation.

Cause: a backup runs on the pool, or may run during a rolling update or reboot: moving guests would break it.
Tell: The operation reads “Backup is running” or “May have running backup”; Backup, Overview shows the job.
Fix: Wait for the job's end, or disable its schedule for the time.

Cause: a rolling update or reboot of this pool is under way already.
Tell: The reason says so; Xen Orchestra's tasks show it.
Fix: Wait for it. After a restart of Xen Orchestra nothing continues it: look with `xenferry check` which hosts are
    still disabled.

Cause: the guest is blocked from starting: it is the copy that a replication keeps, or it has been moved elsewhere.
Tell: The operation reads “Start”, and the reason is the text that stands in the guest's `blocked-operations`.
Fix: Make sure that no other copy of the guest runs. Then `xe vm-param-remove uuid=VM param-name=blocked-operations
    param-key=start` and the same for `start_on`.

Example:
    XoError: forbidden operation: Backup is running
"""

CODES = ("XO_FORBIDDEN_OPERATION",)
CAUSES = ("backup", "rolling", "blocked")
SAID = "Xen Orchestra does not do “{p0}” now; the reason given: {p1}"
WORDS = {
    "backup": ("Backup is running", "running backup", "A backup"),
    "rolling": ("already running on pool",),
    "blocked": ("Start", "migrated somewhere else"),
}
