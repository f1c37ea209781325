"""The guest is just being moved, so it was not backed up

Xen Orchestra leaves out a guest that is under way.

Cause: a migration or evacuation is running, e.g. a host is being emptied or a balancer moves guests.
Tell: `xe vm-param-get uuid=VM param-name=current-operations` shows pool_migrate or migrate_send.
Fix: Run the backup for this guest again after it.

Cause: a migration was broken off and its mark is still on the guest.
Tell: No task in `xe task-list` moves it, and yet `current-operations` is not empty, or its `other-config` has
    `mirror` keys.
Fix: `xe-toolstack-restart` on the coordinator clears marks without a task; look first where the guest is.

Example:
    Error: cannot backup a VM currently being migrated
"""

CODES = ("XO_VM_BEING_MIGRATED",)
CAUSES = ("running", "left-over")
SAID = "the guest is being moved, and Xen Orchestra does not back it up meanwhile"
