"""A warm migration cannot find the copy that it made

A warm migration copies a guest's disks while it runs, stops it, copies the rest, and starts the copy. Xen Orchestra
made the copy and then did not see it, or saw more than one, so it stopped before starting any: the source is shut
down and blocked from starting.

Cause: the pool of the copy is not connected to Xen Orchestra at that moment, or had not told it of the copy yet.
Tell: The copy is there: `xe vm-list other-config:xo\\:backup\\:vm=VM` on the target pool.
Fix: Make sure that the source does not run, then remove the copy's blocks: `xe vm-param-remove uuid=COPY
    param-name=blocked-operations param-key=start`, the same for `start_on`, and start it.

Cause: the transfer failed, so there is no copy, or it was left without its last snapshot.
Tell: No guest of that name is on the target; the task before this message failed.
Fix: Remove the block of the source the same way and start it again: nothing of it was changed.

Cause: copies of earlier tries are still there.
Tell: The message begins with “Multiple target”.
Fix: Delete all but the newest, look whether it is whole, and start it.

Example:
    Error: Vm target of warm migration not found for 1c0d45ab on SR 2f3
"""

CODES = ("XO_WARM_MIGRATION_TARGET",)
CAUSES = ("not-seen", "no-copy", "several")
SAID = "Xen Orchestra did not find the copy of {p0} on SR {p1}"
WORDS = {"several": ("Multiple",)}
