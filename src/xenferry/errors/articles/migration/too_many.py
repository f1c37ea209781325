"""Three moves with disks run on that host already

A host does at most three moves of disks at a time; the limit is built in.

Cause: other moves with disks, or moves of single disks, still run.
Tell: `xe task-list` shows three moves with disks (Async.VM.migrate_send, Async.VDI.pool_migrate) on the host.
Fix: Wait until one is done (`xe task-list`) and start again; `xenferry migrate` queues them by itself.

Example:
    TOO_MANY_STORAGE_MIGRATES(3)
"""

CODES = ("TOO_MANY_STORAGE_MIGRATES",)
CAUSES = ("limit",)
SAID = "{p0} moves with disks run on the host already, and it takes no more"
