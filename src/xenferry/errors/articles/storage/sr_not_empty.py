"""The SR still holds disks

Only an empty SR can be destroyed; forgetting it leaves the disks where they are.

Cause: disks or snapshots are left in it, perhaps of guests that you do not see in this view.
Tell: `xe vdi-list sr-uuid=SR params=name-label,is-a-snapshot,managed`.
Fix: `xe vdi-list sr-uuid=UUID`; move or delete them. To keep the data use `xe sr-forget uuid=UUID` instead of
    destroying.

Cause: files that XAPI does not list lie in the SR's directory.
Tell: dom0: `ls -A` in the SR's directory shows names that `xe vdi-list sr-uuid=SR` has not.
Fix: `xe sr-scan uuid=UUID`, list again; on the file server look into the directory named after the SR's UUID.

Example:
    SR_NOT_EMPTY()
"""

CODES = ("SR_NOT_EMPTY", "SR_BACKEND_FAILURE_39")
CAUSES = ("disks", "files")
SAID = "{sr} still holds disks"
